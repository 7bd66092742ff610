//! What is another one and looks the same in a description: a machine of the same name, a disk at the same path.

use serde_json::Value;

use super::difference::{Edit, Kind};
use super::side::Sides;
use super::table::Does;
use super::{Change, Meant};

/// A machine or a disk that is another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    /// The node.
    pub node: String,
    /// The DRBD resource whose disk it is; none for the whole machine.
    pub resource: Option<String>,
}

impl Replaced {
    /// From `NODE` or `NODE:RESOURCE`, or what is wrong with it.
    pub fn read(text: &str, sides: &Sides) -> Result<Replaced, String> {
        let (node, resource) = text.split_once(':').map_or((text, None), |(node, resource)| (node, Some(resource)));
        let plan = sides.new.plan;
        if plan.nodes.iter().all(|known| known.name != node) {
            let [first, second] = &plan.nodes;
            return Err(format!("there is no node {node}: the nodes are {} and {}", first.name, second.name));
        }
        match resource.filter(|name| plan.storage.iter().all(|storage| storage.name != *name)) {
            Some(name) => Err(format!("there is no storage entry {name}")),
            None => Ok(Replaced { node: node.to_owned(), resource: resource.map(str::to_owned) }),
        }
    }

    pub(super) fn edit(&self) -> Edit {
        let text = |text: &str| Value::from(text);
        match &self.resource {
            None => Edit {
                key: "nodes[]".into(),
                names: vec![self.node.clone()],
                kind: Kind::Changed,
                old: text("the machine"),
                new: text("another machine"),
            },
            Some(resource) => Edit {
                key: "storage[].disk{}".into(),
                names: vec![resource.clone(), self.node.clone()],
                kind: Kind::Changed,
                old: text("the disk"),
                new: text("another disk"),
            },
        }
    }
}

/// An edit that cannot be made together with another machine: it is none of that machine's own.
pub fn beside_a_machine(change: &Change) -> Option<&Meant> {
    let machine = change.edits.iter().find(|meant| meant.row.does == Does::ReplaceNode)?;
    let name = machine.edit.name(0);
    let own = |meant: &&Meant| {
        let disk = meant.row.does == Does::ReplaceDisk && meant.edit.name(1) == name;
        let node = meant.edit.key.starts_with("nodes[]") && meant.edit.name(0) == name;
        let plain = matches!(meant.row.does, Does::Follows | Does::Nothing | Does::ReplaceNode);
        disk || node && plain || meant.row.does == Does::Nothing
    };
    change.edits.iter().find(|meant| !own(meant))
}
