//! The Pacemaker configuration as one list of statements. The CIB and the pcs commands are both made of this list, so they
//! cannot disagree.
//!
//! Ids, and the order of elements and attributes, are the ones that pcs itself gives (found by running pcs 0.9.169 and
//! 0.11.5); everything that has a name is sorted by it, because one line of pcs sorts and the other does not.

mod build;
mod change;
mod cib;
pub mod ids;
mod pcs;

pub use build::{configure, storage_id};
pub use change::{CibChange, change, command};
pub use cib::{Attribute, Line, lines};
pub use pcs::{Call, call};

use crate::platform::{Platform, Promotable};

/// The whole configuration.
#[derive(Debug, Clone)]
pub struct Configuration {
    /// The platform's facts.
    pub platform: &'static Platform,
    /// The nodes, as (corosync's id, name).
    pub nodes: [(u32, String); 2],
    /// What is configured, in the order in which it is.
    pub scripts: Vec<Script>,
}

impl Configuration {
    /// Every statement, in order.
    pub fn statements(&self) -> impl Iterator<Item = &Statement> {
        self.scripts.iter().flat_map(|script| &script.blocks).flat_map(|block| &block.statements)
    }
}

/// What takes effect at once.
#[derive(Debug, Clone)]
pub struct Script {
    /// The file's name without its folder.
    pub file: &'static str,
    /// What it is for, in one line.
    pub about: &'static str,
    /// What it configures.
    pub blocks: Vec<Block>,
}

/// Statements that have one reason.
#[derive(Debug, Clone)]
pub struct Block {
    /// The reason, in one line.
    pub why: String,
    /// The statements.
    pub statements: Vec<Statement>,
}

/// Names with their values.
pub type Pairs = Vec<(String, String)>;

/// One thing that is configured, by one pcs command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Statement {
    /// A cluster property.
    Property(String, String),
    /// A default of every resource.
    Default(String, String),
    /// A resource or a fence device.
    Primitive(Primitive),
    /// Runs what was created last on both nodes.
    Clone(CloneOf),
    /// A resource prefers a node, or avoids it.
    Location(Location),
    /// One thing happens before another.
    Order(Order),
    /// One thing runs where another does.
    Colocation(Colocation),
    /// A level of the fencing topology.
    Level(Level),
    /// A program that is told what happens.
    Alert(Alert),
    /// Whom an alert's program tells.
    Recipient(Recipient),
}

/// A resource or a fence device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Primitive {
    /// The id.
    pub id: String,
    /// `ocf` or `stonith`.
    pub class: &'static str,
    /// The agent's provider; fence agents have none.
    pub provider: Option<&'static str>,
    /// The agent's name.
    pub agent: String,
    /// The agent's parameters, sorted.
    pub parameters: Pairs,
    /// The operations, sorted by name.
    pub operations: Vec<Operation>,
    /// Meta attributes, sorted.
    pub meta: Pairs,
    /// The group that it is the next member of.
    pub group: Option<String>,
}

impl Primitive {
    /// The agent as pcs names it; a fence agent by its class, too.
    pub fn kind(&self) -> String {
        let parts = [Some(self.class), self.provider, Some(self.agent.as_str())];
        parts.into_iter().flatten().collect::<Vec<_>>().join(":")
    }
}

/// An operation of a primitive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// The action.
    pub name: &'static str,
    /// How often, in seconds; 0 for what is no monitor.
    pub interval_s: u64,
    /// How long it may take, in seconds.
    pub timeout_s: u64,
    /// The role of which it is the monitor.
    pub role: Option<&'static str>,
    /// What its failure leads to, if not a restart.
    pub on_fail: Option<&'static str>,
}

impl Operation {
    /// Its attributes in the order in which they are given.
    pub fn attributes(&self) -> Vec<(&'static str, String)> {
        let mut attributes =
            vec![("interval", format!("{}s", self.interval_s)), ("timeout", format!("{}s", self.timeout_s))];
        attributes.extend(self.role.map(|role| ("role", role.to_owned())));
        attributes.extend(self.on_fail.map(|on_fail| ("on-fail", on_fail.to_owned())));
        attributes
    }
}

/// A clone of a resource or a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloneOf {
    /// What is cloned.
    pub of: String,
    /// How it is written where its instances can be promoted.
    pub promotable: Option<Promotable>,
    /// Meta attributes, sorted.
    pub meta: Pairs,
}

impl CloneOf {
    /// The id.
    pub fn id(&self) -> String {
        ids::clone_of(&self.of)
    }

    /// The CIB's element.
    pub fn element(&self) -> &'static str {
        if self.promotable == Some(Promotable::Master) { "master" } else { "clone" }
    }
}

/// A resource prefers a node, or avoids it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The resource.
    pub resource: String,
    /// The node.
    pub node: String,
    /// How much it is preferred; none where it must be avoided.
    pub prefers: Option<u32>,
}

impl Location {
    /// The score as the CIB holds it.
    pub fn score(&self) -> String {
        self.prefers.map_or_else(|| "-INFINITY".into(), |score| score.to_string())
    }

    /// The id.
    pub fn id(&self) -> String {
        format!("location-{}-{}-{}", self.resource, self.node, self.score())
    }
}

/// One thing happens before another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// What is first.
    pub first: String,
    /// `start` or `promote`.
    pub first_action: &'static str,
    /// What is started then.
    pub then: String,
    /// Only never both at the same time; one may start without the other.
    pub serialize: bool,
}

impl Order {
    /// The id.
    pub fn id(&self) -> String {
        let kind = if self.serialize { "Serialize" } else { "mandatory" };
        format!("order-{}-{}-{kind}", self.first, self.then)
    }
}

/// One thing runs where another does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colocation {
    /// What has to follow.
    pub resource: String,
    /// What it follows.
    pub with: String,
    /// The role that the other has to have there.
    pub role: Option<&'static str>,
}

impl Colocation {
    /// The id.
    pub fn id(&self) -> String {
        format!("colocation-{}-{}-INFINITY", self.resource, self.with)
    }
}

/// A level of the fencing topology.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// The node that is fenced.
    pub target: String,
    /// 1 to 9.
    pub index: u32,
    /// The devices that act together.
    pub devices: Vec<String>,
}

impl Level {
    /// The id.
    pub fn id(&self) -> String {
        format!("fl-{}-{}", self.target, self.index)
    }
}

/// A program that is told what happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// The id.
    pub id: String,
    /// The program.
    pub path: String,
    /// Its options, sorted.
    pub options: Pairs,
}

/// Whom an alert's program tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// The id.
    pub id: String,
    /// The alert.
    pub alert: String,
    /// The address.
    pub value: String,
}
