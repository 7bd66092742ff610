//! A change as a script: the steps with their probe, gate, work and check, run over ssh like the bootstrap's.

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::report::{place, summary};
use super::steps::{Step, What, Where};
use super::{Change, Sides};
use crate::model::DrbdMajor;
use crate::pacemaker::Call;
use crate::render::{self, RenderError};

/// SHA-256 of the manifests of both trees, in hexadecimal.
#[derive(Debug, Clone, Copy)]
pub struct Trees<'a> {
    /// Of the tree that the nodes have.
    pub old: &'a str,
    /// Of the tree that they get.
    pub new: &'a str,
}

#[derive(Serialize)]
struct Script<'a> {
    cluster: &'a str,
    nodes: Vec<NodeView<'a>>,
    first: &'a str,
    second: &'a str,
    drbd9: bool,
    summary: String,
    edits: Vec<String>,
    id: String,
    old_tree: &'a str,
    new_tree: &'a str,
    steps: Vec<StepView<'a>>,
}

#[derive(Serialize)]
struct NodeView<'a> {
    name: &'a str,
}

#[derive(Serialize)]
struct StepView<'a> {
    number: usize,
    #[serde(rename = "fn")]
    function: String,
    /// Number, place and title, for a comment.
    heading: String,
    template: Option<String>,
    calls: Vec<CallView<'a>>,
    /// The call that runs it.
    words: Vec<String>,
    #[serde(flatten)]
    view: Value,
}

#[derive(Serialize)]
struct CallView<'a> {
    lines: &'a [Vec<String>],
    group: Option<&'a str>,
}

/// Whether there is a script for a change: not where nodes are installed anew in its middle, and not for what cannot be done.
pub fn has_script(change: &Change) -> bool {
    let install = |step: &Step| matches!(step.what, What::Bootstrap(_));
    change.class < super::Class::Impossible && !change.steps.iter().any(install)
}

/// The script. What fails is a bug of ours.
pub fn script(change: &Change, sides: &Sides, trees: Trees) -> Result<String, RenderError> {
    let end = Step {
        at: Where::Both,
        title: "what other changes remembered is gone".to_owned(),
        what: What::Own("end", Value::Object(serde_json::Map::new())),
    };
    let steps = change.steps.iter().chain(std::iter::once(&end).filter(|_| !change.steps.is_empty()));
    let id: String =
        Sha256::digest(format!("{} {}", trees.old, trees.new))[..6].iter().map(|b| format!("{b:02x}")).collect();
    let view = Script {
        cluster: &change.names.cluster,
        nodes: change.names.nodes.iter().map(|name| NodeView { name }).collect(),
        first: &change.names.nodes[0],
        second: &change.names.nodes[1],
        drbd9: sides.new.plan.drbd == DrbdMajor::V9,
        summary: summary(change),
        edits: change.edits.iter().map(|meant| meant.edit.headline()).collect(),
        id,
        old_tree: trees.old,
        new_tree: trees.new,
        steps: steps.enumerate().map(|(index, step)| step_view(step, index + 1, change)).collect(),
    };
    render::render("change/change.sh.j2", &view)
}

fn step_view<'a>(step: &'a Step, number: usize, change: &'a Change) -> StepView<'a> {
    let function = format!("step_{number}");
    let (template, view) = match &step.what {
        What::Own(kind, view) => (Some(format!("change/{kind}.sh.j2")), view.clone()),
        What::Hand(lines) => (Some("change/hand.sh.j2".to_owned()), serde_json::json!({ "lines": lines })),
        _ => (None, Value::Object(serde_json::Map::new())),
    };
    let calls: &[Call] = if let What::Cib(calls) = &step.what { calls } else { &[] };
    StepView {
        number,
        heading: format!("{number}. {}: {}", place(step, &change.names), step.title),
        template,
        calls: calls.iter().map(|call| CallView { lines: &call.lines, group: call.group.as_deref() }).collect(),
        words: words(step, &function, change),
        function,
        view,
    }
}

/// The call that runs a step.
fn words(step: &Step, function: &str, change: &Change) -> Vec<String> {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    // What is done once, and what is remembered for a person, is done on the first node.
    let on = |index: usize| change.names.nodes[index].as_str();
    let node = match step.at {
        Where::Node(index) => on(index),
        Where::Here | Where::Both => on(0),
    };
    let title = step.title.as_str();
    match (&step.what, step.at) {
        (What::Tree, _) => words(&["tree"]),
        (What::Keys, at) => {
            let to = usize::from(at != Where::Node(0));
            words(&["showing", on(to), "keys_from", on(1 - to), on(to)])
        }
        (What::Verify, _) => words(&["verified"]),
        (What::Node(arguments), Where::Both) => [words(&["at_both"]), arguments.clone()].concat(),
        (What::Node(arguments), _) => [words(&["node", node]), arguments.clone()].concat(),
        (What::Cib(_), _) => words(&["own", node, &format!("{function}_cib"), title]),
        (What::Own(..), Where::Both) => words(&["own_both", function, title]),
        (What::Own(..) | What::Hand(_), _) => words(&["own", node, function, title]),
        // There is no script then.
        (What::Bootstrap(_), _) => words(&["false"]),
    }
}
