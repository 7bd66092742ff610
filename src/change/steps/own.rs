//! The steps that only a change has, each with what its templates see.

use serde_json::{Value, json};

use super::{Step, What, Where};
use crate::model::VolumeSize;
use crate::plan::{Filesystem, Plan, Storage};
use crate::platform::Locking;

pub(super) fn own(at: Where, kind: &'static str, title: impl Into<String>, view: Value) -> Step {
    Step { at, title: title.into(), what: What::Own(kind, view) }
}

/// The first node: where what is done once is done.
pub(super) const FIRST: Where = Where::Node(0);

/// A step of node.sh.
pub(super) fn node(at: Where, words: &[&str]) -> Step {
    let title = match words {
        ["identity"] => "the machine has its name and addresses".to_owned(),
        ["kernel"] => "the kernel has the modules, and the right DRBD".to_owned(),
        ["default-cluster"] => "no cluster of a package's own is left".to_owned(),
        ["overlay"] => "the files of the new tree are in place".to_owned(),
        ["drbd-secret"] => "DRBD's files hold the shared secret".to_owned(),
        ["hosts"] => "/etc/hosts holds the new names".to_owned(),
        ["services"] => "services stand as the new preset says".to_owned(),
        ["firewall"] => "the firewall is as the new files say".to_owned(),
        ["modules"] => "the kernel modules are loaded".to_owned(),
        ["packages"] => "the packages are installed".to_owned(),
        ["secrets"] => "the fence devices' secrets are there".to_owned(),
        ["alert"] => "the program that sends mail is there".to_owned(),
        ["make-keys"] => "keys that are missing are made".to_owned(),
        ["mountpoints"] => "the mount points are there".to_owned(),
        ["domains"] => "the guests' domains and bridges are there".to_owned(),
        ["images"] => "the guests' images are there".to_owned(),
        ["settled"] => "the cluster has come to rest".to_owned(),
        ["quorum"] => "both nodes see each other".to_owned(),
        ["cluster-start"] => "corosync and Pacemaker run".to_owned(),
        ["volume-manager"] => "the lock manager of LVM runs".to_owned(),
        ["drbd-metadata", name] => format!("the disk of {name} has its metadata"),
        ["drbd-up", name] => format!("{name} is up"),
        ["drbd-sync", name] => format!("{name} is UpToDate on both nodes: waits until all is copied"),
        ["promoted", name] => format!("{name} is Primary on both nodes"),
        ["volume-group", name] => format!("the volume group on {name} is made"),
        ["vg-lockstart", name] => format!("the volume group on {name} has its lock space"),
        ["logical-volume", name] => format!("the volume of {name} is made"),
        ["filesystem", name] => format!("the filesystem {name} is made"),
        ["volume-done", name] => format!("the volume of {name} is handed to Pacemaker"),
        ["mounted", name] => format!("{name} is mounted"),
        words => words.join(" "),
    };
    Step { at, title, what: What::Node(words.iter().map(|word| (*word).to_owned()).collect()) }
}

pub(super) fn hand(title: impl Into<String>, lines: Vec<String>) -> Step {
    Step { at: Where::Here, title: title.into(), what: What::Hand(lines) }
}

/// The first node and what resources are looked at before anything changes.
pub(super) fn begin(plan: &Plan, resources: &[&str]) -> Step {
    let nodes: Vec<&str> = plan.nodes.iter().map(|node| node.name.as_str()).collect();
    let all = if resources.is_empty() { "" } else { ", DRBD is UpToDate on both" };
    let title = format!("both nodes are online, nothing has failed{all}");
    own(FIRST, "begin", title, json!({ "nodes": nodes, "resources": resources, "alone": false }))
}

pub(super) fn stop(ids: &[String]) -> Step {
    own(FIRST, "stop", format!("{} stopped", are(ids)), json!({ "ids": ids }))
}

pub(super) fn start(ids: &[String]) -> Step {
    own(FIRST, "start", format!("{} started again", are(ids)), json!({ "ids": ids }))
}

fn are(ids: &[String]) -> String {
    format!("{} {}", ids.join(", "), if ids.len() == 1 { "is" } else { "are" })
}

