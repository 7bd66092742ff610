//! What will be true: every value of the description with its default filled in and every derived number worked out.
//!
//! A plan is total. It is made after gate 1, so nothing in it can fail for a reason of the user's.

mod budget;
mod firewall;
mod resolve;
mod written_out;

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::model::{Algorithm, DiskFormat, DrbdMajor, FirewallKind, GuestType, Transport, VolumeSize};
use crate::path::Path;
use crate::platform::Platform;

pub use budget::Budget;
pub use resolve::{Written, guest_uuid, resolve};
pub use written_out::written_out;

/// One cluster, resolved.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The platform's facts.
    pub platform: &'static Platform,
    /// The DRBD generation.
    pub drbd: DrbdMajor,
    /// The cluster.
    pub cluster: Cluster,
    /// The two nodes, in the description's order.
    pub nodes: [Node; 2],
    /// The replicated disks.
    pub storage: Vec<Storage>,
    /// The guests.
    pub guests: Vec<Guest>,
    /// How guests move.
    pub migration: Migration,
    /// The firewall.
    pub firewall: Firewall,
    /// Who gets mail.
    pub mail: Option<String>,
    /// Accepted warnings.
    pub waivers: Vec<Waiver>,
    /// The time budget.
    pub budget: Budget,
}

/// The cluster.
#[derive(Debug, Clone)]
pub struct Cluster {
    /// The name.
    pub name: String,
    /// The token timeout in milliseconds.
    pub token_ms: u64,
    /// Whether the cluster starts at boot.
    pub autostart: bool,
    /// The corosync links, in order.
    pub links: Vec<Network>,
}

/// A named network with the two nodes' addresses in it.
#[derive(Debug, Clone)]
pub struct Network {
    /// The name.
    pub name: String,
    /// The first and the second node's address.
    pub addresses: [IpAddr; 2],
}

/// One node.
#[derive(Debug, Clone)]
pub struct Node {
    /// The name.
    pub name: String,
    /// Corosync's id.
    pub id: u32,
    /// Its addresses by network.
    pub addresses: BTreeMap<String, IpAddr>,
    /// The fencing topology, lowest level first.
    pub levels: Vec<Level>,
    /// Its memory in bytes.
    pub memory: Option<u64>,
    /// Physical volumes of the operating system.
    pub local_pvs: Vec<String>,
    /// Where it is described.
    pub at: Path,
}

impl Node {
    /// The device that is waited for longest at the first level.
    pub fn first_device(&self) -> Option<&FenceDevice> {
        self.levels.first()?.devices.iter().max_by_key(|device| device.delay_s)
    }
}

/// One level of a node's fencing topology.
#[derive(Debug, Clone)]
pub struct Level {
    /// 1 to 9.
    pub index: u32,
    /// The devices that act together.
    pub devices: Vec<FenceDevice>,
}

/// A fence device.
#[derive(Debug, Clone)]
pub struct FenceDevice {
    /// The id.
    pub name: String,
    /// The agent.
    pub agent: String,
    /// The options by the platform's names, secrets as scripts that read them.
    pub options: BTreeMap<String, String>,
    /// The files that hold secrets.
    pub secrets: Vec<String>,
    /// The static delay in seconds.
    pub delay_s: u64,
    /// How long it may take, in seconds.
    pub timeout_s: u64,
    /// Where it is described.
    pub at: Path,
}

/// One DRBD resource with what is on it.
#[derive(Debug, Clone)]
pub struct Storage {
    /// The DRBD resource.
    pub name: String,
    /// The minor number.
    pub minor: u32,
    /// The TCP port.
    pub port: u16,
    /// What it replicates over.
    pub network: Network,
    /// The disk under it, by node.
    pub disks: [String; 2],
    /// The disk's serial number or WWN, by node.
    pub identities: [Option<String>; 2],
    /// The smallest size of the disk in bytes.
    pub size: Option<u64>,
    /// The file that holds the shared secret.
    pub secret: String,
    /// The digest of authentication.
    pub auth_alg: Algorithm,
    /// The digest of verification.
    pub verify_alg: Algorithm,
    /// The digest of a resync.
    pub csums_alg: Option<Algorithm>,
    /// Activity log extents.
    pub al_extents: u32,
    /// Buffers for incoming writes.
    pub max_buffers: u32,
    /// The most a resync takes, bytes per second.
    pub resync_max: u64,
    /// What a resync gets beside guests, bytes per second.
    pub resync_min: u64,
    /// The volume group.
    pub volume_group: String,
    /// The filesystems.
    pub filesystems: Vec<Filesystem>,
    /// Where it is described.
    pub at: Path,
}

impl Storage {
    /// The device that DRBD offers.
    pub fn device(&self) -> String {
        format!("/dev/drbd{}", self.minor)
    }
}

/// One filesystem.
#[derive(Debug, Clone)]
pub struct Filesystem {
    /// The second half of the lock table.
    pub name: String,
    /// The first half and the second.
    pub lock_table: String,
    /// The logical volume.
    pub logical_volume: String,
    /// The logical volume's device.
    pub device: String,
    /// The logical volume's size.
    pub size: VolumeSize,
    /// Where it is mounted.
    pub mount: String,
    /// Journals.
    pub journals: u32,
    /// The size of one, in MiB.
    pub journal_mib: u64,
    /// Mount options.
    pub options: Vec<String>,
    /// Where it is described.
    pub at: Path,
}

