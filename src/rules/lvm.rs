//! Family GFS6xx: LVM.

use super::device::{DEV_FOLDERS, is_numbered, is_partition, logical_volume};
use super::{Findings, repeated, rules};
use crate::diag::At;
use crate::model::VolumeSize;
use crate::plan::Plan;
use crate::platform::Locking;

rules! {
    "GFS601" "disk-is-local-pv" Error Plan(local): "a disk under DRBD is also named as the system's own";
    "GFS602" "duplicate-volume-group" Error Plan(groups): "two resources have one volume group";
    "GFS603" "duplicate-logical-volume" Error Plan(volumes): "two filesystems have one logical volume";
    "GFS604" "free-space-taken-early" Error Plan(free): "a share of the free space is given away before the last volume";
    "GFS605" "volumes-too-large" Error Plan(sizes): "the volumes are larger than the disk under them";
    "GFS606" "clvmd-couples-resources" Warning Plan(coupled): "with clvmd one resource that fails takes the others along";
    "GFS607" "shares-over-100" Error Plan(shares): "the volumes take more than the whole volume group";
    "GFS608" "volume-name-too-long" Error Plan(long): "a volume group's name is longer than its lock space's can be";
    "GFS609" "reserved-volume-name" Error Plan(reserved): "LVM keeps a name for itself, or it stands below /dev already";
    "GFS610" "device-name-too-long" Error Plan(device_name): "the names of a group and a volume are too long together";
    "GFS611" "unstable-local-pv" Warning Plan(unstable): "the system's own physical volume can change its name from boot to boot";
    "GFS612" "disk-in-own-group" Error Plan(circular): "the disk under a resource is a volume of a shared group";
    "GFS613" "hidden-volume-group" Warning Plan(hidden): "the disk under a resource is a logical volume that LVM would not see";
    "GFS614" "disk-holds-local-pv" Error Plan(holds): "a disk under DRBD has a physical volume of the system on it";
}

fn local(plan: &Plan, findings: &mut Findings) {
    for storage in &plan.storage {
        for (node, disk) in plan.nodes.iter().zip(&storage.disks) {
            if let Some(position) = node.local_pvs.iter().position(|pv| pv == disk) {
                findings
                    .value(storage.at.key("disk"), format!("{disk} on `{}` cannot be both", node.name))
                    .set_label("under DRBD here")
                    .add_label(At::value(node.at.key("local_pvs").index(position)), "the system's own here")
                    .add_help("LVM would find the same physical volume twice");
            }
        }
    }
}

fn groups(plan: &Plan, findings: &mut Findings) {
    let all = plan.storage.iter().map(|storage| (storage.volume_group.as_str(), storage.at.key("volume_group")));
    repeated(all, |group, place, first| {
        findings
            .value(place.clone(), format!("two resources have the volume group `{group}`"))
            .set_label("again here")
            .add_label(At::value(first.clone()), "first here")
            .add_help("a resource is a unit of failure: a volume group over two would need both");
    });
}

fn volumes(plan: &Plan, findings: &mut Findings) {
    let all =
        plan.filesystems().map(|(_, filesystem)| (filesystem.device.as_str(), filesystem.at.key("logical_volume")));
    repeated(all, |device, place, first| {
        findings
            .value(place.clone(), format!("two filesystems are on {device}"))
            .set_label("again here")
            .add_label(At::value(first.clone()), "first here");
    });
}

fn free(plan: &Plan, findings: &mut Findings) {
    for storage in &plan.storage {
        let [earlier @ .., _last] = &storage.filesystems[..] else { continue };
        for filesystem in earlier.iter().filter(|filesystem| filesystem.size == VolumeSize::PercentFree(100)) {
            findings
                .value(
                    filesystem.at.key("size"),
                    format!("`{}` takes all free space of `{}`", filesystem.name, storage.volume_group),
                )
                .set_label("nothing is left for those after it")
                .add_help(
                    "give it a size such as 200GiB or 50%; only the last may take 100%FREE, which is the default",
                );
        }
    }
}

