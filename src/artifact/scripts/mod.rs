//! bootstrap.sh, node.sh, verify.sh and teardown.sh.

pub(super) mod steps;

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Bug, Meta, Tree, systemd};
use crate::model::{DrbdMajor, FirewallKind};
use crate::plan::Plan;
use crate::platform::{Locking, PackageManager, Transport as Totem};
use steps::Step;

#[derive(Serialize)]
struct NodeScript<'a> {
    cluster: &'a str,
    node: &'a str,
    peer: &'a str,
    addresses: Vec<String>,
    modules: Vec<&'static str>,
    packages: Vec<&'static str>,
    fence_devices: Vec<&'a str>,
    fence_secrets: BTreeSet<&'a str>,
    units_on: Vec<String>,
    units_off: Vec<&'static str>,
    local_pvs: &'a [String],
    drbd_devices: Vec<String>,
    drbd_version: &'static str,
    apt: bool,
    firewalld: bool,
    nftables: bool,
    zones: Vec<Zone>,
    mail: bool,
    encrypted: bool,
    clvmd: bool,
    makes: Vec<Make<'a>>,
    guests: bool,
    migration_uri: String,
    migration_help: String,
    steps: Vec<Step>,
}

#[derive(Serialize)]
struct Zone {
    zone: String,
    service: String,
}

#[derive(Serialize)]
struct Make<'a> {
    function: String,
    table: &'a str,
    journals: u32,
    journal_mib: u64,
    device: &'a str,
}

#[derive(Serialize)]
struct Remote<'a> {
    cluster: &'a str,
    nodes: Vec<Name<'a>>,
    first_target: String,
    second_target: String,
    steps: Vec<Step>,
}

#[derive(Serialize)]
struct Name<'a> {
    name: &'a str,
}

#[derive(Serialize)]
struct Verify<'a> {
    #[serde(flatten)]
    remote: Remote<'a>,
    units_off: Vec<&'static str>,
    fence_devices: Vec<Watched>,
    clones: Vec<Watched>,
    guests: Vec<Watched>,
    resources: Vec<WatchedDrbd<'a>>,
    filesystems: Vec<WatchedFilesystem<'a>>,
}

#[derive(Serialize)]
struct Watched {
    name: String,
    text: String,
}

#[derive(Serialize)]
struct WatchedDrbd<'a> {
    name: &'a str,
    role_text: String,
    disk_text: String,
}

#[derive(Serialize)]
struct WatchedFilesystem<'a> {
    name: &'a str,
    device: &'a str,
    mount: &'a str,
    table: &'a str,
    lock_text: String,
    table_text: String,
    mount_text: String,
}

pub(super) fn add(plan: &Plan, tree: &mut Tree) -> Result<(), Bug> {
    let bootstrap = steps::bootstrap(plan);
    let teardown = steps::teardown(plan);
    for (index, node) in plan.nodes.iter().enumerate() {
        let view = node_script(plan, index, bootstrap.iter().chain(&teardown));
        tree.root(&format!("nodes/{}/node.sh", node.name), "scripts/node.sh.j2", &view, Meta::script("script"))?;
    }
    let script = Meta::script("script");
    tree.root("bootstrap.sh", "scripts/bootstrap.sh.j2", &remote(plan, bootstrap), script)?;
    tree.root("teardown.sh", "scripts/teardown.sh.j2", &remote(plan, teardown), script)?;
    tree.root("verify.sh", "scripts/verify.sh.j2", &verify(plan), script)
}

