//! The inventory and the playbook: the same steps as bootstrap.sh, from the same list.

use serde::Serialize;

use super::scripts::{At, Move, sequence};
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
struct Playbook {
    tasks: Vec<Task>,
}

/// One task or, for keys, two.
#[derive(Serialize, Default)]
struct Task {
    title: String,
    /// The step with its argument.
    words: Vec<String>,
    /// Only on the first node.
    first: bool,
    /// The step can be told to leave the first copy out.
    skippable: bool,
    keys: bool,
    prove: bool,
    verify: bool,
    /// The file, for a script of `cluster/`.
    script: Option<&'static str>,
}

pub(super) fn add(plan: &Plan, tree: &mut Tree) -> Result<(), Bug> {
    let meta = Meta::config("Ansible", None);
    let nodes = plan.nodes.iter().zip(plan.cluster.links[0].addresses);
    let inventory = Inventory {
        nodes: nodes.map(|(node, address)| Host { name: &node.name, address: address.to_string() }).collect(),
    };
    tree.root("ansible/inventory.yml", "ansible/inventory.yml.j2", &inventory, meta)?;
    let playbook = Playbook { tasks: sequence(plan).iter().map(task).collect() };
    tree.root("ansible/site.yml", "ansible/site.yml.j2", &playbook, meta)
}

fn task(one: &Move) -> Task {
    match one {
        Move::Step { at, step, argument } => {
            let words: Vec<String> = std::iter::once((*step).to_owned()).chain(argument.clone()).collect();
            Task {
                title: format!("Step {}", words.join(" ")),
                first: *at == At::First,
                skippable: one.name() == "drbd-sync",
                words,
                ..Task::default()
            }
        }
        Move::Keys => Task { keys: true, ..Task::default() },
        Move::Prove => Task { prove: true, ..Task::default() },
        Move::Script(file) => Task { title: format!("Script {file}"), script: Some(file), ..Task::default() },
        Move::Verify => Task { verify: true, ..Task::default() },
    }
}
