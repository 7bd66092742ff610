//! From edits to the steps that make them, in their order.
//!
//! Most of it follows from what differs: files go to the nodes, and what reads them is told; the cluster's configuration is
//! changed by pcs. Around that stands what an edit needs beside (the table's [`Does`]): a node that is taken out, guests that stop,
//! a volume that grows.

mod data;
mod files;
mod needs;
mod own;
mod replace;
mod restart;
mod stages;

use serde_json::Value;

use super::side::Sides;
use super::{Meant, table::Does};
use crate::pacemaker::Call;

use needs::Needs;

/// Where a step is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Where {
    /// Where the plan is carried out.
    Here,
    /// On a node, by its position.
    Node(usize),
    /// On both.
    Both,
}

/// One step.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Where.
    pub at: Where,
    /// What is so afterwards, in a few words.
    pub title: String,
    /// How.
    pub what: What,
}

/// How a step is done.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// The new tree goes to both nodes, beside what runs.
    Tree,
    /// A step of the new tree's node.sh, with its argument where it has one.
    Node(Vec<String>),
    /// The keys of the other node come to this one.
    Keys,
    /// The cluster's configuration changes, in one push.
    Cib(Vec<Call>),
    /// A step of the plan's own: its template below `templates/change`, and what that sees.
    Own(&'static str, Value),
    /// A person does it: what.
    Hand(Vec<String>),
    /// The new tree's bootstrap.sh, with arguments.
    Bootstrap(Vec<&'static str>),
    /// The new tree's verify.sh.
    Verify,
}

/// Every step of a change, in order, none where nothing on the nodes changes; and whether everything has to stop.
pub(super) fn steps(edits: &[Meant], sides: &Sides) -> (Vec<Step>, bool) {
    if edits.iter().all(|meant| meant.row.does == Does::Nothing) {
        return (Vec::new(), false);
    }
    let needs = Needs::of(edits, sides);
    (stages::steps(edits, sides, &needs), needs.full)
}
