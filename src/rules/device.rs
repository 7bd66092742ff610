//! What the path of a device says.

/// Whether the name is given in the order in which the kernel finds devices: another device may have it after a boot.
pub(super) fn is_numbered(path: &str) -> bool {
    let name = path.strip_prefix("/dev/").unwrap_or_default();
    ["sd", "hd", "vd", "xvd", "nvme", "dm-", "mmcblk", "loop", "disk/by-diskseq/"]
        .iter()
        .any(|kind| name.starts_with(kind))
}

/// Whether one path is that of a partition of the disk that the other names.
pub(super) fn is_partition(part: &str, disk: &str) -> bool {
    let Some(rest) = part.strip_prefix(disk) else { return false };
    let plain = disk.strip_prefix("/dev/").is_some_and(|name| !name.contains('/'));
    let number = match (plain, disk.ends_with(|c: char| c.is_ascii_digit())) {
        // Links of udev: X-part3. Kernel names: sda3, but nvme0n1p3.
        (false, _) => rest.strip_prefix("-part"),
        (true, true) => rest.strip_prefix('p'),
        (true, false) => Some(rest),
    };
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

/// Folders below /dev that are not a volume group's (udev, the kernel's device nodes, device-mapper).
pub(super) const DEV_FOLDERS: &[&str] = &[
    "block",
    "bsg",
    "bus",
    "char",
    "cpu",
    "disk",
    "dlm",
    "drbd",
    "dri",
    "fd",
    "hugepages",
    "input",
    "mapper",
    "md",
    "mqueue",
    "net",
    "pts",
    "shm",
    "snd",
    "vfio",
    "virtio-ports",
    "zvol",
];

/// The volume group and the logical volume of a path such as /dev/vg/lv.
pub(super) fn logical_volume(path: &str) -> Option<(&str, &str)> {
    let (group, volume) = path.strip_prefix("/dev/")?.split_once('/')?;
    (!DEV_FOLDERS.contains(&group) && !volume.is_empty() && !volume.contains('/')).then_some((group, volume))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partition_is_known_by_its_name() {
        assert!(is_partition("/dev/disk/by-id/x1-part3", "/dev/disk/by-id/x1"));
        assert!(is_partition("/dev/sda3", "/dev/sda"));
        assert!(is_partition("/dev/nvme0n1p3", "/dev/nvme0n1"));
        for (part, disk) in [
            ("/dev/disk/by-id/x13", "/dev/disk/by-id/x1"),
            ("/dev/sda", "/dev/sda"),
            ("/dev/sdab", "/dev/sda"),
            ("/dev/nvme0n12", "/dev/nvme0n1"),
            ("/dev/disk/by-id/x-part", "/dev/disk/by-id/x"),
            ("/déé1", "/déé"),
        ] {
            assert!(!is_partition(part, disk), "{part} {disk}");
        }
    }

    #[test]
    fn a_logical_volume_is_known_by_its_path() {
        assert_eq!(logical_volume("/dev/system/drbd"), Some(("system", "drbd")));
        for other in ["/dev/sda", "/dev/disk/by-id/x", "/dev/mapper/x", "/dev/md/x", "/dev/vg/", "/srv/x/y"] {
            assert_eq!(logical_volume(other), None, "{other}");
        }
    }
}
