//! A plan for programs: one JSON document.

use serde_json::{Value, json};

use super::commands::{commands, place};
use super::summary;
use crate::change::steps::{What, Where};
use crate::change::{Change, Kind};
use crate::render::RenderError;

/// As one JSON document. What fails is a bug of ours.
pub fn json(change: &Change) -> Result<String, RenderError> {
    let edits = change.edits.iter().map(|meant| {
        let edit = &meant.edit;
        json!({
            "key": edit.key,
            "names": edit.names,
            "place": edit.place(),
            "kind": match edit.kind {
                Kind::Added => "added",
                Kind::Removed => "removed",
                Kind::Renamed => "renamed",
                Kind::Changed => "changed",
            },
            "old": edit.old,
            "new": edit.new,
            "class": meant.row.class.word(),
            "why": meant.why(),
            "before": meant.before(),
            "instead": meant.instead(),
        })
    });
    let steps: Result<Vec<Value>, RenderError> = change
        .steps
        .iter()
        .enumerate()
        .map(|(index, step)| {
            let nodes = match step.at {
                Where::Here => Vec::new(),
                Where::Node(index) => vec![change.names.nodes[index].as_str()],
                Where::Both => change.names.nodes.iter().map(String::as_str).collect(),
            };
            let by_hand = if let What::Hand(lines) = &step.what { lines.clone() } else { Vec::new() };
            Ok(json!({
                "number": index + 1,
                "nodes": nodes,
                "place": place(step, &change.names),
                "title": step.title,
                "commands": commands(step, &change.names)?,
                "by_hand": by_hand,
            }))
        })
        .collect();
    let document = json!({
        "version": 1,
        "cluster": change.cluster,
        "class": change.class.word(),
        "summary": summary(change),
        "edits": edits.collect::<Vec<_>>(),
        "steps": steps?,
    });
    Ok(format!("{document:#}\n"))
}
