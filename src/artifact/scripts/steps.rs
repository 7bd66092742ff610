//! The steps of the bootstrap and of the teardown, in order: the one list that bootstrap.sh, node.sh, teardown.sh and the
//! playbook are made of.

use serde::Serialize;

use crate::model::{DiskFormat, FirewallKind, Transport, VolumeSize};
use crate::pacemaker;
use crate::plan::{Guest, Plan, Storage};
use crate::platform::{Locking, Transport as Totem};

/// One step.
#[derive(Debug, Clone, Serialize)]
pub(in crate::artifact) struct Step {
    /// Its name.
    pub name: String,
    /// Where it runs: `each` node, the `first`, as a `script` of cluster/, as a key to `share`, or `prove_fencing`.
    pub how: &'static str,
    /// The functions of node.sh that it is made of.
    pub function: &'static str,
    /// What they are given; for a key to share, the file.
    pub arguments: Vec<String>,
}

fn step(how: &'static str, name: impl Into<String>, function: &'static str, arguments: &[&str]) -> Step {
    let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
    Step { name: name.into(), how, function, arguments }
}

fn each(name: impl Into<String>, function: &'static str, arguments: &[&str]) -> Step {
    step("each", name, function, arguments)
}

fn first(name: impl Into<String>, function: &'static str, arguments: &[&str]) -> Step {
    step("first", name, function, arguments)
}

/// Everything that takes two fresh nodes to the running cluster.
pub(in crate::artifact) fn bootstrap(plan: &Plan) -> Vec<Step> {
    let mut scripts = pacemaker::configure(plan).scripts.into_iter().map(|script| script.file).collect::<Vec<_>>();
    let mut run = |upto: &str| -> Vec<Step> {
        let count = scripts.iter().take_while(|file| **file <= upto).count();
        scripts.drain(..count).map(|file| step("script", file, "", &[])).collect()
    };
    let mut steps = host(plan);
    steps.push(each("cluster-start", "cluster_start", &[]));
    steps.push(first("both-online", "both_online", &[]));
    steps.extend(run("2~"));
    steps.push(first("fencing-status", "fencing_status", &[]));
    steps.push(step("prove_fencing", "prove-fencing", "", &[]));
    steps.push(each("fencing-proven", "fencing_proven", &[]));
    steps.extend(disks(plan));
    steps.extend(run("4~"));
    steps.extend(volumes(plan));
    steps.extend(run("5~"));
    let mounted: Vec<String> = plan.filesystems().map(|(_, filesystem)| format!("fs-{}", filesystem.name)).collect();
    steps.push(Step { arguments: mounted, ..first("filesystems-mounted", "settled", &[]) });
    steps.extend(guests(plan));
    steps.extend(run("~"));
    steps
}

/// What makes a node ready to be started.
fn host(plan: &Plan) -> Vec<Step> {
    let mut steps =
        vec![each("identity", "identity", &[]), each("packages", "packages", &[]), each("secrets", "secrets", &[])];
    for (name, file, kind) in keys(plan) {
        steps.push(first(format!("make-{name}"), "key", &[&file, kind]));
        steps.push(step("share", format!("share-{name}"), "", &[&file]));
    }
    steps.push(each("default-cluster", "default_cluster", &[]));
    steps.push(each("overlay", "overlay", &[]));
    for storage in &plan.storage {
        let name = format!("drbd-secret-{}", storage.name);
        steps.push(each(name, "drbd_secret", &[&storage.name, &storage.secret]));
    }
    for name in ["hosts", "services", "modules"] {
        steps.push(each(name, name, &[]));
    }
    if plan.firewall.kind != FirewallKind::None {
        steps.push(each("firewall", "firewall", &[]));
    }
    if plan.mail.is_some() {
        steps.push(each("alerts", "alerts", &[]));
    }
    for (_, filesystem) in plan.filesystems() {
        steps.push(each(format!("mountpoint-{}", filesystem.name), "mountpoint", &[&filesystem.mount]));
    }
    steps
}

/// The keys that are made once and shared, as (name, file, kind).
fn keys(plan: &Plan) -> Vec<(String, String, &'static str)> {
    let mut keys = Vec::new();
    if plan.platform.corosync.transport == Totem::Knet {
        keys.push(("authkey".to_owned(), "/etc/corosync/authkey".to_owned(), "binary"));
    }
    for storage in &plan.storage {
        if keys.iter().all(|(_, file, _)| *file != storage.secret) {
            keys.push((format!("secret-{}", storage.name), storage.secret.clone(), "text"));
        }
    }
    keys
}

fn disks(plan: &Plan) -> Vec<Step> {
    let mut steps = Vec::new();
    for storage in &plan.storage {
        // The disk differs from node to node: node.sh puts its own into these arguments.
        steps.push(each(format!("drbd-metadata-{}", storage.name), "drbd_metadata", &[&storage.name]));
    }
    for storage in &plan.storage {
        steps.push(each(format!("drbd-up-{}", storage.name), "drbd_up", &[&storage.name]));
    }
    for storage in &plan.storage {
        steps.push(first(format!("first-sync-{}", storage.name), "first_sync", &[&storage.name]));
    }
    steps
}

