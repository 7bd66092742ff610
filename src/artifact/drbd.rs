//! drbd.conf, global_common.conf and one file for each resource.

use serde::Serialize;

use super::{Bug, Meta, Tree};
use crate::plan::{Plan, Storage};
use crate::platform::{FencingSection, drbd_facts};

#[derive(Serialize)]
struct Nothing {}

#[derive(Serialize)]
struct Common {
    loss: String,
    fencing: String,
    fence_peer: String,
    unfence_peer: &'static str,
    unfence_after_resync: bool,
    split_brain: String,
    out_of_sync: String,
    io_error: String,
    options: Vec<OptionLine>,
    fencing_in_disk: bool,
    fencing_in_net: bool,
}

#[derive(Serialize)]
struct OptionLine {
    name: &'static str,
    value: &'static str,
}

#[derive(Serialize)]
struct Resource<'a> {
    name: &'a str,
    secret_file: &'a str,
    auth_alg: &'static str,
    verify_alg: &'static str,
    csums_alg: &'static str,
    max_buffers: u32,
    resync_start: u64,
    resync_max: u64,
    resync_min: u64,
    al_extents: u32,
    minor: u32,
    port: u16,
    node_ids: bool,
    nodes: Vec<Side<'a>>,
}

#[derive(Serialize)]
struct Side<'a> {
    name: &'a str,
    id: u32,
    ipv6: bool,
    address: String,
    disk: &'a str,
}

const RELOAD: Option<&str> = Some("drbdadm adjust all");

pub(super) fn add(plan: &Plan, tree: &mut Tree) -> Result<(), Bug> {
    let meta = Meta::config("drbd", RELOAD);
    // A secret lands in these on the node.
    let private = Meta { mode: 0o600, ..meta };
    for node in &plan.nodes {
        tree.node(node, "etc/drbd.conf", "drbd/drbd.drbd.j2", &Nothing {}, meta)?;
        tree.node(node, "etc/drbd.d/global_common.conf", "drbd/global_common.drbd.j2", &common(plan), meta)?;
        for storage in &plan.storage {
            let path = format!("etc/drbd.d/{}.res", storage.name);
            tree.node(node, &path, "drbd/resource.res.j2", &resource(plan, storage), private)?;
        }
    }
    Ok(())
}

fn common(plan: &Plan) -> Common {
    let facts = drbd_facts(plan.drbd);
    let budget = &plan.budget;
    let mail = plan.mail.as_deref().unwrap_or("root");
    let notify = |script: &str| format!("/usr/lib/drbd/notify-{script}.sh {mail}");
    Common {
        loss: budget.loss().to_string(),
        fencing: budget.fencing.to_string(),
        fence_peer: format!(
            "{} --timeout {} --dc-timeout {} --suicide-on-failure-if-primary",
            facts.fence_peer, budget.handler, budget.dc
        ),
        unfence_peer: facts.unfence_peer,
        unfence_after_resync: facts.unfence_after_resync,
        split_brain: notify("split-brain"),
        out_of_sync: notify("out-of-sync"),
        io_error: notify("io-error"),
        options: facts.options.iter().map(|&(name, value)| OptionLine { name, value }).collect(),
        fencing_in_disk: facts.fencing_section == FencingSection::Disk,
        fencing_in_net: facts.fencing_section == FencingSection::Net,
    }
}

fn resource<'a>(plan: &'a Plan, storage: &'a Storage) -> Resource<'a> {
    let side = |index: usize| {
        let address = storage.network.addresses[index];
        let node = &plan.nodes[index];
        Side {
            name: &node.name,
            id: node.id - 1,
            ipv6: address.is_ipv6(),
            address: address.to_string(),
            disk: &storage.disks[index],
        }
    };
    Resource {
        name: &storage.name,
        secret_file: &storage.secret,
        auth_alg: storage.auth_alg.as_str(),
        verify_alg: storage.verify_alg.as_str(),
        csums_alg: storage.csums_alg.map_or("", |algorithm| algorithm.as_str()),
        max_buffers: storage.max_buffers,
        // Half of the most that it may take, before the controller knows better.
        resync_start: (storage.resync_max / 2) >> 10,
        resync_max: storage.resync_max >> 10,
        resync_min: storage.resync_min >> 10,
        al_extents: storage.al_extents,
        minor: storage.minor,
        port: storage.port,
        node_ids: drbd_facts(plan.drbd).node_ids,
        nodes: vec![side(0), side(1)],
    }
}
