//! The inventory and the playbook: the same steps as bootstrap.sh, from the same list.

use serde::Serialize;

use super::scripts::{At, Move, PROOF, Proof, fence_wait, sequence};
use super::{Bug, Meta, Tree};
use crate::plan::Plan;

#[derive(Serialize)]
struct Inventory<'a> {
    nodes: Vec<Host<'a>>,
}

#[derive(Serialize)]
struct Host<'a> {
    name: &'a str,
    address: String,
}

#[derive(Serialize)]
struct Playbook<'a> {
    fence_wait: u64,
    tasks: Vec<Task<'a>>,
}

/// One task, or the few that belong together.
#[derive(Serialize, Default)]
struct Task<'a> {
    /// `step`, `script`, `keys`, `prove`, `back` or `verify`.
    kind: &'static str,
    /// The name that bootstrap.sh has for it.
    tag: &'static str,
    title: String,
    /// The step with its argument, or the file of `cluster/`.
    words: Vec<String>,
    /// The only node it runs on.
    host: Option<&'a str>,
    /// The step can be told to leave the first copy out.
    skippable: bool,
    /// For the proof of fencing: the node that is fenced.
    fenced: Option<&'a str>,
}

pub(super) fn add(plan: &Plan, tree: &mut Tree) -> Result<(), Bug> {
    let meta = Meta::config("Ansible", None);
    let nodes = plan.nodes.iter().zip(plan.cluster.links[0].addresses);
    let inventory = Inventory {
        nodes: nodes.map(|(node, address)| Host { name: &node.name, address: address.to_string() }).collect(),
    };
    tree.root("ansible/inventory.yml", "ansible/inventory.yml.j2", &inventory, meta)?;
    let playbook = Playbook {
        fence_wait: fence_wait(plan),
        tasks: sequence(plan)
            .iter()
            .flat_map(|one| tasks(plan, one).into_iter().map(|task| Task { tag: one.name(), ..task }))
            .collect(),
    };
    tree.root("ansible/site.yml", "ansible/site.yml.j2", &playbook, meta)
}

fn tasks<'a>(plan: &'a Plan, one: &Move) -> Vec<Task<'a>> {
    let name = |index: usize| plan.nodes[index].name.as_str();
    match one {
        Move::Step { at, step, argument } => {
            let words: Vec<String> = std::iter::once((*step).to_owned()).chain(argument.clone()).collect();
            vec![Task {
                kind: "step",
                title: format!("Step {}", words.join(" ")),
                host: (*at == At::First).then_some(name(0)),
                skippable: one.name() == "drbd-sync",
                words,
                ..Task::default()
            }]
        }
        Move::Keys => vec![Task { kind: "keys", ..Task::default() }],
        Move::Prove => {
            let mut tasks = vec![Task { kind: "prove", ..Task::default() }];
            for (other, fenced) in [(0, 1), (1, 0)] {
                tasks.extend(PROOF.iter().map(|one| proof(one, name(other), name(fenced))));
            }
            tasks
        }
        Move::Script(file) => vec![Task {
            kind: "script",
            title: format!("Script {file}"),
            words: vec![(*file).to_owned()],
            host: Some(name(0)),
            ..Task::default()
        }],
        Move::Verify => vec![Task { kind: "verify", ..Task::default() }],
    }
}

/// What one node does about the other, when it is fenced to see whether that works.
fn proof<'a>(one: &Proof, other: &'a str, fenced: &'a str) -> Task<'a> {
    let (kind, host, words) = match *one {
        Proof::Fenced(words) => ("step", fenced, words),
        Proof::Other(words) => ("step", other, words),
        Proof::Back => ("back", fenced, [].as_slice()),
    };
    let title = match kind {
        "back" => format!("Wait until {fenced} is back"),
        _ => format!("Step {} ({other} fences {fenced})", words.join(" ")),
    };
    let words = words.iter().map(|word| (*word).to_owned()).collect();
    Task { kind, title, words, host: Some(host), fenced: Some(fenced), ..Task::default() }
}