/// One guest.
#[derive(Debug, Clone)]
pub struct Guest {
    /// The name in libvirt.
    pub name: String,
    /// What it is made of.
    pub body: GuestBody,
    /// Memory in bytes.
    pub memory: u64,
    /// The filesystems its images are on, by name.
    pub filesystems: Vec<String>,
    /// The preferred node.
    pub prefer: Option<String>,
    /// How long it may take to shut down, in seconds.
    pub shutdown_s: u64,
    /// How long a migration may take to send, in seconds.
    pub migrate_to_s: u64,
    /// Where it is described.
    pub at: Path,
}

/// What a guest is made of.
#[derive(Debug, Clone)]
pub enum GuestBody {
    /// Described.
    Described(Machine),
    /// The user's own libvirt domain.
    Own(crate::domain::Domain),
}

/// A described guest.
#[derive(Debug, Clone)]
pub struct Machine {
    /// What runs its processors.
    pub kind: GuestType,
    /// A fixed UUID, so that a restarted guest is the same machine.
    pub uuid: String,
    /// Virtual CPUs.
    pub vcpus: u32,
    /// The CPU model.
    pub cpu: String,
    /// Images.
    pub images: Vec<Image>,
    /// The bridge and the MAC address.
    pub interface: Option<(String, String)>,
}

/// The image of a disk.
#[derive(Debug, Clone)]
pub struct Image {
    /// The file.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// The format.
    pub format: DiskFormat,
}

/// How guests move.
#[derive(Debug, Clone)]
pub struct Migration {
    /// What the memory travels over.
    pub network: Network,
    /// How libvirt talks to the other node.
    pub transport: Transport,
    /// Bits per second.
    pub speed: u64,
    /// Whether the speed was written, and is not the default.
    pub speed_written: bool,
}

impl Migration {
    /// What is appended to a node's name to get the name of its address for migration.
    pub fn suffix(&self) -> String {
        format!("-{}", self.network.name)
    }
}

impl Migration {
    /// The name of a node's address for migration: the suffix goes before the first dot (VirtualDomain's metadata).
    pub fn name_of(&self, node: &str) -> String {
        let (host, domain) = node.find('.').map_or((node, ""), |dot| node.split_at(dot));
        format!("{host}{}{domain}", self.suffix())
    }
}

/// The firewall.
#[derive(Debug, Clone)]
pub struct Firewall {
    /// What manages it.
    pub kind: FirewallKind,
    /// The networks that carry the cluster's traffic, with the zone where the user named one.
    pub networks: Vec<FirewallNetwork>,
}

/// What is open on one network.
#[derive(Debug, Clone)]
pub struct FirewallNetwork {
    /// The network.
    pub network: Network,
    /// The user's zone.
    pub zone: Option<String>,
    /// What is open, in stable order.
    pub ports: Vec<Port>,
}

/// One port or range that the other node may reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// `tcp`, `udp` or `sctp`.
    pub protocol: &'static str,
    /// The first.
    pub first: u16,
    /// The last.
    pub last: u16,
    /// What it is for.
    pub purpose: String,
}

/// A warning that is accepted.
#[derive(Debug, Clone)]
pub struct Waiver {
    /// The rule, as written.
    pub rule: String,
    /// Why.
    pub reason: String,
    /// The last day.
    pub until: Option<String>,
}

impl Plan {
    /// Every fence device with the index of the node that it shoots.
    pub fn fence_devices(&self) -> impl Iterator<Item = (usize, &FenceDevice)> {
        self.nodes.iter().enumerate().flat_map(|(index, node)| {
            node.levels.iter().flat_map(move |level| level.devices.iter().map(move |device| (index, device)))
        })
    }

    /// The node that survives when each could shoot the other: the one whose fencing waits longer. What decides for a node is
    /// the longest delay of its first level; a rule sees to it that they differ.
    pub fn survivor(&self) -> usize {
        let delay = |node: usize| self.nodes[node].first_device().map_or(0, |device| device.delay_s);
        usize::from(delay(1) > delay(0))
    }

    /// Every filesystem with the resource under it.
    pub fn filesystems(&self) -> impl Iterator<Item = (&Storage, &Filesystem)> {
        self.storage.iter().flat_map(|storage| storage.filesystems.iter().map(move |filesystem| (storage, filesystem)))
    }

    /// Every image that the bootstrap makes.
    pub fn images(&self) -> impl Iterator<Item = &Image> {
        self.guests.iter().flat_map(|guest| match &guest.body {
            GuestBody::Described(machine) => machine.images.as_slice(),
            GuestBody::Own(_) => &[],
        })
    }

    /// What DLM talks over: TCP takes one address a node, so several corosync links need SCTP (fs/dlm/lowcomms.c).
    pub fn dlm_protocol(&self) -> &'static str {
        if self.cluster.links.len() > 1 { "sctp" } else { "tcp" }
    }
}
