//! The replicated disks and what is on them.

use schemars::JsonSchema;
use serde::Deserialize;

use super::defaults;
use super::types::*;

/// One DRBD resource: a disk on each node, a volume group on it, filesystems in that.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Storage {
    /// The DRBD resource's name.
    pub name: ResourceName,
    /// Which named address DRBD replicates over.
    #[schemars(extend("default" = defaults::REPLICATION))]
    pub address: Option<AddressName>,
    /// The TCP port. Default: 7789 plus the position in the list.
    #[schemars(range(min = 1, max = 65535))]
    pub port: Option<u16>,
    /// The device's minor number: N in /dev/drbdN. Default: the position in the list, from 0.
    #[schemars(range(min = 0, max = 1_048_575))]
    pub minor: Option<u32>,
    /// The disk or partition under DRBD: one path for both nodes, or one by node name.
    pub disk: PerNode<AbsolutePath>,
    /// The disk's serial number or WWN by node name: checked before anything is written to it.
    pub identity: Option<PerNode<Identity>>,
    /// The smallest size of the disk. Lets sizes be checked here and on the nodes.
    #[schemars(extend("examples" = ["2TiB"]))]
    pub size: Option<SizeText>,
    /// Replication settings.
    pub drbd: Option<Drbd>,
    /// The volume group. Default: `vg_` and the resource's name.
    pub volume_group: Option<VolumeName>,
    /// The filesystems in the volume group.
    #[schemars(length(min = 1, max = 64))]
    pub filesystems: Vec<Filesystem>,
}

/// Replication settings of one DRBD resource.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Drbd {
    /// The digest of the weekly online verification.
    #[schemars(extend("default" = defaults::VERIFY_ALG.as_str()))]
    pub verify_alg: Option<Algorithm>,
    /// A digest that saves sending equal blocks during a resync; only worth it on a slow link. Default: none.
    pub csums_alg: Option<Algorithm>,
    /// The digest with which the two sides prove that they know the shared secret.
    #[schemars(extend("default" = defaults::AUTH_ALG.as_str()))]
    pub auth_alg: Option<Algorithm>,
    /// The file on both nodes that holds the shared secret. Default: /etc/gfs2gen/secrets/drbd- and the resource's name; the
    /// bootstrap makes it if it is not there.
    #[schemars(extend("examples" = ["/etc/gfs2gen/secrets/drbd-r0"]))]
    pub secret: Option<SecretPath>,
    /// How fast a resync goes.
    pub resync: Option<Resync>,
    /// How many 4 MiB extents may be written to without touching the metadata.
    #[schemars(range(min = 67, max = 65534), extend("default" = defaults::AL_EXTENTS))]
    pub al_extents: Option<u32>,
    /// Pages for incoming writes, and the largest write epoch.
    #[schemars(range(min = 2048, max = 20000), extend("default" = defaults::MAX_BUFFERS))]
    pub max_buffers: Option<u32>,
}

/// A digest that the kernel offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum Algorithm {
    /// MD5.
    Md5,
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
    /// CRC-32C: fastest, for verification only.
    Crc32c,
}

impl Algorithm {
    /// The kernel's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Algorithm::Md5 => "md5",
            Algorithm::Sha1 => "sha1",
            Algorithm::Sha256 => "sha256",
            Algorithm::Sha512 => "sha512",
            Algorithm::Crc32c => "crc32c",
        }
    }
}

/// How fast a resync goes, per second.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Resync {
    /// The most that a resync may take.
    #[schemars(extend("default" = defaults::RESYNC_MAX_RATE))]
    pub max_rate: Option<SizeText>,
    /// What it gets while guests write.
    #[schemars(extend("default" = defaults::RESYNC_MIN_RATE))]
    pub min_rate: Option<SizeText>,
}

/// One GFS2 filesystem on one logical volume.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Filesystem {
    /// The filesystem's name: the second half of its lock table. Unique in the cluster.
    pub name: FilesystemName,
    /// The logical volume. Default: `lv_` and the filesystem's name.
    #[schemars(extend("examples" = ["lv_vms"]))]
    pub logical_volume: Option<VolumeName>,
    /// The logical volume's size.
    #[schemars(extend("default" = defaults::FILESYSTEM_SIZE))]
    pub size: Option<VolumeSizeText>,
    /// Where it is mounted, on both nodes.
    #[schemars(extend("examples" = ["/srv/vms"]))]
    pub mount: AbsolutePath,
    /// How many journals: at least one for each node.
    #[schemars(range(min = 1, max = 16), extend("default" = defaults::JOURNALS))]
    pub journals: Option<u32>,
    /// The size of each journal, 8MiB to 1024MiB.
    #[schemars(extend("default" = defaults::JOURNAL_SIZE))]
    pub journal_size: Option<SizeText>,
    /// Mount options.
    #[schemars(extend("default" = [defaults::MOUNT_OPTION]))]
    pub options: Option<Vec<MountOption>>,
}
