//! The ids of resources, in one place: of those that are configured, and of those that a simulation looks for.

/// The lock manager.
pub const DLM: &str = "dlm";
/// LVM's lock manager on platforms with lvmlockd.
pub const LVMLOCKD: &str = "lvmlockd";
/// The group of both.
pub const LOCKING: &str = "locking";
/// LVM's lock manager and activation on platforms with clvmd.
pub const CLVMD: &str = "clvmd";

/// The clone of a resource or group.
pub fn clone_of(id: &str) -> String {
    format!("{id}-clone")
}

/// A DRBD resource.
pub fn drbd(resource: &str) -> String {
    format!("drbd-{resource}")
}

/// The activation of a filesystem's logical volume.
pub fn volume(filesystem: &str) -> String {
    format!("lv-{filesystem}")
}

/// The mount of a filesystem.
pub fn mount(filesystem: &str) -> String {
    format!("fs-{filesystem}")
}

/// The group of a filesystem's volume and mount.
pub fn storage(filesystem: &str) -> String {
    format!("storage-{filesystem}")
}

/// A guest.
pub fn guest(name: &str) -> String {
    format!("vm-{name}")
}
