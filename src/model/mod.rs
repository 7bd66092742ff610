//! What the user writes, typed: no logic, no defaults filled in, no positions.
//!
//! The doc comments are the schema's descriptions and so the help that an editor shows.

pub mod defaults;
mod storage;
mod types;
mod vm;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

pub use storage::{Algorithm, Drbd, Filesystem, Resync, Storage};
pub use types::*;
pub use vm::{Disk, DiskFormat, GuestType, Migration, Network, Transport, Vm};

/// The description of one two-node cluster.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// The version of this language.
    #[serde(rename = "apiVersion")]
    pub api_version: ApiVersion,
    /// What runs on the nodes.
    pub platform: PlatformId,
    /// The DRBD generation, where the platform offers a choice. Default: the platform's.
    pub drbd: Option<DrbdMajor>,
    /// What the two nodes form.
    pub cluster: Cluster,
    /// The two nodes. The first is where the steps that run once are run.
    #[schemars(length(equal = 2))]
    pub nodes: Vec<Node>,
    /// The replicated disks. One entry is one DRBD resource and one unit of failure.
    #[schemars(length(min = 1, max = 64))]
    pub storage: Vec<Storage>,
    /// The guests. Each becomes a VirtualDomain resource that live-migrates.
    #[schemars(length(max = 500))]
    pub vms: Option<Vec<Vm>>,
    /// How guests move.
    pub migration: Option<Migration>,
    /// Whether and how the ports between the nodes are opened.
    #[schemars(extend("default" = serde_json::json!({ "manage": defaults::FIREWALL.as_str() })))]
    pub firewall: Option<Firewall>,
    /// Who is told.
    pub notify: Option<Notify>,
    /// What is accepted knowingly.
    pub policy: Option<Policy>,
}

/// The version of the description's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[schemars(inline)]
pub enum ApiVersion {
    /// Version 1.
    #[serde(rename = "gfs2gen/v1")]
    V1,
}

/// What runs on the nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum PlatformId {
    /// Red Hat Enterprise Linux 7 and its rebuilds: DRBD 8.4 from ELRepo, clvmd, pcs 0.9.
    El7,
    /// Red Hat Enterprise Linux 8 and its rebuilds: DRBD 9 or 8.4 from ELRepo, lvmlockd, pcs 0.10.
    El8,
    /// Red Hat Enterprise Linux 9 and its rebuilds: DRBD 9 or 8.4 from ELRepo, lvmlockd, pcs 0.11.
    El9,
    /// Debian 12: the kernel's DRBD 8.4, lvmlockd, pcs 0.11.
    Debian12,
    /// Debian 13: the kernel's DRBD 8.4, lvmlockd, pcs 0.12.
    Debian13,
    /// Ubuntu 24.04: the kernel's DRBD 8.4, lvmlockd, pcs 0.11.
    Ubuntu2404,
}

impl PlatformId {
    /// The ids as they are written, in the order of the schema that the types themselves make.
    pub fn names() -> Vec<String> {
        let schema = schemars::schema_for!(PlatformId).to_value();
        let choices = schema["oneOf"].as_array().cloned().unwrap_or_default();
        choices.iter().filter_map(|choice| choice["const"].as_str().map(str::to_owned)).collect()
    }
}

/// A generation of DRBD.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[schemars(inline)]
pub enum DrbdMajor {
    /// DRBD 8.4, the one in the mainline kernel.
    #[serde(rename = "8.4")]
    V84,
    /// DRBD 9, LINBIT's.
    #[serde(rename = "9")]
    V9,
}

impl DrbdMajor {
    /// All of them.
    pub const ALL: [DrbdMajor; 2] = [DrbdMajor::V84, DrbdMajor::V9];

    /// The generation as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            DrbdMajor::V84 => "8.4",
            DrbdMajor::V9 => "9",
        }
    }
}

