//! A cluster that is played with: things happen, Pacemaker answers until it is at rest.

use std::collections::BTreeMap;

use super::cib::{Broken, Cib};
use super::engine::{Failure, Simulator};
use super::graph::{self, Action, Verb};
use super::seen::{Done, Seen};
use super::stack::Stack;
use super::status::{Role, Status};
use crate::pacemaker::ids;

/// Something that happens to the cluster. Nodes are meant by their places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Event {
    /// The node joins.
    Join(usize),
    /// The node is lost: no word from it, and nobody knows what it does.
    Lose(usize),
    /// The node is known to be off: somebody else had it fenced.
    Off(usize),
    /// Both have been off: nobody knows what they did before.
    Forget,
    /// The fence handler on this node bans the other one from every disk.
    Ban(usize),
    /// The disks are the same again, and the handler takes its bans back.
    LiftBans,
    /// The node's disks are behind those of the other one.
    Stale(usize),
    /// The node goes to standby, or comes back from it.
    Standby(usize, bool),
    /// The cluster services of the node are stopped.
    Leave(usize),
    /// The property that stops all resources is set, or taken back.
    StopAll(bool),
    /// Whether there is a quorum.
    Quorum(bool),
    /// Every guest is moved to a node; none takes what was left by the move away.
    Place(Option<usize>),
    /// What looks after a resource on a node says that it failed.
    Fails(String, usize),
    /// An operation of a resource on a node does not succeed as long as this step lasts.
    WillFail(String, &'static str, usize),
    /// Fencing does not succeed as long as this step lasts.
    FencingFails,
}

/// A cluster.
#[derive(Debug, Clone)]
pub(super) struct Cluster {
    cib: Cib,
    status: Status,
    /// The nodes as Pacemaker calls them.
    pub nodes: [String; 2],
    /// The promotion scores that are set, by resource and place of the node.
    scores: BTreeMap<(String, usize), &'static str>,
    /// Whose disks are behind.
    stale: Option<usize>,
}

/// Transitions after one event; no cluster that comes to rest needs so many.
const MOST: usize = 15;

impl Cluster {
    /// A cluster that is off.
    pub fn new(cib: &str) -> Result<Cluster, Broken> {
        let cib = Cib::new(cib)?;
        let nodes: Result<[String; 2], _> = cib.nodes()?.try_into();
        let nodes = nodes.map_err(|found| format!("{} nodes in the CIB", found.len()))?;
        Ok(Cluster { cib, status: Status::default(), nodes, scores: BTreeMap::new(), stale: None })
    }

    /// Lets things happen and carries out what Pacemaker answers, until it has nothing more to do.
    pub fn step(&mut self, simulator: &Simulator, stack: &Stack, events: &[Event]) -> Result<Seen, Failure> {
        let mut options = Vec::new();
        for event in events {
            options.extend(self.happen(stack, event)?);
        }
        let held = events.contains(&Event::FencingFails).then_some(Verb::Fence);
        let mut seen = Seen::new(self.status.clone());
        seen.unnoticed.extend(events.iter().filter_map(|event| match event {
            Event::Fails(resource, node) if self.failure(resource, &self.nodes[*node]).is_none() => {
                Some(resource.clone())
            }
            _ => None,
        }));
        let mut quiet = false;
        for round in 0..MOST {
            let changed = self.promotion_scores(stack)?;
            if quiet && !changed {
                seen.rests = true;
                break;
            }
            let played = simulator.play(&self.cib, &options)?;
            let actions = graph::actions(&played.graph, &played.output, held)?;
            quiet = actions.iter().all(|action| action.verb == Verb::Notify);
            let leaving: Vec<String> = of_verb(&actions, Verb::Leave);
            seen.add(round, actions, events, &self.nodes);
            seen.complete &= played.complete;
            if held.is_some() {
                self.cib = played.before;
                seen.rests = true;
                break;
            }
            (self.cib, self.status) = (played.after, played.status);
            for node in leaving {
                self.cib.down(&node)?;
            }
            self.failed_starts(&seen, round)?;
            // What has happened does not happen again; what fails goes on to fail.
            options.retain(|option| option.starts_with("--op-fail"));
        }
        seen.after = self.status.clone();
        Ok(seen)
    }

