//! The inventory and the playbook: the steps of the bootstrap, run by Ansible.

use serde::Serialize;

use super::scripts::steps::{self, Step};
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
struct Site {
    steps: Vec<Task>,
}

#[derive(Serialize)]
struct Task {
    name: String,
    script: bool,
    once: bool,
    share: bool,
    file: String,
    read: String,
    write: String,
}

pub(super) fn add(plan: &Plan, tree: &mut Tree) -> Result<(), Bug> {
    let meta = Meta::config("ansible", None);
    let addresses = &plan.cluster.links[0].addresses;
    let nodes = plan.nodes.iter().zip(addresses);
    let inventory =
        Inventory { nodes: nodes.map(|(node, ip)| Host { name: &node.name, address: ip.to_string() }).collect() };
    tree.root("ansible/inventory.yml", "ansible/inventory.yml.j2", &inventory, meta)?;
    // Proving the fencing cuts power: that is for bootstrap.sh and a person.
    let steps = steps::bootstrap(plan).into_iter().filter(|step| step.how != "prove_fencing").map(task).collect();
    tree.root("ansible/site.yml", "ansible/site.yml.j2", &Site { steps }, meta)
}

fn task(step: Step) -> Task {
    Task {
        script: step.how == "script",
        once: step.how != "each",
        share: step.how == "share",
        file: step.arguments.first().cloned().unwrap_or_default(),
        read: format!("{}: read on the first node", step.name),
        write: format!("{}: the same on both", step.name),
        name: step.name,
    }
}