/// What the two nodes form.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cluster {
    /// The cluster's name: corosync's `cluster_name` and the first half of every GFS2 lock table.
    pub name: ClusterName,
    /// Which named addresses are corosync links, in order.
    #[schemars(length(min = 1, max = 8), extend("default" = [defaults::LINK]))]
    pub links: Option<Vec<AddressName>>,
    /// How long corosync waits for the token before it calls the other node lost.
    #[schemars(extend("default" = defaults::TOKEN))]
    pub token: Option<DurationText>,
    /// Whether corosync and Pacemaker start at boot.
    #[schemars(extend("default" = defaults::AUTOSTART))]
    pub autostart: Option<bool>,
}

/// One node.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Node {
    /// The node's one name: what `uname -n` prints there, and its name in corosync, Pacemaker and DRBD.
    pub name: NodeName,
    /// Corosync's node id. Default: the position in the list, from 1.
    #[schemars(range(min = 1, max = 31))]
    pub id: Option<u32>,
    /// The node's addresses by network name. Both nodes have the same networks; `cluster` and `replication` are used by default.
    #[schemars(extend("minProperties" = 1))]
    pub addresses: BTreeMap<AddressName, Address>,
    /// What can cut this node's power: a list is a topology, level 1 first.
    #[schemars(length(min = 1, max = 9))]
    pub fence: Vec<Fence>,
    /// The node's memory. Lets the guests' memory be checked: one node alone must be able to hold them all.
    pub memory: Option<SizeText>,
    /// Physical volumes of the operating system itself, which the LVM filter must go on accepting.
    pub local_pvs: Option<Vec<AbsolutePath>>,
}

/// A device that can cut a node's power.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fence {
    /// The id of the fence device in Pacemaker.
    pub name: IdName,
    /// The fence agent.
    pub agent: AgentName,
    /// The agent's options, by today's names (`ip`, `username`, `plug`); platforms with older agents get the older names.
    pub options: Option<BTreeMap<String, OptionValue>>,
    /// The agent's secret options: not the value but the path of a file on both nodes that holds it.
    pub secrets: Option<BTreeMap<String, SecretPath>>,
    /// How long to wait before this device acts. Different on the two nodes, so that they do not shoot each other at once:
    /// the node whose own device waits longer survives.
    #[schemars(extend("default" = defaults::FENCE_DELAY))]
    pub delay: Option<DurationText>,
    /// How long the device may take to turn the power off and on again.
    #[schemars(extend("default" = defaults::FENCE_TIMEOUT))]
    pub timeout: Option<DurationText>,
    /// The level of the topology. Default: the position in the list, from 1; devices of one level act together.
    #[schemars(range(min = 1, max = 9))]
    pub level: Option<u32>,
}

/// Whether and how the ports between the nodes are opened.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Firewall {
    /// What manages the firewall.
    pub manage: FirewallKind,
    /// firewalld only: the zone of a network by its address name. Default: a zone of its own that holds the other node's address.
    pub zones: Option<BTreeMap<AddressName, ZoneName>>,
}

/// What manages the firewall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum FirewallKind {
    /// firewalld: services, and zones by the other node's address.
    Firewalld,
    /// nftables: one table of our own.
    Nftables,
    /// Nothing is generated.
    None,
}

impl FirewallKind {
    /// The word in the description.
    pub fn as_str(self) -> &'static str {
        match self {
            FirewallKind::Firewalld => "firewalld",
            FirewallKind::Nftables => "nftables",
            FirewallKind::None => "none",
        }
    }
}

/// Who is told of fencing, failed resources, split brain and disk errors.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Notify {
    /// A mail address.
    pub mail: Mail,
}

/// What is accepted knowingly.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Warnings that are fine here, each with its reason.
    pub allow: Vec<Allow>,
}

/// One accepted warning.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Allow {
    /// The rule, by code or name.
    pub rule: RuleName,
    /// Why this is fine here.
    pub reason: LineText,
    /// The last day on which it is fine.
    pub until: Option<Date>,
}
