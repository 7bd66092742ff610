//! What stands on what: the layers of both nodes, and what connects them.

use crate::model::{DrbdMajor, Transport, VolumeSize, size_text};
use crate::plan::{FenceDevice, Filesystem, Plan, Port, Storage};
use crate::platform::Locking;

use super::Hue;

/// Both nodes, from the guests down to what cuts the power.
#[derive(Debug)]
pub(super) struct Stack {
    /// The cluster.
    pub cluster: String,
    /// What it runs on, in a few words.
    pub about: String,
    /// The nodes.
    pub nodes: [String; 2],
    /// Who runs where.
    pub guests: Vec<Guest>,
    /// How they move: what is between the nodes at their height.
    pub migration: Link,
    /// From the top to the bottom.
    pub layers: Vec<Layer>,
    /// What cuts the power of each node, from first to last.
    pub fencing: [Vec<Cell>; 2],
}

/// A guest.
#[derive(Debug)]
pub(super) struct Guest {
    /// Its name and its memory.
    pub text: String,
    /// The node that it prefers.
    pub prefers: Option<usize>,
}

/// A layer: the same on both nodes.
#[derive(Debug)]
pub(super) struct Layer {
    /// Its colour.
    pub hue: Hue,
    /// Its name.
    pub title: &'static str,
    /// What it consists of.
    pub rows: Vec<Row>,
    /// What connects the whole layer.
    pub link: Option<Link>,
    /// Whether Pacemaker starts and stops it.
    pub managed: bool,
}

/// One thing of a layer, on each node.
#[derive(Debug)]
pub(super) struct Row {
    /// On the first node and on the second.
    pub cells: [Cell; 2],
    /// What connects both.
    pub link: Option<Link>,
}

/// One thing on one node.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    /// Its name.
    pub name: String,
    /// What else is to be known.
    pub note: String,
}

/// A connection.
#[derive(Debug, Clone)]
pub(super) struct Link {
    /// What it is.
    pub name: String,
    /// What it runs over.
    pub note: String,
}

impl Stack {
    /// The stack of a plan.
    pub(super) fn new(plan: &Plan) -> Stack {
        let mut layers = Vec::new();
        if !plan.guests.is_empty() {
            layers.push(libvirt(plan));
        }
        layers.extend([gfs2(plan), lvm(plan), drbd(plan), disks(plan), corosync(plan)]);
        Stack {
            cluster: plan.cluster.name.clone(),
            about: plan.platform.title.to_owned(),
            nodes: std::array::from_fn(|index| plan.nodes[index].name.clone()),
            guests: plan.guests.iter().map(|guest| guest_of(plan, guest)).collect(),
            migration: link("live migration", format!("over the network {}", plan.migration.network.name)),
            layers,
            fencing: std::array::from_fn(|index| fencing(plan, index)),
        }
    }
}

fn link(name: impl Into<String>, note: impl Into<String>) -> Link {
    Link { name: name.into(), note: note.into() }
}

fn cell(name: impl Into<String>, note: impl Into<String>) -> Cell {
    Cell { name: name.into(), note: note.into() }
}

/// A row that is the same on both nodes.
fn both(name: String, note: String) -> Row {
    Row { cells: [cell(name.clone(), note.clone()), cell(name, note)], link: None }
}

fn guest_of(plan: &Plan, guest: &crate::plan::Guest) -> Guest {
    let prefers = guest.prefer.as_ref().and_then(|name| plan.nodes.iter().position(|node| node.name == *name));
    Guest { text: format!("{} {}", guest.name, size(guest.memory)), prefers }
}

/// A size as people read it.
fn size(bytes: u64) -> String {
    let text = size_text(bytes);
    let unit = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    format!("{} {}", &text[..unit], &text[unit..]).trim_end().to_owned()
}

/// The ports that are open on a network for a purpose.
fn ports(plan: &Plan, network: &str, purpose: &str) -> String {
    let open = plan.firewall.networks.iter().find(|open| open.network.name == network);
    let ports: Vec<&Port> = open.iter().flat_map(|open| &open.ports).filter(|port| port.purpose == purpose).collect();
    let port = |port: &&Port| match port.first == port.last {
        true => format!("{} {}", port.protocol, port.first),
        false => format!("{} {}-{}", port.protocol, port.first, port.last),
    };
    ports.iter().map(port).collect::<Vec<_>>().join(", ")
}

fn libvirt(plan: &Plan) -> Layer {
    let network = &plan.migration.network;
    let (transport, talk) = match plan.migration.transport {
        Transport::Ssh => ("ssh", ports(plan, &network.name, "ssh")),
        Transport::Tls => ("TLS", ports(plan, &network.name, "libvirt TLS")),
    };
    let memory = ports(plan, &network.name, "live migration");
    let cells = std::array::from_fn(|index| {
        cell(plan.migration.name_of(&plan.nodes[index].name), network.addresses[index].to_string())
    });
    let row = Row { cells, link: Some(link(format!("{transport}, {talk}"), format!("memory: {memory}"))) };
    Layer { hue: Hue::Kvm, title: "KVM, QEMU, libvirt", rows: vec![row], link: None, managed: false }
}

