//! The guests, and how they move.

use schemars::JsonSchema;
use serde::Deserialize;

use super::defaults;
use super::types::*;

/// One guest: described here, or by a libvirt domain of your own.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Vm {
    /// The guest's name in libvirt; its resource is `vm-` and this name.
    #[schemars(extend("examples" = ["web"]))]
    pub name: IdName,
    /// What runs the guest's processors.
    #[serde(rename = "type")]
    #[schemars(extend("default" = defaults::GUEST_TYPE.as_str()))]
    pub kind: Option<GuestType>,
    /// How much memory the guest has.
    #[schemars(extend("examples" = ["4GiB"]))]
    pub memory: Option<SizeText>,
    /// How many virtual CPUs the guest has.
    #[schemars(range(min = 1, max = 512), extend("examples" = [4]))]
    pub vcpus: Option<u32>,
    /// The CPU model that the guest sees: one that both nodes can offer.
    #[schemars(extend("default" = defaults::CPU_MODEL))]
    pub cpu: Option<CpuModel>,
    /// The guest's disks, images on the clustered filesystems.
    #[schemars(length(min = 1, max = 26))]
    pub disks: Option<Vec<Disk>>,
    /// The guest's network interface.
    pub network: Option<Network>,
    /// The node that the guest runs on when both are there.
    pub prefer: Option<NodeName>,
    /// A libvirt domain of your own instead of the keys above, relative to the description.
    pub domain: Option<RelativePath>,
    /// How long the guest may take to shut down.
    #[schemars(extend("default" = defaults::GUEST_SHUTDOWN))]
    pub shutdown: Option<DurationText>,
}

/// What runs a guest's processors: the type of its libvirt domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum GuestType {
    /// The host's processors, by KVM.
    Kvm,
    /// QEMU alone, without hardware virtualisation: many times slower, but it also runs where nodes are virtual machines
    /// without KVM. To try a cluster out.
    Qemu,
}

/// An image on a clustered filesystem.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Disk {
    /// The filesystem, by name.
    pub filesystem: FilesystemName,
    /// The image's file name.
    pub file: FileName,
    /// The image's size.
    #[schemars(extend("examples" = ["40GiB"]))]
    pub size: SizeText,
    /// The image's format.
    #[schemars(extend("default" = defaults::DISK_FORMAT.as_str()))]
    pub format: Option<DiskFormat>,
}

/// The format of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum DiskFormat {
    /// Raw: the least to go wrong, and no metadata that two nodes could fight over.
    Raw,
    /// qcow2: grows as it is written.
    Qcow2,
}

/// A guest's network interface.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// The bridge, of the same name on both nodes.
    pub bridge: InterfaceName,
    /// The MAC address. Default: derived from the cluster's and the guest's name.
    pub mac: Option<MacAddress>,
}

/// How guests move from node to node.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Migration {
    /// Which named address the memory travels over.
    #[schemars(extend("default" = defaults::REPLICATION))]
    pub address: Option<AddressName>,
    /// How libvirt talks to the other node.
    #[schemars(extend("default" = defaults::TRANSPORT.as_str()))]
    pub transport: Option<Transport>,
    /// The link's speed: together with a guest's memory it gives the migration's timeout.
    #[schemars(extend("default" = defaults::MIGRATION_SPEED))]
    pub speed: Option<SpeedText>,
}

/// How libvirt talks to the other node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum Transport {
    /// Over ssh with root's keys.
    Ssh,
    /// Over TLS with certificates of both nodes.
    Tls,
}

impl GuestType {
    /// libvirt's name.
    pub fn as_str(self) -> &'static str {
        match self {
            GuestType::Kvm => "kvm",
            GuestType::Qemu => "qemu",
        }
    }
}

impl DiskFormat {
    /// QEMU's name.
    pub fn as_str(self) -> &'static str {
        match self {
            DiskFormat::Raw => "raw",
            DiskFormat::Qcow2 => "qcow2",
        }
    }
}

impl Transport {
    /// libvirt's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Transport::Ssh => "ssh",
            Transport::Tls => "tls",
        }
    }
}
