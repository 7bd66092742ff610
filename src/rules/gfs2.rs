//! Family GFS8xx, filesystems.

use super::{Findings, repeated, rules, space};
use crate::diag::At;
use crate::model::VolumeSize;
use crate::plan::Plan;

rules! {
    "GFS801" "too-few-journals" Error Plan(journals): "a filesystem has fewer journals than nodes";
    "GFS802" "journal-size" Error Plan(journal_size): "a journal is smaller than 8 MiB or larger than 1 GiB";
    "GFS803" "journals-fill-filesystem" Error Plan(fill): "the journals take more than half of the filesystem";
    "GFS804" "duplicate-mount" Error Plan(mounts): "two filesystems are mounted at one place";
    "GFS805" "nested-mount" Error Plan(nested): "a filesystem is mounted inside another";
    "GFS806" "system-mount" Error Plan(system): "a filesystem is mounted over a part of the system";
}

fn journals(plan: &Plan, findings: &mut Findings) {
    for (_, filesystem) in plan.filesystems().filter(|(_, filesystem)| filesystem.journals < 2) {
        findings
            .value(filesystem.at.key("journals"), format!("`{}` has one journal for two nodes", filesystem.name))
            .set_label("the second node could not mount it")
            .add_help("write `journals: 2`, or leave it out");
    }
}

fn journal_size(plan: &Plan, findings: &mut Findings) {
    for (_, filesystem) in plan.filesystems().filter(|(_, f)| !(8..=1024).contains(&f.journal_mib)) {
        findings
            .value(filesystem.at.key("journal_size"), format!("a journal cannot have {} MiB", filesystem.journal_mib))
            .set_label("mkfs.gfs2 takes 8MiB to 1024MiB")
            .add_help("the default of 128MiB fits most");
    }
}

fn fill(plan: &Plan, findings: &mut Findings) {
    for storage in &plan.storage {
        let known = space::volumes(storage);
        for (position, filesystem) in storage.filesystems.iter().enumerate() {
            let size = match filesystem.size {
                VolumeSize::Bytes(size) => Some(size),
                _ => known.as_ref().map(|all| all[position].bytes()),
            };
            let taken = u64::from(filesystem.journals) * (filesystem.journal_mib << 20);
            // A volume without any space is a finding of its own.
            let Some(size) = size.filter(|size| *size > 0 && taken > size / 2) else { continue };
            findings
                .value(
                    filesystem.at.key("size"),
                    format!("the journals of `{}` take {} MiB", filesystem.name, taken >> 20),
                )
                .set_label(format!("more than half of {} MiB", size >> 20))
                .add_help("make it larger, or write a smaller `journal_size`");
        }
    }
}

fn trimmed(mount: &str) -> &str {
    mount.trim_end_matches('/')
}

fn mounts(plan: &Plan, findings: &mut Findings) {
    let all = plan.filesystems().map(|(_, filesystem)| (trimmed(&filesystem.mount), filesystem.at.key("mount")));
    repeated(all, |mount, place, first| {
        findings
            .value(place.clone(), format!("two filesystems are mounted at {mount}"))
            .set_label("again here")
            .add_label(At::value(first.clone()), "first here");
    });
}

/// A path that cannot be compared with others; a finding of its own says so.
fn is_odd(mount: &str) -> bool {
    mount.split('/').any(|part| part == ".." || part == ".") || mount.contains("//")
}

fn nested(plan: &Plan, findings: &mut Findings) {
    for (_, inner) in plan.filesystems().filter(|(_, inner)| !is_odd(&inner.mount)) {
        let inside =
            |outer: &str| trimmed(&inner.mount).strip_prefix(trimmed(outer)).is_some_and(|rest| rest.starts_with('/'));
        for (_, outer) in plan.filesystems().filter(|(_, outer)| inside(&outer.mount)) {
            findings
                .value(inner.at.key("mount"), format!("{} is inside {}", inner.mount, outer.mount))
                .set_label("inside")
                .add_label(At::value(outer.at.key("mount")), "the outer one")
                .add_help("they are resources of their own: neither may depend on the other's being mounted");
        }
    }
}

/// Parts of the system: at these and above them nothing can be mounted; below the second list neither.
const SYSTEM: &[&str] = &[
    "",
    "/home",
    "/media",
    "/mnt",
    "/opt",
    "/root",
    "/srv",
    "/tmp",
    "/usr/local",
    "/var",
    "/var/lib",
    "/var/lib/libvirt",
    "/var/log",
    "/var/tmp",
];
const SYSTEM_TREES: &[&str] = &[
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/lib",
    "/lib64",
    "/proc",
    "/run",
    "/sbin",
    "/sys",
    "/usr",
    "/var/lib/corosync",
    "/var/lib/dpkg",
    "/var/lib/drbd",
    "/var/lib/pacemaker",
    "/var/lib/pcsd",
    "/var/lib/rpm",
    "/var/lib/systemd",
    "/var/lock",
    "/var/run",
];
/// Of /usr/local these, too: the fence handler is there.
const LOCAL_TREES: &[&str] = &["/usr/local/bin", "/usr/local/lib", "/usr/local/sbin"];

fn system(plan: &Plan, findings: &mut Findings) {
    for (_, filesystem) in plan.filesystems() {
        let mount = trimmed(&filesystem.mount);
        let odd = is_odd(mount);
        let below = |tree: &&&str| mount == **tree || mount.starts_with(&format!("{tree}/"));
        let is_local = mount.starts_with("/usr/local/") && !LOCAL_TREES.iter().any(|tree| below(&tree));
        let in_tree = SYSTEM_TREES.iter().any(|tree| below(&tree)) && !is_local;
        if SYSTEM.contains(&mount) || in_tree || odd {
            findings
                .value(filesystem.at.key("mount"), format!("a filesystem cannot be mounted at {}", filesystem.mount))
                .set_label(if odd { "not a plain path" } else { "a part of the system" })
                .add_help(format!("a folder of its own will do, such as /srv/{}", filesystem.name));
        }
    }
}
