//! Family GFS5xx: DRBD.

use super::device::{is_numbered, is_partition};
use super::{Findings, repeated, rules};
use crate::diag::At;
use crate::model::Algorithm;
use crate::path::Path;
use crate::plan::{Plan, Storage};

rules! {
    "GFS501" "duplicate-disk" Error Plan(disks): "two resources have one disk under them";
    "GFS502" "duplicate-minor" Error Plan(minors): "two resources have one device";
    "GFS503" "unstable-disk-path" Warning Plan(stable): "a disk's name can change from boot to boot";
    "GFS504" "resync-rates" Error Plan(rates): "the resync rates contradict each other, or DRBD's limit";
    "GFS505" "checksum-for-authentication" Error Plan(auth): "a checksum proves nobody's identity";
    "GFS506" "disk-is-drbd" Error Plan(circular): "the disk under a resource is a DRBD device";
    "GFS507" "disk-outside-dev" Error Plan(outside): "what is to be under a resource is no device";
    "GFS508" "overlapping-disks" Error Plan(overlapping): "one resource has a disk, another a partition of it";
    "GFS509" "resync-faster-than-link" Warning Plan(link): "a resync may take more than its link carries";
    "GFS510" "activity-log-too-small" Warning Plan(extents): "more extents are to be active than DRBD's metadata has room for";
    "GFS511" "disk-named-by-content" Error Plan(content): "a disk is named by what is on it, which DRBD and LVM replace";
}

fn disks(plan: &Plan, findings: &mut Findings) {
    for node in 0..2 {
        let all = plan.storage.iter().map(|storage| (storage.disks[node].as_str(), storage.at.key("disk")));
        repeated(all, |disk, place, first| {
            if node == 1 && plan.storage.iter().filter(|storage| storage.disks[0] == **disk).count() > 1 {
                return; // said for the first node already
            }
            findings
                .value(place.clone(), format!("two DRBD resources write to {disk} on `{}`", plan.nodes[node].name))
                .set_label("again here")
                .add_label(At::value(first.clone()), "first here")
                .add_help("each would destroy the other's data; drbdadm would not have noticed");
        });
    }
}

fn minors(plan: &Plan, findings: &mut Findings) {
    repeated(plan.storage.iter().map(|storage| (storage.minor, storage.at.key("minor"))), |minor, place, first| {
        findings
            .value(place.clone(), format!("two DRBD resources are /dev/drbd{minor}"))
            .set_label("again here")
            .add_label(At::value(first.clone()), "first here");
    });
}

fn stable(plan: &Plan, findings: &mut Findings) {
    for storage in &plan.storage {
        let Some(disk) = storage.disks.iter().find(|disk| is_numbered(disk)) else { continue };
        findings
            .value(storage.at.key("disk"), format!("{disk} may be another disk after the next boot"))
            .set_label("numbered in the order of discovery")
            .add_help("`ls -l /dev/disk/by-id /dev/disk/by-partlabel` on the node shows its lasting names");
    }
}

/// DRBD's own limits (drbd_limits.h; `drbdadm dump` of 8.4 names them: 250 to 4194304 KiB per second).
const LEAST: u64 = 250 << 10;
const MOST: u64 = 4 << 30;

fn rates(plan: &Plan, findings: &mut Findings) {
    for storage in &plan.storage {
        let at = storage.at.key("drbd").key("resync");
        if storage.resync_max > MOST {
            findings.value(at.key("max_rate"), "DRBD resyncs 4 GiB per second at most").set_label("more than 4096MiB");
        } else if storage.resync_max < LEAST {
            findings
                .value(at.key("max_rate"), "DRBD wants at least 250 KiB per second for a resync")
                .set_label(format!("{} KiB per second", storage.resync_max >> 10));
        } else if storage.resync_min > storage.resync_max {
            findings
                .value(at.key("min_rate"), "a resync would get more beside guests than alone")
                .set_label(format!("{} KiB per second", storage.resync_min >> 10))
                .add_label(At::value(at.key("max_rate")), format!("{} KiB per second", storage.resync_max >> 10));
        }
    }
}

fn auth(plan: &Plan, findings: &mut Findings) {
    for storage in plan.storage.iter().filter(|storage| storage.auth_alg == Algorithm::Crc32c) {
        findings
            .value(storage.at.key("drbd").key("auth_alg"), "crc32c is a checksum, not a proof of who is there")
            .set_label("anybody can make one")
            .add_help("write `sha256`, or leave it out");
    }
}

