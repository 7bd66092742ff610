//! A description that is imported from what its own tree makes of a cluster builds that tree again.

mod built;
mod edits;
mod running;

use std::fs;
use std::path::Path;

use gfs2gen::bundle::Bundle;
use gfs2gen::compile::{Compiled, compile};
use gfs2gen::import::{Imported, import};
use gfs2gen::plan::Plan;
use gfs2gen::source::Source;
use similar::TextDiff;

const TODAY: &str = "2026-01-01";

/// Compiles a description with the domains beside it.
fn compiled(text: &str, load: &dyn Fn(&str) -> std::io::Result<String>) -> Compiled {
    compile(&Source::new("cluster.yaml", text), TODAY, load)
}

/// What an import makes of itself.
fn again(imported: &Imported, more: &str) -> Option<(Plan, Bundle)> {
    let load = |path: &str| {
        let known = imported.domains.iter().find(|(known, _)| known == path).map(|(_, text)| text.clone());
        known.ok_or_else(|| std::io::Error::from(std::io::ErrorKind::NotFound))
    };
    let text = imported.text.clone() + more;
    let found = compiled(&text, &load);
    let said: Vec<String> = found.diagnostics.iter().map(|d| format!("{} {}", d.code, d.message)).collect();
    if found.built.is_none() {
        panic!("{}\n{text}", said.join("\n"));
    }
    found.built
}

/// What is written of a cluster in no file of its nodes: which warnings people have accepted, and why.
fn unknowable(text: &str) -> &str {
    text.find("\npolicy:").map_or("", |at| &text[at + 1..])
}

fn same(name: &str, was: &Bundle, is: &Bundle, text: &str) {
    let paths = |bundle: &Bundle| -> Vec<String> { bundle.iter().map(|file| file.path.as_str().to_owned()).collect() };
    for file in was.iter() {
        let path = file.path.as_str();
        let now = is.get(path).unwrap_or_else(|| panic!("{name}: {path} is not built\n{text}"));
        let diff = TextDiff::from_lines(&file.content, &now.content);
        assert!(file.content == now.content, "{name}: {path} differs\n{}\n{text}", diff.unified_diff());
    }
    assert_eq!(paths(was), paths(is), "{name}");
    assert!(was == is, "{name}: the description in the manifest differs\n{:#}\n{:#}\n{text}", was.description(), is.description());
}

/// Imports what a description makes of a cluster, and compares the trees.
fn round(name: &str, text: &str, load: &dyn Fn(&str) -> std::io::Result<String>) {
    let (plan, bundle) = compiled(text, load).built.unwrap_or_else(|| panic!("{name} is fine"));
    let files = running::said(&plan, &bundle);
    let imported = import(running::collected(&files)).unwrap();
    let findings: Vec<_> = imported.findings.iter().map(|(file, found)| {
        format!("{}: {} {}", imported.sources[*file].name(), found.code, found.message)
    }).collect();
    assert!(findings.is_empty(), "{name}: {}", findings.join("\n"));
    assert!(!imported.text.contains("FILL IN"), "{name}: {}", imported.text);
    let (_, built) = again(&imported, unknowable(text)).unwrap();
    same(name, &bundle, &built, &imported.text);
}

#[test]
fn every_example_is_found_again() {
    for (name, path) in built::examples() {
        let folder = path.parent().unwrap();
        round(&name, &fs::read_to_string(&path).unwrap(), &|path| fs::read_to_string(folder.join(path)));
    }
}

#[test]
fn descriptions_that_no_example_resembles_are_found_again() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/descriptions/unlike");
    let text = fs::read_to_string(folder.join("cluster.yaml")).unwrap();
    round("unlike", &text, &|path| fs::read_to_string(folder.join(path)));
}
