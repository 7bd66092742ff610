//! Family GFS6xx: what is left for each volume.

use super::{Findings, rules};
use crate::diag::At;
use crate::model::VolumeSize;
use crate::plan::{Plan, Storage};

rules! {
    "GFS615" "no-room-for-metadata" Error Plan(metadata): "the volumes leave no room for what DRBD and LVM keep on the disk";
    "GFS616" "no-space-left" Error Plan(left): "nothing, or not enough, is left for a volume";
}

/// What LVM gives away at once, and where it begins (lvmconfig: physical_extent_size, default_data_alignment).
const EXTENT: u64 = 4 << 20;
const BEGIN: u64 = 1 << 20;

/// What a volume asks for, and what is free before it, in extents.
pub(super) struct Volume {
    wanted: u64,
    free: u64,
}

impl Volume {
    /// What it gets, in bytes: nothing where there is not enough.
    pub(super) fn bytes(&self) -> u64 {
        if self.wanted <= self.free { self.wanted * EXTENT } else { 0 }
    }
}

/// The extents on a disk of this size: without DRBD's internal metadata (4 KiB for each 128 MiB, 36 KiB for the activity log
/// and the superblock: drbdmeta create-md) and what LVM keeps at the front.
fn extents(size: u64) -> u64 {
    let metadata = size.div_ceil(128 << 20) * 4096 + 36 * 1024;
    size.saturating_sub(metadata + BEGIN) / EXTENT
}

/// The volumes of a resource in the order in which they are made, if the disk's size is known.
pub(super) fn volumes(storage: &Storage) -> Option<Vec<Volume>> {
    storage.size.map(|size| of(storage, extents(size)))
}

fn of(storage: &Storage, all: u64) -> Vec<Volume> {
    let mut free = all;
    let volumes = storage.filesystems.iter().map(|filesystem| {
        let wanted = match filesystem.size {
            VolumeSize::Bytes(bytes) => bytes.div_ceil(EXTENT),
            VolumeSize::PercentOfGroup(percent) => all * u64::from(percent) / 100,
            VolumeSize::PercentFree(percent) => free * u64::from(percent) / 100,
        };
        let volume = Volume { wanted, free };
        free = free.saturating_sub(wanted);
        volume
    });
    volumes.collect()
}

/// What those volumes take whose size does not depend on what is free.
fn fixed(storage: &Storage, all: u64) -> u64 {
    let volumes = of(storage, all);
    let sizes = storage.filesystems.iter().map(|filesystem| filesystem.size).zip(&volumes);
    sizes.filter(|(size, _)| !matches!(size, VolumeSize::PercentFree(_))).map(|(_, volume)| volume.wanted).sum()
}

fn bytes(storage: &Storage) -> u64 {
    let sizes = storage.filesystems.iter().map(|filesystem| filesystem.size);
    let size = storage.size.unwrap_or_default();
    let one = |wanted| match wanted {
        VolumeSize::Bytes(bytes) => bytes,
        VolumeSize::PercentOfGroup(percent) => size / 100 * u64::from(percent),
        VolumeSize::PercentFree(_) => 0,
    };
    sizes.map(one).fold(0, u64::saturating_add)
}

fn metadata(plan: &Plan, findings: &mut Findings) {
    for storage in &plan.storage {
        let Some(size) = storage.size else { continue };
        let (wanted, all) = (fixed(storage, extents(size)), extents(size));
        // More than the whole disk is a finding of its own.
        if wanted > all && bytes(storage) <= size {
            findings
                .value(
                    storage.at.key("filesystems"),
                    format!("the volumes on `{}` leave no room for DRBD's and LVM's own data", storage.name),
                )
                .set_label(format!("{} MiB", (wanted * EXTENT) >> 20))
                .add_label(
                    At::value(storage.at.key("size")),
                    format!("{} MiB of this can be given away", (all * EXTENT) >> 20),
                )
                .add_help("make one smaller, or give the last one what is left: leave its `size` out");
        }
    }
}

fn left(plan: &Plan, findings: &mut Findings) {
    for storage in &plan.storage {
        let in_bytes = storage.filesystems.iter().any(|filesystem| matches!(filesystem.size, VolumeSize::Bytes(_)));
        let all = match storage.size {
            Some(size) => extents(size),
            // Shares are the same of any disk.
            None if !in_bytes => 1_000_000,
            None => continue,
        };
        // Findings of their own: too much together, and all that is free for one that is not the last.
        let greedy = storage.filesystems.split_last().is_some_and(|(_, earlier)| {
            earlier.iter().any(|filesystem| filesystem.size == VolumeSize::PercentFree(100))
        });
        if greedy || fixed(storage, all) > all {
            continue;
        }
        let volumes = of(storage, all);
        let lacking = |(_, volume): &(_, &Volume)| volume.wanted == 0 || volume.wanted > volume.free;
        let Some((filesystem, volume)) = storage.filesystems.iter().zip(&volumes).find(lacking) else { continue };
        let what = if volume.free == 0 { "nothing" } else { "too little" };
        findings
            .value(
                filesystem.at.key("size"),
                format!("{what} of `{}` is left for `{}`", storage.volume_group, filesystem.name),
            )
            .set_label("made after the others")
            .add_label(At::key(storage.at.key("filesystems")), "they take all that there is")
            .add_help("a volume without a `size` takes what those before it leave: make one of them smaller");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_drbd_and_lvm_keep_is_not_given_away() {
        // drbdmeta create-md on 256 MiB leaves 44 KiB less.
        assert_eq!(extents(256 << 20), (256 - 1 - 1) / 4);
        assert_eq!(extents(1 << 30), 255);
        assert_eq!(extents(1 << 20), 0);
        assert_eq!(extents(0), 0);
    }
}