fn circular(plan: &Plan, findings: &mut Findings) {
    for storage in &plan.storage {
        if let Some(disk) = storage.disks.iter().find(|disk| disk.starts_with("/dev/drbd")) {
            findings
                .value(storage.at.key("disk"), format!("{disk} is a DRBD device itself"))
                .set_label("name the disk or partition that is to be replicated");
        }
    }
}

fn outside(plan: &Plan, findings: &mut Findings) {
    let is_device = |path: &str| path.starts_with("/dev/") && !path.ends_with('/') && !path.contains("/../");
    for storage in &plan.storage {
        if let Some(disk) = storage.disks.iter().find(|disk| !is_device(disk)) {
            findings
                .value(storage.at.key("disk"), format!("{disk} is no device"))
                .set_label("not below /dev")
                .add_help("`ls -l /dev/disk/by-id /dev/disk/by-partlabel` on the node shows what there is");
        }
    }
}

fn overlapping(plan: &Plan, findings: &mut Findings) {
    for node in 0..2 {
        for whole in &plan.storage {
            let part = |other: &&Storage| is_partition(&other.disks[node], &whole.disks[node]);
            let Some(other) = plan.storage.iter().find(part) else { continue };
            if node == 1 && is_partition(&other.disks[0], &whole.disks[0]) {
                return; // said for the first node already
            }
            let (disk, name) = (&other.disks[node], &plan.nodes[node].name);
            findings
                .value(
                    other.at.key("disk"),
                    format!("{disk} is a part of a disk that another resource has, on `{name}`"),
                )
                .set_label("a partition")
                .add_label(At::value(whole.at.key("disk")), "the whole disk")
                .add_help("give each resource a partition of its own");
        }
    }
}

/// Compares with the only link whose speed a description says, the one of migrations. The default is a guess.
fn link(plan: &Plan, findings: &mut Findings) {
    let migration = &plan.migration;
    let same = |storage: &&Storage| storage.network.addresses == migration.network.addresses;
    for storage in plan.storage.iter().filter(same) {
        if migration.speed_written && storage.resync_max > migration.speed / 8 {
            findings
                .value(
                    storage.at.key("drbd").key("resync").key("max_rate"),
                    format!("a resync may take more than the network `{}` carries", storage.network.name),
                )
                .set_label(format!("{} MiB per second", storage.resync_max >> 20))
                .add_label(
                    At::value(Path::root().key("migration").key("speed")),
                    format!("{} MiB per second", (migration.speed / 8) >> 20),
                )
                .add_help("guests that write wait for it: write a lower `max_rate`, about two thirds of the link");
        }
    }
}

/// What the usual activity log of 32 KiB has room for (drbd.conf(5) of 8.4, al-extents).
const EXTENTS: u32 = 6433;

fn extents(plan: &Plan, findings: &mut Findings) {
    for storage in plan.storage.iter().filter(|storage| storage.al_extents > EXTENTS) {
        findings
            .value(
                storage.at.key("drbd").key("al_extents"),
                format!("{} extents do not fit into DRBD's activity log", storage.al_extents),
            )
            .set_label(format!("DRBD would use {EXTENTS}, and say nothing"))
            .add_help(format!("write {EXTENTS} or less: after a crash this much is resynced, 4 MiB for each"));
    }
}

/// Links that udev makes of what it finds on a device (60-persistent-storage.rules, 69-dm-lvm.rules).
const BY_CONTENT: &[&str] = &["/dev/disk/by-label/", "/dev/disk/by-uuid/", "/dev/disk/by-id/lvm-pv-uuid-"];

fn content(plan: &Plan, findings: &mut Findings) {
    let is_by_content = |disk: &&String| BY_CONTENT.iter().any(|folder| disk.starts_with(folder));
    for storage in &plan.storage {
        let Some(disk) = storage.disks.iter().find(is_by_content) else { continue };
        findings
            .value(storage.at.key("disk"), format!("{disk} is named by what is on the disk"))
            .set_label("gone as soon as that is replaced")
            .add_help(
                "name the disk or the partition itself: `ls -l /dev/disk/by-id /dev/disk/by-partlabel` on the node",
            );
    }
}
