//! What the scripts' templates see.

use serde::Serialize;

use super::super::Tree;
use crate::model::{DrbdMajor, FirewallKind, VolumeSize};
use crate::plan::{Filesystem, GuestBody, Plan, Storage};
use crate::platform::{Locking, PackageManager};

/// What every script knows of the cluster.
#[derive(Serialize)]
pub(super) struct Facts<'a> {
    cluster: &'a str,
    nodes: Vec<NodeName<'a>>,
    first: &'a str,
    second: &'a str,
    lvmlockd: bool,
    drbd9: bool,
    resources: Vec<Resource<'a>>,
    filesystems: Vec<FilesystemView<'a>>,
    guests: Vec<&'a str>,
    fence_devices: Vec<&'a str>,
}

#[derive(Serialize)]
struct NodeName<'a> {
    name: &'a str,
}

#[derive(Serialize)]
struct Resource<'a> {
    name: &'a str,
    minor: u32,
    volume_group: &'a str,
    secret: &'a str,
}

#[derive(Serialize)]
struct FilesystemView<'a> {
    name: &'a str,
    resource: &'a str,
    volume_group: &'a str,
    logical_volume: &'a str,
    device: &'a str,
    mount: &'a str,
    lock_table: &'a str,
    journals: u32,
    journal_mib: u64,
    in_bytes: bool,
    size: String,
}

impl<'a> Facts<'a> {
    pub(super) fn of(plan: &'a Plan) -> Self {
        let lvmlockd = plan.platform.locking == Locking::Lvmlockd;
        Facts {
            cluster: &plan.cluster.name,
            nodes: plan.nodes.iter().map(|node| NodeName { name: &node.name }).collect(),
            first: &plan.nodes[0].name,
            second: &plan.nodes[1].name,
            lvmlockd,
            drbd9: plan.drbd == DrbdMajor::V9,
            resources: plan.storage.iter().map(resource).collect(),
            filesystems: plan.filesystems().map(|(on, filesystem)| self::filesystem(on, filesystem)).collect(),
            guests: plan.guests.iter().map(|guest| guest.name.as_str()).collect(),
            fence_devices: plan.fence_devices().map(|(_, device)| device.name.as_str()).collect(),
        }
    }
}

fn resource(storage: &Storage) -> Resource<'_> {
    Resource { name: &storage.name, minor: storage.minor, volume_group: &storage.volume_group, secret: &storage.secret }
}

fn filesystem<'a>(storage: &'a Storage, filesystem: &'a Filesystem) -> FilesystemView<'a> {
    let size = match filesystem.size {
        VolumeSize::Bytes(bytes) => format!("{bytes}b"),
        VolumeSize::PercentOfGroup(percent) => format!("{percent}%VG"),
        VolumeSize::PercentFree(percent) => format!("{percent}%FREE"),
    };
    FilesystemView {
        name: &filesystem.name,
        resource: &storage.name,
        volume_group: &storage.volume_group,
        logical_volume: &filesystem.logical_volume,
        device: &filesystem.device,
        mount: &filesystem.mount,
        lock_table: &filesystem.lock_table,
        journals: filesystem.journals,
        journal_mib: filesystem.journal_mib,
        in_bytes: matches!(filesystem.size, VolumeSize::Bytes(_)),
        size,
    }
}

/// What node.sh knows beside that.
#[derive(Serialize)]
pub(super) struct NodeView<'a> {
    cluster: &'a str,
    nodes: &'a [NodeName<'a>],
    first: &'a str,
    second: &'a str,
    lvmlockd: bool,
    drbd9: bool,
    filesystems: &'a [FilesystemView<'a>],
    guests: &'a [&'a str],
    fence_devices: &'a [&'a str],
    /// The resources with this node's disks.
    resources: Vec<LocalResource<'a>>,
    node: &'a str,
    drbd_version: &'static str,
    addresses: Vec<String>,
    apt: bool,
    install: &'static [&'static str],
    package_program: &'static str,
    packages: Vec<&'static str>,
    fence_secrets: Vec<&'a str>,
    local_pvs: &'a [String],
    files: Vec<String>,
    images: Vec<String>,
    bridges: Vec<&'a str>,
    steps: Vec<&'static str>,
    firewalld: bool,
    own_zones: bool,
    nftables: bool,
    nftables_conf: &'static str,
    zones: Vec<Zone>,
    mail: bool,
    shared_attribute: &'static str,
    shared_option: &'static str,
    activate: &'static str,
}

#[derive(Serialize)]
struct LocalResource<'a> {
    name: &'a str,
    minor: u32,
    volume_group: &'a str,
    secret: &'a str,
    disk: &'a str,
    identity: Option<&'a str>,
    size: Option<u64>,
}

#[derive(Serialize)]
struct Zone {
    zone: String,
    service: String,
    /// Whether it is a zone of the user's, to which the service is added.
    theirs: bool,
}

