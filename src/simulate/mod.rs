//! Scenarios played on a CIB through Pacemaker's own scheduler: what it would do, in which order, and whether what must hold does.

mod cib;
mod claims;
mod engine;
mod graph;
mod play;
mod report;
mod scenarios;
mod seen;
mod stack;
mod status;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use claims::{Claim, Scene};
use play::{Cluster, Event};
use scenarios::{Start, Step};

pub use claims::CLAIMS;
pub use engine::{Failure, Simulator};
pub use report::{Outcome, StepOutcome, json, text};
pub use scenarios::{Definition, SCENARIOS};
pub use stack::Stack;

/// A scenario of one cluster.
struct Scenario {
    name: &'static str,
    about: String,
    node: Option<String>,
    start: (Start, usize),
    steps: Vec<Step>,
    /// How the node that it is about, and the other one, are called.
    names: [String; 2],
}

/// Plays the scenarios with these names, or all, on a CIB; in the order in which they are listed.
pub fn simulate(simulator: &Simulator, cib: &str, stack: &Stack, only: &[&str]) -> Result<Vec<Outcome>, Failure> {
    let off = Cluster::new(cib)?;
    let scenarios = scenarios_of(stack, &off.nodes, only);
    let starts = Starts { simulator, stack, off, known: Mutex::default() };
    in_parallel(&scenarios, |scenario| starts.play(scenario)).into_iter().collect()
}

fn scenarios_of(stack: &Stack, nodes: &[String; 2], only: &[&str]) -> Vec<Scenario> {
    let mut all = Vec::new();
    for definition in SCENARIOS.iter().filter(|one| only.is_empty() || only.contains(&one.name)) {
        for node in if definition.each { 0..2 } else { 0..1 } {
            let other = 1 - node;
            let names = [nodes[node].clone(), nodes[other].clone()];
            if let Some(steps) = (definition.steps)(stack, node, other) {
                all.push(Scenario {
                    name: definition.name,
                    about: named(definition.about, &names),
                    node: definition.each.then(|| names[0].clone()),
                    start: (definition.start, node),
                    steps,
                    names,
                });
            }
        }
    }
    all
}

/// A text about the node and the other one.
fn named(text: &str, [node, other]: &[String; 2]) -> String {
    text.replace('@', node).replace('%', other)
}

/// The states that scenarios begin in; each is played once.
struct Starts<'a> {
    simulator: &'a Simulator,
    stack: &'a Stack,
    off: Cluster,
    known: Mutex<BTreeMap<Option<usize>, Cluster>>,
}

impl Starts<'_> {
    fn get(&self, (start, node): (Start, usize)) -> Result<Cluster, Failure> {
        let guests = match start {
            Start::Off => return Ok(self.off.clone()),
            Start::AtRest => None,
            Start::GuestsThere => Some(node),
            Start::GuestsElsewhere => Some(1 - node),
        };
        let guests = guests.filter(|_| !self.stack.guests.is_empty());
        // Held while it is played: the others would play the same.
        let mut known = self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(cluster) = known.get(&guests) {
            return Ok(cluster.clone());
        }
        let mut cluster = self.off.clone();
        let events = [Event::Place(guests), Event::Join(0), Event::Join(1)];
        cluster.step(self.simulator, self.stack, &events)?;
        if guests.is_some() {
            cluster.step(self.simulator, self.stack, &[Event::Place(None)])?;
        }
        known.insert(guests, cluster.clone());
        Ok(cluster)
    }

    fn play(&self, scenario: &Scenario) -> Result<Outcome, Failure> {
        let mut cluster = self.get(scenario.start)?;
        let mut steps = Vec::new();
        for step in &scenario.steps {
            let seen = cluster.step(self.simulator, self.stack, &step.events)?;
            let scene = Scene { stack: self.stack, nodes: &cluster.nodes, seen: &seen };
            let verdicts = Claim::of(&step.claims).map(|claim| (claim.name(), claim.judge(&scene)));
            let verdicts = verdicts.collect();
            steps.push(StepOutcome::new(named(step.text, &scenario.names), &seen, self.stack, verdicts));
        }
        Ok(Outcome { name: scenario.name, about: scenario.about.clone(), node: scenario.node.clone(), steps })
    }
}

/// What a function makes of each item, in their order, on as many processors as there are.
fn in_parallel<T: Sync, R: Send>(items: &[T], make: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let workers = thread::available_parallelism().map_or(1, usize::from).min(items.len());
    let work = || {
        let mut made = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(place) else { return made };
            made.push((place, make(item)));
        }
    };
    let mut made: Vec<(usize, R)> = thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("a scenario does not panic")).collect()
    });
    made.sort_by_key(|(place, _)| *place);
    made.into_iter().map(|(_, result)| result).collect()
}