/// A node's own arguments of a step.
pub(super) fn for_node(step: &Step, storage: &[Storage], node: usize) -> Step {
    let mut step = step.clone();
    if step.function == "drbd_metadata" {
        let mine = storage.iter().find(|storage| storage.name == step.arguments[0]);
        if let Some(storage) = mine {
            step.arguments.push(storage.disks[node].clone());
            step.arguments.push(storage.identities[node].clone().unwrap_or_default());
            step.arguments.push(storage.size.map(|bytes| bytes.to_string()).unwrap_or_default());
        }
    }
    step
}

fn volumes(plan: &Plan) -> Vec<Step> {
    let clvmd = plan.platform.locking == Locking::Clvmd;
    let names: Vec<&str> = plan.storage.iter().map(|storage| storage.name.as_str()).collect();
    let mut steps: Vec<Step> = names.iter().map(|name| first(format!("synced-{name}"), "synced", &[name])).collect();
    steps.push(first("promoted", "promoted", &names));
    if clvmd {
        steps.push(each("clvmd-setup", "clvmd_setup", &[]));
    }
    for storage in &plan.storage {
        let group = storage.volume_group.as_str();
        let name = format!("volume-group-{}", storage.name);
        steps.push(first(name, "volume_group", &[group, &storage.device(), &storage.name]));
        for filesystem in &storage.filesystems {
            let (flag, size) = lvcreate_size(filesystem.size);
            let name = format!("logical-volume-{}", filesystem.name);
            steps.push(first(name, "logical_volume", &[group, &filesystem.logical_volume, flag, &size]));
        }
    }
    for (position, (storage, filesystem)) in plan.filesystems().enumerate() {
        let arguments: [&str; 4] =
            [&storage.volume_group, &filesystem.logical_volume, &filesystem.lock_table, &make_function(position)];
        steps.push(first(format!("filesystem-{}", filesystem.name), "filesystem", &arguments));
    }
    if clvmd {
        let groups: Vec<&str> = plan.storage.iter().map(|storage| storage.volume_group.as_str()).collect();
        steps.push(each("clvmd-end", "clvmd_end", &groups));
    }
    steps
}

/// The function of node.sh that makes a filesystem, by its position: its name may be no shell name.
pub(super) fn make_function(position: usize) -> String {
    format!("make_filesystem_{}", position + 1)
}

fn lvcreate_size(size: VolumeSize) -> (&'static str, String) {
    match size {
        VolumeSize::Bytes(bytes) => ("-L", format!("{bytes}b")),
        VolumeSize::PercentOfGroup(percent) => ("-l", format!("{percent}%VG")),
        VolumeSize::PercentFree(percent) => ("-l", format!("{percent}%FREE")),
    }
}

fn guests(plan: &Plan) -> Vec<Step> {
    if plan.guests.is_empty() {
        return Vec::new();
    }
    let mut steps: Vec<Step> = plan.guests.iter().map(domain).collect();
    steps.push(each("migration-path", "migration_path", &[]));
    for (position, image) in plan.images().enumerate() {
        let mount = plan
            .filesystems()
            .map(|(_, filesystem)| filesystem.mount.trim_end_matches('/'))
            .filter(|mount| image.path.starts_with(&format!("{mount}/")))
            .max_by_key(|mount| mount.len())
            .unwrap_or("/");
        let format = match image.format {
            DiskFormat::Raw => "raw",
            DiskFormat::Qcow2 => "qcow2",
        };
        let arguments = [&image.path, format, &image.size.to_string(), mount];
        steps.push(first(format!("image-{}", position + 1), "image", &arguments));
    }
    steps
}

fn domain(guest: &Guest) -> Step {
    let file = format!("/etc/gfs2gen/domains/{}.xml", guest.name);
    each(format!("domain-{}", guest.name), "domain", &[&guest.name, &file])
}

/// Everything that takes the running cluster back to two nodes.
pub(in crate::artifact) fn teardown(plan: &Plan) -> Vec<Step> {
    let clvmd = plan.platform.locking == Locking::Clvmd;
    let resource = |id: String| first(format!("undo-{id}"), "undo_resource", &[&id]);
    let mut steps: Vec<Step> = plan.guests.iter().map(|guest| resource(format!("vm-{}", guest.name))).collect();
    let kind = if clvmd { "fs" } else { "storage" };
    steps.extend(plan.filesystems().map(|(_, filesystem)| resource(format!("{kind}-{}", filesystem.name))));
    for storage in &plan.storage {
        let name = format!("undo-{}", storage.volume_group);
        steps.push(first(name, "undo_group", &[&storage.volume_group, &storage.device()]));
    }
    if clvmd {
        steps.push(resource("clvmd".into()));
    }
    steps.extend(plan.storage.iter().map(|storage| resource(format!("drbd-{}", storage.name))));
    steps.push(resource(if clvmd { "dlm" } else { "locking" }.into()));
    steps.push(each("undo-cluster", "undo_cluster", &[]));
    steps.extend(
        plan.storage
            .iter()
            .map(|storage| each(format!("undo-metadata-{}", storage.name), "undo_drbd", &[&storage.name])),
    );
    steps.push(each("undo-files", "undo_files", &[]));
    steps
}

/// How libvirt on one node reaches the other.
pub(super) fn migration_uri(plan: &Plan, peer: &str) -> String {
    let transport = match plan.migration.transport {
        Transport::Ssh => "ssh",
        Transport::Tls => "tls",
    };
    format!("qemu+{transport}://{}/system", plan.migration.name_of(peer))
}
