//! What was seen of one step of a scenario, and the questions that claims ask about it.

use super::graph::{Action, Verb};
use super::status::Status;

/// What one step of a scenario did.
#[derive(Debug)]
pub struct Seen {
    /// What ran before it.
    pub before: Status,
    /// What runs after it.
    pub after: Status,
    /// Everything that was done.
    pub done: Vec<Done>,
    /// Whether Pacemaker had nothing more to do at the end.
    pub rests: bool,
    /// Whether every transition came to its end.
    pub complete: bool,
    /// What failed without a monitor that could have seen it.
    pub unnoticed: Vec<String>,
}

/// Something that was done.
#[derive(Debug, Clone)]
pub struct Done {
    /// What.
    pub action: Action,
    /// In which transition of the step.
    pub round: usize,
    /// Where the actions of that transition begin.
    pub start: usize,
    /// How many at least came before it, itself included.
    pub wave: usize,
    /// Whether it failed.
    pub failed: bool,
}

impl Seen {
    /// A step of which nothing has been seen.
    pub fn new(before: Status) -> Seen {
        Seen { after: before.clone(), before, done: Vec::new(), rests: false, complete: true, unnoticed: Vec::new() }
    }

    /// Everything that was done but notifications, with its place.
    pub fn acts(&self) -> impl Iterator<Item = (usize, &Action)> {
        let all = self.done.iter().enumerate().map(|(place, done)| (place, &done.action));
        all.filter(|(_, action)| action.verb != Verb::Notify)
    }

    /// The places of what was done to a resource on a node.
    pub fn places<'a>(&'a self, verb: Verb, resource: &'a str, node: &'a str) -> impl Iterator<Item = usize> + 'a {
        self.done.iter().enumerate().filter_map(move |(place, Done { action, .. })| {
            let it = action.verb == verb && action.resource == resource && action.node == node;
            it.then_some(place)
        })
    }

    /// Whether one had to wait for the other: it would have without luck, too.
    pub fn waits(&self, later: usize, earlier: usize) -> bool {
        let [later, first] = [&self.done[later], &self.done[earlier]];
        later.round > first.round || later.round == first.round && later.action.after.contains(&(earlier - first.start))
    }

    /// Whether one of some had to come before an action.
    pub fn any_before(&self, later: usize, mut earlier: impl Iterator<Item = usize>) -> bool {
        earlier.any(|place| self.waits(later, place))
    }

    /// The nodes that were fenced.
    pub fn fenced(&self) -> Vec<&str> {
        let fences = self.acts().filter(|(_, action)| action.verb == Verb::Fence);
        fences.map(|(_, action)| action.node.as_str()).collect()
    }
}