fn gfs2(plan: &Plan) -> Layer {
    let row = |(_, filesystem): (&Storage, &Filesystem)| {
        let Filesystem { lock_table, journals, journal_mib, mount, .. } = filesystem;
        both(mount.clone(), format!("{lock_table}, {journals} journals of {journal_mib} MiB"))
    };
    let network = &plan.cluster.links[0].name;
    let links = if plan.cluster.links.len() > 1 { "all links" } else { network };
    Layer {
        hue: Hue::Gfs2,
        title: "GFS2 and DLM",
        rows: plan.filesystems().map(row).collect(),
        link: Some(link("locks: DLM", format!("{links}, {}", ports(plan, network, "dlm")))),
        managed: true,
    }
}

/// Who locks volume groups.
fn locking(plan: &Plan) -> &'static str {
    match plan.platform.locking {
        Locking::Lvmlockd => "lvmlockd",
        Locking::Clvmd => "clvmd",
    }
}

fn lvm(plan: &Plan) -> Layer {
    let row = |(storage, filesystem): (&Storage, &Filesystem)| {
        let note = match filesystem.size {
            VolumeSize::Bytes(bytes) => size(bytes),
            VolumeSize::PercentOfGroup(percent) => format!("{percent} % of the volume group"),
            VolumeSize::PercentFree(100) => "all that is free".to_owned(),
            VolumeSize::PercentFree(percent) => format!("{percent} % of what is free"),
        };
        both(format!("{}/{}", storage.volume_group, filesystem.logical_volume), note)
    };
    Layer {
        hue: Hue::Lvm,
        title: "LVM",
        rows: plan.filesystems().map(row).collect(),
        link: Some(link(format!("locks: {}", locking(plan)), "by way of DLM")),
        managed: true,
    }
}

fn drbd(plan: &Plan) -> Layer {
    let row = |storage: &Storage| {
        let cells = std::array::from_fn(|index| {
            let address = std::net::SocketAddr::new(storage.network.addresses[index], storage.port);
            cell(format!("{} {}", storage.name, storage.device()), format!("primary, {address}"))
        });
        Row { cells, link: Some(link(storage.network.name.clone(), format!("tcp {}", storage.port))) }
    };
    let title = match plan.drbd {
        DrbdMajor::V84 => "DRBD 8.4",
        DrbdMajor::V9 => "DRBD 9",
    };
    Layer { hue: Hue::Drbd, title, rows: plan.storage.iter().map(row).collect(), link: None, managed: true }
}

fn disks(plan: &Plan) -> Layer {
    let row = |storage: &Storage| {
        let cells = std::array::from_fn(|index| {
            let size = storage.size.map(|bytes| format!("at least {}", size(bytes)));
            let known: Vec<String> = storage.identities[index].clone().into_iter().chain(size).collect();
            cell(storage.disks[index].clone(), known.join(", "))
        });
        Row { cells, link: None }
    };
    let rows = plan.storage.iter().map(row).collect();
    Layer { hue: Hue::Disk, title: "Disks", rows, link: None, managed: false }
}

fn corosync(plan: &Plan) -> Layer {
    let row = |(number, network): (usize, &crate::plan::Network)| {
        let cells = std::array::from_fn(|index| cell(network.addresses[index].to_string(), format!("link {number}")));
        Row { cells, link: Some(link(network.name.clone(), ports(plan, &network.name, "corosync"))) }
    };
    let rows = plan.cluster.links.iter().enumerate().map(row).collect();
    Layer { hue: Hue::Cluster, title: "Corosync and Pacemaker", rows, link: None, managed: false }
}

fn fencing(plan: &Plan, node: usize) -> Vec<Cell> {
    let levels = &plan.nodes[node].levels;
    let device = |level: u32, device: &FenceDevice| {
        let address = ["ip", "ipaddr"].iter().find_map(|name| device.options.get(*name));
        let port = ["plug", "port"].iter().find_map(|name| device.options.get(*name));
        let mut note = vec![device.agent.clone()];
        note.extend(address.cloned());
        note.extend(port.map(|port| format!("plug {port}")));
        note.extend((levels.len() > 1).then(|| format!("level {level}")));
        note.extend((device.delay_s > 0).then(|| format!("waits {} s", device.delay_s)));
        note.push(format!("takes up to {} s", device.timeout_s));
        cell(device.name.clone(), note.join(", "))
    };
    levels.iter().flat_map(|level| level.devices.iter().map(move |one| device(level.index, one))).collect()
}
