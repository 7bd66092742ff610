//! Every default of the description, in one place: the schema shows them and the plan uses them.
//!
//! A default that depends on other values (a port by position, a name by another name) is a function here too.

use super::{Algorithm, DiskFormat, FirewallKind, GuestType, Transport};

/// `cluster.links`: one corosync link over the addresses of this name.
pub const LINK: &str = "cluster";
/// `cluster.token`: how long corosync waits for the token. Corosync 3's own 3 s (2.4: 1 s) is short for hosts that swap.
pub const TOKEN: &str = "5s";
/// `cluster.autostart`: with two-node quorum and wait-for-all a node that boots alone waits, so rejoining is safe.
pub const AUTOSTART: bool = true;
/// `nodes[].fence[].timeout`: Pacemaker's own default for a fencing action (its property `stonith-timeout`).
pub const FENCE_TIMEOUT: &str = "60s";
/// `storage[].address` and `migration.address`: the back-to-back link.
pub const REPLICATION: &str = "replication";
/// `storage[].port` of the first resource, LINBIT's customary first port; the others count up.
pub const FIRST_PORT: u16 = 7789;
/// `storage[].drbd.verify_alg`: also allowed on FIPS kernels, which sha1 is not.
pub const VERIFY_ALG: Algorithm = Algorithm::Sha256;
/// `storage[].drbd.auth_alg`: how the two sides prove that they know the shared secret.
pub const AUTH_ALG: Algorithm = Algorithm::Sha256;
/// `storage[].drbd.al_extents`: 13 GiB may be written at random without metadata updates; DRBD's 1237 is for 2007's disks.
pub const AL_EXTENTS: u32 = 3389;
/// `storage[].drbd.max_buffers`: pages for incoming writes; DRBD's 2048 limits a fast link.
pub const MAX_BUFFERS: u32 = 8000;
/// `storage[].drbd.resync.max_rate`, per second: about two thirds of a gigabit link.
pub const RESYNC_MAX_RATE: &str = "80MiB";
/// `storage[].drbd.resync.min_rate`, per second: what a resync gets while guests write.
pub const RESYNC_MIN_RATE: &str = "20MiB";
/// `storage[].filesystems[].size`.
pub const FILESYSTEM_SIZE: &str = "100%FREE";
/// `storage[].filesystems[].journals`: one for each node that mounts it.
pub const JOURNALS: u32 = 2;
/// `storage[].filesystems[].journal_size`: what mkfs.gfs2 takes for a large device.
pub const JOURNAL_SIZE: &str = "128MiB";
/// `storage[].filesystems[].options`: without it every read of a file is a write with a cluster-wide lock.
pub const MOUNT_OPTION: &str = "noatime";
/// `vms[].cpu`: a model that every x86-64 server since 2010 has, so that a guest can move between unequal hosts. QEMU can do it
/// alone, too (`virsh domcapabilities --virttype qemu` of libvirt 9.0 with QEMU 7.2, and of 11.3 with 10.0).
pub const CPU_MODEL: &str = "Westmere";
/// `vms[].shutdown`: how long a guest may take to shut down before it is destroyed.
pub const GUEST_SHUTDOWN: &str = "180s";
/// `migration.speed`: the slowest link that is usual, so that the derived timeouts err on the long side.
pub const MIGRATION_SPEED: &str = "1Gbit";

/// `nodes[].fence[].delay`.
pub const FENCE_DELAY: &str = "0s";
/// `vms[].type`.
pub const GUEST_TYPE: GuestType = GuestType::Kvm;
/// `vms[].disks[].format`: the least to go wrong, and no metadata that two nodes could fight over.
pub const DISK_FORMAT: DiskFormat = DiskFormat::Raw;
/// `migration.transport`: needs nothing but root's keys.
pub const TRANSPORT: Transport = Transport::Ssh;
/// `firewall.manage` of a description without a firewall: nothing is opened or closed unasked.
pub const FIREWALL: FirewallKind = FirewallKind::None;

/// `nodes[].id`.
pub fn node_id(position: usize) -> u32 {
    position as u32 + 1
}

/// `nodes[].fence[].level`.
pub fn fence_level(position: usize) -> u32 {
    position as u32 + 1
}

/// `storage[].minor`.
pub fn minor(position: usize) -> u32 {
    position as u32
}

/// `storage[].port`.
pub fn port(position: usize) -> u16 {
    FIRST_PORT.saturating_add(u16::try_from(position).unwrap_or(u16::MAX))
}

/// `storage[].volume_group`.
pub fn volume_group(storage: &str) -> String {
    format!("vg_{storage}")
}

/// `storage[].filesystems[].logical_volume`.
pub fn logical_volume(filesystem: &str) -> String {
    format!("lv_{filesystem}")
}

/// `storage[].drbd.secret`: where the shared secret of a resource is kept on the nodes.
pub fn drbd_secret(storage: &str) -> String {
    format!("/etc/gfs2gen/secrets/drbd-{storage}")
}
