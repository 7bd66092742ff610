//! Family GFS6xx: LVM.

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
        let wanted: u64 = storage.filesystems.iter().map(|filesystem| bytes(filesystem.size, disk)).sum();
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