fn node_script<'a>(plan: &'a Plan, index: usize, steps: impl Iterator<Item = &'a Step>) -> NodeScript<'a> {
    let (node, peer) = (&plan.nodes[index], &plan.nodes[1 - index].name);
    let migration_uri = steps::migration_uri(plan, peer);
    let mine = steps.filter(|step| !step.function.is_empty());
    let makes = plan.filesystems().enumerate().map(|(position, (_, filesystem))| Make {
        function: steps::make_function(position),
        table: &filesystem.lock_table,
        journals: filesystem.journals,
        journal_mib: filesystem.journal_mib,
        device: &filesystem.device,
    });
    NodeScript {
        cluster: &plan.cluster.name,
        node: &node.name,
        peer,
        addresses: node.addresses.values().map(ToString::to_string).collect(),
        modules: super::host::module_names(plan),
        packages: packages(plan),
        fence_devices: plan.fence_devices().map(|(_, device)| device.name.as_str()).collect(),
        fence_secrets: plan.fence_devices().flat_map(|(_, d)| &d.secrets).map(String::as_str).collect(),
        units_on: systemd::units_on(plan, index),
        units_off: plan.platform.services.off.iter().map(|(unit, _)| *unit).collect(),
        local_pvs: &node.local_pvs,
        drbd_devices: plan.storage.iter().map(|storage| storage.device()).collect(),
        drbd_version: match plan.drbd {
            DrbdMajor::V84 => "8.4",
            DrbdMajor::V9 => "9",
        },
        apt: plan.platform.packages.manager == PackageManager::Apt,
        firewalld: plan.firewall.kind == FirewallKind::Firewalld,
        nftables: plan.firewall.kind == FirewallKind::Nftables,
        zones: zones(plan),
        mail: plan.mail.is_some(),
        encrypted: plan.platform.corosync.transport == Totem::Knet,
        clvmd: plan.platform.locking == Locking::Clvmd,
        makes: makes.collect(),
        guests: !plan.guests.is_empty(),
        migration_help: format!(
            "root here cannot reach libvirt there: virsh -c {migration_uri} list; RUNBOOK.md says what it needs"
        ),
        migration_uri,
        steps: mine.map(|step| steps::for_node(step, &plan.storage, index)).collect(),
    }
}

/// The zones that firewalld's services belong in: the user's, or those that were generated.
fn zones(plan: &Plan) -> Vec<Zone> {
    let zone = |network: &crate::plan::FirewallNetwork| Zone {
        zone: network.zone.clone().unwrap_or_else(|| super::firewall::own_zone(&network.network.name)),
        service: super::firewall::service(&network.network.name),
    };
    plan.firewall.networks.iter().map(zone).collect()
}

fn packages(plan: &Plan) -> Vec<&'static str> {
    let all = &plan.platform.packages;
    let mut packages: BTreeSet<&'static str> = all.base.iter().copied().collect();
    if !plan.guests.is_empty() {
        packages.extend(all.guests);
    }
    if plan.mail.is_some() {
        packages.extend(all.mail);
    }
    for (agent, needed) in all.fence {
        if plan.fence_devices().any(|(_, device)| device.agent == *agent) {
            packages.extend(*needed);
        }
    }
    match plan.firewall.kind {
        FirewallKind::Firewalld => packages.extend(all.firewall.0),
        FirewallKind::Nftables => packages.extend(all.firewall.1),
        FirewallKind::None => {}
    }
    packages.into_iter().collect()
}

fn remote(plan: &Plan, steps: Vec<Step>) -> Remote<'_> {
    let target = |index: usize| format!("root@{}", plan.cluster.links[0].addresses[index]);
    Remote {
        cluster: &plan.cluster.name,
        nodes: plan.nodes.iter().map(|node| Name { name: &node.name }).collect(),
        first_target: target(0),
        second_target: target(1),
        steps,
    }
}

fn verify(plan: &Plan) -> Verify<'_> {
    let clvmd = plan.platform.locking == Locking::Clvmd;
    let watched = |name: String| Watched { text: format!("{name} runs"), name };
    let both = |name: String| Watched { text: format!("{name} runs on both nodes"), name };
    let locking = if clvmd { ["dlm", "clvmd"] } else { ["dlm", "lvmlockd"] };
    let filesystems = plan.filesystems().map(|(_, filesystem)| format!("fs-{}", filesystem.name));
    Verify {
        units_off: plan.platform.services.off.iter().map(|(unit, _)| *unit).collect(),
        fence_devices: plan.fence_devices().map(|(_, device)| watched(device.name.clone())).collect(),
        clones: locking.into_iter().map(str::to_owned).chain(filesystems).map(both).collect(),
        guests: plan.guests.iter().map(|guest| watched(format!("vm-{}", guest.name))).collect(),
        resources: plan
            .storage
            .iter()
            .map(|storage| WatchedDrbd {
                name: &storage.name,
                role_text: format!("{}: the roles", storage.name),
                disk_text: format!("{}: the disks", storage.name),
            })
            .collect(),
        filesystems: plan
            .filesystems()
            .map(|(_, filesystem)| WatchedFilesystem {
                name: &filesystem.name,
                device: &filesystem.device,
                mount: &filesystem.mount,
                table: &filesystem.lock_table,
                lock_text: format!("the lock space {} is joined", filesystem.name),
                table_text: format!("{}: the lock table", filesystem.name),
                mount_text: format!("{}: the mount", filesystem.mount),
            })
            .collect(),
        remote: remote(plan, Vec::new()),
    }
}