fn bytes(plan_size: VolumeSize, disk: u64) -> u64 {
    match plan_size {
        VolumeSize::Bytes(bytes) => bytes,
        VolumeSize::PercentOfGroup(percent) => disk / 100 * u64::from(percent),
        VolumeSize::PercentFree(_) => 0,
    }
}

/// A size for people.
fn shown(bytes: u64) -> String {
    if bytes.is_multiple_of(1 << 30) { format!("{} GiB", bytes >> 30) } else { format!("{} MiB", bytes >> 20) }
}

fn sizes(plan: &Plan, findings: &mut Findings) {
    for storage in &plan.storage {
        let Some(disk) = storage.size else { continue };
        let sizes = storage.filesystems.iter().map(|filesystem| bytes(filesystem.size, disk));
        let wanted = sizes.fold(0, u64::saturating_add);
        if wanted > disk {
            findings
                .value(
                    storage.at.key("filesystems"),
                    format!("the volumes on `{}` take {}", storage.name, shown(wanted)),
                )
                .set_label("more than there is")
                .add_label(At::value(storage.at.key("size")), format!("{} under them", shown(disk)));
        }
    }
}

fn shares(plan: &Plan, findings: &mut Findings) {
    for storage in &plan.storage {
        let share = |size| match size {
            VolumeSize::PercentOfGroup(percent) => u32::from(percent),
            _ => 0,
        };
        let sum: u32 = storage.filesystems.iter().map(|filesystem| share(filesystem.size)).sum();
        if sum > 100 {
            findings
                .value(storage.at.key("filesystems"), format!("the volumes on `{}` take {sum}%", storage.name))
                .set_label("more than the whole volume group");
        }
    }
}

/// `lvm_` and the name have 64 bytes (lvmlockd); the language's own limit is 60, but not of the default name.
fn long(plan: &Plan, findings: &mut Findings) {
    for storage in plan.storage.iter().filter(|storage| storage.volume_group.len() > 60) {
        findings
            .value(storage.at.key("name"), format!("the volume group would be called `{}`", storage.volume_group))
            .set_label("too long for its volume group")
            .add_help("name the volume group yourself, with 60 characters at most: `volume_group: vg_data`");
    }
}

fn coupled(plan: &Plan, findings: &mut Findings) {
    if plan.platform.locking == Locking::Clvmd && plan.storage.len() > 1 {
        findings
            .value(plan.storage[1].at.key("name"), "with clvmd, resources fail together")
            .set_label("a second resource")
            .add_help("clvmd activates volume groups only when it starts, so it must wait for every resource and stop with any");
    }
}

/// What the names of logical volumes may not begin with or contain, and what volume groups may not be called (lvm(8), and
/// lvm-string.c of lvm2).
const BEGINNINGS: &[&str] = &["pvmove", "snapshot"];
const PARTS: &[&str] = &[
    "_cdata", "_cmeta", "_corig", "_cpool", "_cvol", "_imeta", "_iorig", "_mimage", "_mlog", "_pmspare", "_rimage",
    "_rmeta", "_tdata", "_tmeta", "_vdata", "_vorigin", "_wcorig",
];
/// Devices that every node has.
const DEVICES: &[&str] = &["full", "kvm", "mem", "null", "random", "tty", "urandom", "zero"];

fn reserved(plan: &Plan, findings: &mut Findings) {
    for storage in &plan.storage {
        let group = storage.volume_group.as_str();
        if DEV_FOLDERS.contains(&group) || DEVICES.contains(&group) {
            findings
                .value(storage.at.key("volume_group"), format!("a volume group cannot be called `{group}`"))
                .set_label(format!("there is a /dev/{group} already"))
                .add_help(format!("another name will do, such as `vg_{group}`"));
        }
        for filesystem in &storage.filesystems {
            let volume = filesystem.logical_volume.as_str();
            let part = PARTS.iter().find(|part| volume.contains(**part));
            let beginning = BEGINNINGS.iter().find(|beginning| volume.starts_with(**beginning));
            let dots = [".", ".."].iter().find(|dots| **dots == volume);
            let Some(word) = part.or(beginning).or(dots) else { continue };
            findings
                .value(
                    filesystem.at.key("logical_volume"),
                    format!("a logical volume of `{}` cannot be called `{volume}`", filesystem.name),
                )
                .set_label(format!("LVM keeps `{word}` for itself"))
                .add_help("name the volume yourself: `logical_volume: lv_data`");
        }
    }
}

