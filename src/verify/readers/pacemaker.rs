//! Pacemaker's own checks of the CIB, with the newest schema that the Pacemaker here has where it lacks the platform's.

use std::io;
use std::path::{Path, PathBuf};

use crate::verify::{Answer, Desk, Reader, Verdict};

/// Where Pacemaker's packages put the schemas (`pkg-config --variable=schemadir pacemaker-schemas`).
const SCHEMAS: &str = "/usr/share/pacemaker";

/// crm_verify.
pub static CRM_VERIFY: Reader = Reader {
    name: "crm_verify",
    proves: "the CIB fits its schema, ids are defined and unique, fencing is configured",
    blind: "missing orders and colocations, loops, interleaving, what agents' options mean",
    programs: &["crm_verify", "cibadmin"],
    version: super::VERSION,
    isolated: false,
    files: |tree| tree.ending("cluster/cib.xml"),
    read: |desk, file| {
        let (path, note) = as_known(desk, file)?;
        let said = desk.run("crm_verify", ["-V", "-x"]).args([path]).said()?;
        // It speaks on either stream only when something is wrong.
        let answer = Answer::of(&said, &[]);
        let wrong = said.lines().next().filter(|_| answer.verdict == Verdict::Accepted).map(str::to_owned);
        Ok(noted(answer.but(wrong), note))
    },
};

/// The schema by itself: it names the line.
pub static SCHEMA: Reader = Reader {
    name: "xmllint --relaxng",
    proves: "the CIB fits Pacemaker's RELAX NG schema",
    blind: "references between elements, and everything that agents know",
    programs: &["xmllint", "cibadmin"],
    version: super::VERSION,
    isolated: false,
    files: |tree| tree.ending("cluster/cib.xml"),
    read: |desk, file| {
        let (path, note) = as_known(desk, file)?;
        let text = std::fs::read_to_string(&path)?;
        let schema = schema_path(attribute(&text, "validate-with").unwrap_or_default());
        let run = desk.run("xmllint", ["--noout", "--nonet", "--nocatalogs", "--relaxng"]).args([schema, path]);
        Ok(noted(Answer::of(&run.said()?, &["validates"]), note))
    },
};

fn noted(mut answer: Answer, note: Option<String>) -> Answer {
    if let Some(note) = note {
        answer.said = format!("{note}\n{}", answer.said);
    }
    answer
}

fn schema_path(name: &str) -> PathBuf {
    Path::new(SCHEMAS).join(format!("{name}.rng"))
}

/// The tree's CIB as of a running cluster, in a form that the Pacemaker here can read; and what had to be changed for that.
fn as_known(desk: &Desk, file: &str) -> io::Result<(PathBuf, Option<String>)> {
    let (text, note) = closest(desk, &desk.tree.text(file)?)?;
    Ok((desk.write("cib.xml", &running(&text))?, note))
}

/// The CIB with the newest schema and feature set of the Pacemaker here, where it states one that this does not know.
pub(super) fn closest(desk: &Desk, cib: &str) -> io::Result<(String, Option<String>)> {
    let empty = desk.run("cibadmin", ["--empty"]).said()?.stdout;
    let mut text = cib.to_owned();
    let mut notes = Vec::new();
    for (name, known) in [("validate-with", None), ("crm_feature_set", attribute(&empty, "crm_feature_set"))] {
        let (Some(stated), Some(newest)) = (attribute(cib, name), attribute(&empty, name)) else { continue };
        let fits = match known {
            None => schema_path(stated).is_file(),
            Some(known) => numbers(stated) <= numbers(known),
        };
        if !fits {
            text = text.replacen(&format!("{name}=\"{stated}\""), &format!("{name}=\"{newest}\""), 1);
            notes.push(format!("{newest} for {stated}"));
        }
    }
    let note = format!("read with the closest that this Pacemaker knows: {}", notes.join(", "));
    Ok((text, (!notes.is_empty()).then_some(note)))
}

fn numbers(version: &str) -> Vec<u32> {
    version.split('.').map(|number| number.parse().unwrap_or_default()).collect()
}

/// An attribute of the CIB's first element, as generated files and Pacemaker write it.
fn attribute<'a>(cib: &'a str, name: &str) -> Option<&'a str> {
    let start = &cib[cib.find("<cib ")?..];
    let start = &start[..start.find('>')?];
    start.split_once(&format!(" {name}=\""))?.1.split('"').next()
}

/// The CIB of a cluster whose nodes are both online: crm_verify has something to say of every one where they are not.
pub fn running(cib: &str) -> String {
    let states: String = nodes(cib)
        .iter()
        .map(|(id, name)| {
            format!(
                "<node_state id=\"{id}\" uname=\"{name}\" in_ccm=\"true\" crmd=\"online\" join=\"member\" \
                 expected=\"member\"/>"
            )
        })
        .collect();
    cib.replace("</configuration>", &format!("</configuration><status>{states}</status>")).replacen(
        "<cib ",
        "<cib have-quorum=\"1\" dc-uuid=\"1\" ",
        1,
    )
}

/// The CIB of a cluster that nothing was configured on yet: its nodes alone.
pub fn base(cib: &str) -> String {
    let nodes: String =
        nodes(cib).iter().map(|(id, name)| format!("      <node id=\"{id}\" uname=\"{name}\"/>\n")).collect();
    let of = |name| attribute(cib, name).unwrap_or_default();
    format!(
        "<cib crm_feature_set=\"{}\" validate-with=\"{}\" epoch=\"1\" num_updates=\"0\" admin_epoch=\"0\">\n  \
         <configuration>\n    <crm_config/>\n    <nodes>\n{nodes}    </nodes>\n    <resources/>\n    <constraints/>\n  \
         </configuration>\n  <status/>\n</cib>\n",
        of("crm_feature_set"),
        of("validate-with")
    )
}

/// Id and name of each node that the CIB lists.
fn nodes(cib: &str) -> Vec<(String, String)> {
    let Ok(document) = roxmltree::Document::parse(cib) else { return Vec::new() };
    let nodes = document.descendants().filter(|node| node.has_tag_name("node"));
    nodes.filter_map(|node| Some((node.attribute("id")?.to_owned(), node.attribute("uname")?.to_owned()))).collect()
}

/// The configuration as lines that differ only where it means something else: attributes in one order, no white space.
pub fn canonical(cib: &str) -> Result<Vec<String>, String> {
    let document = roxmltree::Document::parse(cib).map_err(|error| error.to_string())?;
    let start = document.descendants().find(|node| node.has_tag_name("configuration"));
    let mut lines = Vec::new();
    element(start.ok_or("there is no configuration")?, 0, &mut lines);
    Ok(lines)
}

fn element(node: roxmltree::Node, depth: usize, lines: &mut Vec<String>) {
    let mut attributes: Vec<String> =
        node.attributes().map(|attribute| format!(" {}={:?}", attribute.name(), attribute.value())).collect();
    attributes.sort();
    lines.push(format!("{}<{}{}>", "  ".repeat(depth), node.tag_name().name(), attributes.concat()));
    if let Some(text) = node.text().map(str::trim).filter(|text| !text.is_empty()) {
        lines.push(format!("{}{text}", "  ".repeat(depth + 1)));
    }
    node.children().filter(roxmltree::Node::is_element).for_each(|child| element(child, depth + 1, lines));
}