pub(super) fn standby(plan: &Plan, node: usize) -> Step {
    let name = &plan.nodes[node].name;
    let title = format!("{name} is out: its guests have moved to the other node");
    own(FIRST, "standby", title, json!({ "node": name, "standby": plan.platform.pcs.standby }))
}

pub(super) fn unstandby(plan: &Plan, node: usize) -> Step {
    let name = &plan.nodes[node].name;
    own(FIRST, "unstandby", format!("{name} is back"), json!({ "node": name, "standby": plan.platform.pcs.standby }))
}

/// DRBD takes its settings.
pub(super) fn adjust(at: Where, resource: &str) -> Step {
    own(at, "adjust", format!("{resource} runs with its new settings"), json!({ "resource": resource }))
}

fn volume(storage: &Storage, filesystem: &Filesystem) -> String {
    format!("{}/{}", storage.volume_group, filesystem.logical_volume)
}

pub(super) fn lvmlockd(plan: &Plan) -> bool {
    plan.platform.locking == Locking::Lvmlockd
}

/// A volume grows to its new size, and the filesystem on it; whether the disk under it grows before.
pub(super) fn grow(storage: &Storage, filesystem: &Filesystem, disk_grows: bool) -> Vec<Step> {
    let volume = volume(storage, filesystem);
    let (size, bytes, percent) = match filesystem.size {
        VolumeSize::Bytes(bytes) => (format!("{bytes}b"), Some(bytes), None),
        VolumeSize::PercentOfGroup(percent) => (format!("{percent}%VG"), None, Some(percent)),
        VolumeSize::PercentFree(percent) => (format!("+{percent}%FREE"), None, None),
    };
    let view = json!({
        "volume": volume, "group": storage.volume_group, "size": size, "bytes": bytes, "percent": percent,
        "disk_grows": disk_grows,
    });
    let name = &filesystem.name;
    vec![
        own(FIRST, "extend", format!("the volume of {name} is {}", filesystem.size), view),
        own(
            Where::Node(1),
            "lv_refresh",
            format!("the other node sees the new size of {name}"),
            json!({ "volume": volume }),
        ),
        own(
            FIRST,
            "gfs2_grow",
            format!("the filesystem {name} fills its volume"),
            json!({ "mount": filesystem.mount }),
        ),
    ]
}

/// The disks of a resource have grown: DRBD and LVM take them, and the volumes that are a share of them. One that is `new` is
/// made with all that it gets.
pub(super) fn grow_disk(plan: &Plan, storage: &Storage, new: impl Fn(&Filesystem) -> bool) -> Vec<Step> {
    let size = storage.size.unwrap_or_default();
    // DRBD's metadata takes a bit for each 4 KiB and a little more, LVM's a few MiB: twice as much is left for them.
    let least = size - size / 16384 - (16 << 20);
    let name = &storage.name;
    let grown = (0..2).map(|index| {
        let title = format!("the disk of {name} has grown on {}", plan.nodes[index].name);
        own(Where::Node(index), "grown", title, json!({ "disk": storage.disks[index], "bytes": size }))
    });
    let mut steps: Vec<Step> = grown.collect();
    let view = json!({ "resource": name, "drbd": storage.device(), "least": least });
    steps.push(own(FIRST, "resize", format!("{name} and the volume group on it fill the disk"), view));
    let shares = storage.filesystems.iter().filter(|one| !matches!(one.size, VolumeSize::Bytes(_)) && !new(one));
    steps.extend(shares.flat_map(|filesystem| grow(storage, filesystem, true)));
    steps
}

/// A filesystem gets journals.
pub(super) fn journals(before: u32, filesystem: &Filesystem) -> Step {
    let title = format!("{} has {} journals", filesystem.name, filesystem.journals);
    let view = json!({
        "mount": filesystem.mount,
        "device": filesystem.device,
        "before": before,
        "journals": filesystem.journals,
        "more": filesystem.journals - before,
        "size": filesystem.journal_mib,
    });
    own(FIRST, "journals", title, view)
}