impl<'a> NodeView<'a> {
    pub(super) fn new(
        plan: &'a Plan,
        facts: &'a Facts<'a>,
        index: usize,
        steps: Vec<&'static str>,
        files: Vec<String>,
    ) -> Self {
        let node = &plan.nodes[index];
        let apt = plan.platform.packages.manager == PackageManager::Apt;
        let (shared_attribute, shared_option, activate) = match plan.platform.locking {
            Locking::Lvmlockd => ("s", "--shared", "-asy"),
            Locking::Clvmd => ("c", "-cy", "-ay"),
        };
        NodeView {
            cluster: facts.cluster,
            nodes: &facts.nodes,
            first: facts.first,
            second: facts.second,
            lvmlockd: facts.lvmlockd,
            drbd9: facts.drbd9,
            filesystems: &facts.filesystems,
            guests: &facts.guests,
            fence_devices: &facts.fence_devices,
            resources: plan.storage.iter().map(|storage| local(storage, index)).collect(),
            node: &node.name,
            drbd_version: if facts.drbd9 { "9." } else { "8.4." },
            addresses: node.addresses.values().map(ToString::to_string).collect(),
            apt,
            install: plan.platform.packages.manager.install(),
            package_program: plan.platform.packages.manager.install()[0],
            packages: packages(plan),
            fence_secrets: fence_secrets(plan),
            local_pvs: &node.local_pvs,
            files,
            images: images(plan),
            bridges: bridges(plan),
            steps,
            firewalld: plan.firewall.kind == FirewallKind::Firewalld,
            own_zones: plan.firewall.networks.iter().any(|open| open.zone.is_none()),
            nftables: plan.firewall.kind == FirewallKind::Nftables,
            nftables_conf: plan.platform.nftables_conf,
            zones: zones(plan),
            mail: plan.mail.is_some(),
            shared_attribute,
            shared_option,
            activate,
        }
    }
}

fn local(storage: &Storage, index: usize) -> LocalResource<'_> {
    LocalResource {
        name: &storage.name,
        minor: storage.minor,
        volume_group: &storage.volume_group,
        secret: &storage.secret,
        disk: &storage.disks[index],
        identity: storage.identities[index].as_deref(),
        size: storage.size,
    }
}

fn packages(plan: &Plan) -> Vec<&'static str> {
    let facts = &plan.platform.packages;
    let mut packages: Vec<&str> = facts.base.to_vec();
    packages.extend(plan.platform.generation(plan.drbd).iter().flat_map(|generation| generation.packages));
    if plan.dlm_protocol() == "sctp" {
        packages.extend(plan.platform.sctp.packages);
    }
    if !plan.guests.is_empty() {
        packages.extend(facts.guests);
    }
    if plan.mail.is_some() {
        packages.extend(facts.mail);
    }
    for (_, device) in plan.fence_devices() {
        let named = facts.fence.iter().find(|(agent, _)| *agent == device.agent);
        packages.extend(named.map_or(facts.other_fence, |(_, names)| names));
    }
    match plan.firewall.kind {
        FirewallKind::Firewalld => packages.extend(facts.firewall.0),
        FirewallKind::Nftables => packages.extend(facts.firewall.1),
        FirewallKind::None => {}
    }
    packages.sort_unstable();
    packages.dedup();
    packages
}

/// Either node may shoot the other, and a device may be started on either: both have all secrets.
fn fence_secrets(plan: &Plan) -> Vec<&str> {
    let mut secrets: Vec<&str> =
        plan.fence_devices().flat_map(|(_, device)| device.secrets.iter().map(String::as_str)).collect();
    secrets.sort_unstable();
    secrets.dedup();
    secrets
}

fn images(plan: &Plan) -> Vec<String> {
    plan.images().map(|image| format!("{} {} {}", image.format.as_str(), image.size, image.path)).collect()
}

fn bridges(plan: &Plan) -> Vec<&str> {
    let mut bridges: Vec<&str> = plan
        .guests
        .iter()
        .flat_map(|guest| match &guest.body {
            GuestBody::Described(machine) => machine.interface.iter().map(|(bridge, _)| bridge.as_str()).collect(),
            GuestBody::Own(domain) => domain.bridges.iter().map(String::as_str).collect::<Vec<_>>(),
        })
        .collect();
    bridges.sort_unstable();
    bridges.dedup();
    bridges
}

fn zones(plan: &Plan) -> Vec<Zone> {
    if plan.firewall.kind != FirewallKind::Firewalld {
        return Vec::new();
    }
    let zone = |open: &crate::plan::FirewallNetwork| Zone {
        zone: open.zone.clone().unwrap_or_else(|| format!("gfs2-{}", open.network.name)),
        service: format!("gfs2gen-{}", open.network.name),
        theirs: open.zone.is_some(),
    };
    plan.firewall.networks.iter().map(zone).collect()
}

/// Mode and path of every file of a node's overlay, as `0644 etc/drbd.conf`.
pub(super) fn files(tree: &Tree, node: &str) -> Vec<String> {
    let root = format!("nodes/{node}/rootfs/");
    let below = |file: &crate::bundle::File| {
        file.path.as_str().strip_prefix(root.as_str()).map(|path| format!("{:04o} {path}", file.mode))
    };
    tree.bundle.iter().filter_map(below).collect()
}
