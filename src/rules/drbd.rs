//! Family GFS5xx: DRBD.

use super::{Findings, repeated, rules};
use crate::diag::At;
use crate::model::Algorithm;
use crate::plan::Plan;

rules! {
    "GFS501" "duplicate-disk" Error Plan(disks): "two resources have one disk under them";
    "GFS502" "duplicate-minor" Error Plan(minors): "two resources have one device";
    "GFS503" "unstable-disk-path" Warning Plan(stable): "a disk's name can change from boot to boot";
    "GFS504" "resync-rates" Error Plan(rates): "the resync rates contradict each other, or DRBD's limit";
    "GFS505" "checksum-for-authentication" Error Plan(auth): "a checksum proves nobody's identity";
    "GFS506" "disk-is-drbd" Error Plan(circular): "the disk under a resource is a DRBD device";
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
            .add_label(At::value(first.clone()), "first here")
            .add_help("the default is the position in the list, from 0");
    });
}

fn stable(plan: &Plan, findings: &mut Findings) {
    let bare = |disk: &str| {
        let name = disk.strip_prefix("/dev/").unwrap_or_default();
        ["sd", "hd", "vd", "xvd", "nvme", "dm-"].iter().any(|kind| name.starts_with(kind))
    };
    for storage in &plan.storage {
        let Some(disk) = storage.disks.iter().find(|disk| bare(disk)) else { continue };
        findings
            .value(storage.at.key("disk"), format!("{disk} may be another disk after the next boot"))
            .set_label("numbered in the order of discovery")
            .add_help("`ls -l /dev/disk/by-id /dev/disk/by-partlabel` on the node shows its lasting names");
    }
}

/// DRBD's own limit (drbd_limits.h).
const MOST: u64 = 4 << 30;

fn rates(plan: &Plan, findings: &mut Findings) {
    for storage in &plan.storage {
        let at = storage.at.key("drbd").key("resync");
        if storage.resync_max > MOST {
            findings.value(at.key("max_rate"), "DRBD resyncs 4 GiB per second at most").set_label("more than 4096MiB");
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
