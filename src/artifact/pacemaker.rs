//! The Pacemaker configuration: pcs scripts that apply it step by step, and the same as a whole CIB.

use serde::Serialize;

use super::{Bug, Meta, Tree};
use crate::pacemaker::{self, Configuration, Script};
use crate::plan::Plan;

#[derive(Serialize)]
struct ScriptView<'a> {
    file: &'a str,
    about: &'a str,
    blocks: Vec<BlockView<'a>>,
}

#[derive(Serialize)]
struct BlockView<'a> {
    why: &'a str,
    calls: Vec<CallView>,
}

#[derive(Serialize)]
struct CallView {
    lines: Vec<Vec<String>>,
    group: Option<String>,
}

#[derive(Serialize)]
struct CibView<'a> {
    schema: &'a str,
    feature_set: &'a str,
    lines: Vec<LineView>,
}

#[derive(Serialize)]
struct LineView {
    indent: String,
    element: &'static str,
    attributes: Vec<AttributeView>,
    empty: bool,
    end: bool,
}

#[derive(Serialize)]
struct AttributeView {
    name: &'static str,
    value: String,
}

pub(super) fn add(plan: &Plan, tree: &mut Tree) -> Result<(), Bug> {
    let configuration = pacemaker::configure(plan);
    for script in &configuration.scripts {
        let view = script_view(&configuration, script);
        tree.root(&format!("cluster/{}", script.file), "cluster/configure.sh.j2", &view, Meta::script("pcs script"))?;
    }
    tree.root("cluster/cib.xml", "cluster/cib.xml.j2", &cib_view(&configuration), Meta::config("Pacemaker CIB", None))
}

fn script_view<'a>(configuration: &Configuration, script: &'a Script) -> ScriptView<'a> {
    let call = |statement| {
        let pacemaker::Call { lines, group } = pacemaker::call(configuration.platform, statement);
        CallView { lines, group }
    };
    let blocks = script
        .blocks
        .iter()
        .map(|block| BlockView { why: &block.why, calls: block.statements.iter().map(call).collect() })
        .collect();
    ScriptView { file: script.file, about: script.about, blocks }
}

fn cib_view(configuration: &Configuration) -> CibView<'static> {
    let facts = &configuration.platform.pacemaker;
    let lines = pacemaker::lines(configuration).into_iter().map(|line| LineView {
        indent: "  ".repeat(line.depth),
        element: line.element,
        attributes: line
            .attributes
            .into_iter()
            .map(|attribute| AttributeView { name: attribute.name, value: attribute.value })
            .collect(),
        empty: line.empty,
        end: line.end,
    });
    CibView { schema: facts.validate_with, feature_set: facts.feature_set, lines: lines.collect() }
}