/// A name of device-mapper has 128 bytes with its end (DM_NAME_LEN): group, dash, volume, and each dash in them twice.
fn device_name(plan: &Plan, findings: &mut Findings) {
    let length = |name: &str| name.len() + name.matches('-').count();
    for (storage, filesystem) in plan.filesystems() {
        let all = length(&storage.volume_group) + 1 + length(&filesystem.logical_volume);
        if all > 127 {
            findings
                .value(
                    filesystem.at.key("logical_volume"),
                    format!("the name of the device of `{}` would have {all} characters", filesystem.name),
                )
                .set_label("127 at most, each dash in a name counts twice")
                .add_label(At::value(storage.at.key("volume_group")), "with this name")
                .add_help("shorten one of the two, or write `_` for `-`");
        }
    }
}

fn unstable(plan: &Plan, findings: &mut Findings) {
    for node in &plan.nodes {
        let Some(position) = node.local_pvs.iter().position(|pv| is_numbered(pv)) else { continue };
        let pv = &node.local_pvs[position];
        findings
            .value(
                node.at.key("local_pvs").index(position),
                format!("{pv} may be another disk after the next boot of `{}`", node.name),
            )
            .set_label("numbered in the order of discovery")
            .add_help("then LVM would not see the system's own volumes: `ls -l /dev/disk/by-id` shows lasting names");
    }
}

fn circular(plan: &Plan, findings: &mut Findings) {
    let group_of = |disk: &String| Some(logical_volume(disk)?.0.to_owned());
    for storage in &plan.storage {
        let owner = |group: &String| plan.storage.iter().find(|other| other.volume_group == *group);
        let Some(owner) = storage.disks.iter().filter_map(group_of).find_map(|group| owner(&group)) else { continue };
        findings
            .value(
                storage.at.key("disk"),
                format!("the disk under `{}` is a volume of the shared group `{}`", storage.name, owner.volume_group),
            )
            .set_label("there only while DRBD runs")
            .add_label(At::value(owner.at.key("volume_group")), "the group on DRBD")
            .add_help("name the disk or partition that is to be replicated");
    }
}

fn hidden(plan: &Plan, findings: &mut Findings) {
    let shared = |group: &str| plan.storage.iter().any(|storage| storage.volume_group == group);
    for storage in &plan.storage {
        for (node, disk) in plan.nodes.iter().zip(&storage.disks) {
            let Some((group, _)) = logical_volume(disk).filter(|(group, _)| !shared(group)) else { continue };
            if !node.local_pvs.is_empty() {
                continue;
            }
            findings
                .value(storage.at.key("disk"), format!("LVM on `{}` would not see the group of {disk}", node.name))
                .set_label("a logical volume")
                .add_label(At::value(node.at.key("name")), "no `local_pvs` here")
                .add_help(format!(
                    "the generated filter accepts what is named only: write `local_pvs` with what `pvs -S vg_name={group}` shows"
                ));
            break;
        }
    }
}

fn holds(plan: &Plan, findings: &mut Findings) {
    for storage in &plan.storage {
        for (node, disk) in plan.nodes.iter().zip(&storage.disks) {
            let Some(position) = node.local_pvs.iter().position(|pv| is_partition(pv, disk)) else { continue };
            findings
                .value(storage.at.key("disk"), format!("{disk} on `{}` has a part of the system on it", node.name))
                .set_label("the whole disk under DRBD")
                .add_label(At::value(node.at.key("local_pvs").index(position)), "a partition of it, the system's own")
                .add_help("name a partition of it that is free, or another disk");
        }
    }
}