    /// Writes what happens into the CIB; returns the options of crm_simulate for what it does itself.
    fn happen(&mut self, stack: &Stack, event: &Event) -> Result<Option<String>, Broken> {
        let name = |node: &usize| self.nodes[*node].clone();
        match event {
            Event::Join(node) => return Ok(Some(format!("--node-up={}", name(node)))),
            Event::Lose(node) => return Ok(Some(format!("--node-fail={}", name(node)))),
            Event::Off(node) => {
                let node = name(node);
                self.status.leave(&node);
                self.cib.down(&node)?;
            }
            Event::Forget => self.forget()?,
            Event::Ban(node) => {
                for disk in &stack.disks {
                    self.cib.ban(&disk.name, &ids::clone_of(&disk.id), &stack.nodes[*node])?;
                }
            }
            Event::LiftBans => {
                self.stale = None;
                for disk in &stack.disks {
                    self.cib.lift_ban(&disk.name, &ids::clone_of(&disk.id))?;
                }
            }
            Event::Stale(node) => self.stale = Some(*node),
            Event::Standby(node, on) => self.cib.standby(&name(node), *on)?,
            Event::Leave(node) => self.cib.transient(&name(node), "shutdown", Some("1"))?,
            Event::StopAll(on) => self.cib.property("stop-all-resources", on.then_some("true"))?,
            Event::Quorum(has) => self.cib.quorum(*has)?,
            Event::Place(node) => {
                for guest in &stack.guests {
                    self.cib.place(&guest.id, node.as_ref().map(name).as_deref())?;
                }
            }
            Event::Fails(resource, node) => return Ok(self.failure(resource, &name(node))),
            Event::WillFail(resource, operation, node) => {
                return Ok(Some(format!("--op-fail={resource}_{operation}_0@{}=1", name(node))));
            }
            Event::FencingFails => {}
        }
        Ok(None)
    }

    /// What the controller does and crm_simulate leaves out: a failed start counts as so many failures that the resource
    /// leaves the node (`start-failure-is-fatal`).
    fn failed_starts(&mut self, seen: &Seen, round: usize) -> Result<(), Broken> {
        let fatal = |done: &&Done| done.failed && done.round == round && done.action.verb == Verb::Start;
        for Done { action, .. } in seen.done.iter().filter(fatal) {
            self.cib.fatal_start(&action.node, &action.resource)?;
        }
        Ok(())
    }

    fn forget(&mut self) -> Result<(), Broken> {
        self.status = Status::default();
        self.scores.clear();
        self.cib.forget()
    }

    /// The failure of what looks after an instance; none where nothing does.
    fn failure(&self, resource: &str, node: &str) -> Option<String> {
        let role = self.status.role(resource, node)?;
        let interval = self.status.monitored.get(&(resource.to_owned(), node.to_owned()))?.get(&role)?;
        Some(format!("--op-inject={resource}_monitor_{interval}@{node}=1"))
    }

    /// What the DRBD agent does where an instance runs: it says how good the node is for a promotion, by the attribute
    /// `master-<resource>`. Where none runs there is no such attribute. Whether anything changed.
    fn promotion_scores(&mut self, stack: &Stack) -> Result<bool, Broken> {
        let mut changed = false;
        for disk in &stack.disks {
            for (place, node) in self.nodes.iter().enumerate() {
                let score = match self.status.role(&disk.id, node) {
                    None => None,
                    Some(Role::Started) if self.stale == Some(place) => Some("10"),
                    Some(_) => Some("10000"),
                };
                let key = (disk.id.clone(), place);
                if self.scores.get(&key).copied() == score {
                    continue;
                }
                changed = true;
                self.cib.transient(node, &format!("master-{}", disk.id), score)?;
                match score {
                    Some(score) => self.scores.insert(key, score),
                    None => self.scores.remove(&key),
                };
            }
        }
        Ok(changed)
    }
}

fn of_verb(actions: &[Action], verb: Verb) -> Vec<String> {
    actions.iter().filter(|action| action.verb == verb).map(|action| action.node.clone()).collect()
}

impl Seen {
    fn add(&mut self, round: usize, actions: Vec<Action>, events: &[Event], nodes: &[String; 2]) {
        let start = self.done.len();
        let from = self.done.iter().map(|done| done.wave).max().unwrap_or(0);
        let fails = |action: &Action| {
            events.iter().any(|event| {
                matches!(event, Event::WillFail(resource, operation, node)
                    if action.resource == *resource && action.verb.operation() == *operation && action.node == nodes[*node])
            })
        };
        let waves = waves(&actions);
        for (action, wave) in actions.into_iter().zip(waves) {
            let failed = fails(&action);
            self.done.push(Done { action, round, start, wave: from + wave, failed });
        }
    }
}

/// How many others at least had to come before each action, itself included. Notifications are no actions of their own.
fn waves(actions: &[Action]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..actions.len()).collect();
    order.sort_by_key(|place| actions[*place].after.len());
    let mut waves = vec![0; actions.len()];
    for place in order {
        let before = actions[place].after.iter().map(|earlier| waves[*earlier]).max().unwrap_or(0);
        waves[place] = before + usize::from(actions[place].verb != Verb::Notify);
    }
    waves
}
