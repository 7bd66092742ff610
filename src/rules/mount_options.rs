//! Family GFS8xx, mount options.

use super::{Findings, rules};
use crate::diag::suggest::did_you_mean;
use crate::plan::Plan;

rules! {
    "GFS807" "dangerous-mount-option" Error Plan(options): "a mount option breaks the clustering of the filesystem";
    "GFS808" "doubtful-mount-option" Warning Plan(doubtful): "a mount option is not for production";
    "GFS809" "unknown-mount-option" Error Plan(unknown): "GFS2 has no such mount option, or not with this value";
}

/// Options with what they do (gfs2(5)).
const DANGEROUS: &[(&str, &str)] = &[
    ("localflocks", "locks files on this node only"),
    ("lockproto", "replaces the cluster's locking"),
    ("locktable", "replaces the lock table"),
    ("lock_nolock", "is no cluster at all"),
    ("spectator", "has no journal: the last node that has one cannot recover it"),
    ("norecovery", "is another word for spectator"),
    ("auto", "mounts at boot, before Pacemaker allows it"),
    ("ro", "leaves nothing for guests to write to"),
];
const DOUBTFUL: &[(&str, &str)] = &[
    ("errors=panic", "panics every node that sees the error, one after the other"),
    ("nobarrier", "loses writes that a disk's cache still holds when the power goes"),
    ("debug", "panics at the first error"),
];

fn optional(plan: &Plan, list: &[(&str, &str)], findings: &mut Findings) {
    for (_, filesystem) in plan.filesystems() {
        for (position, option) in filesystem.options.iter().enumerate() {
            let name = option.split('=').next().unwrap_or_default();
            if let Some((_, does)) = list.iter().find(|(bad, _)| *bad == option || *bad == name) {
                findings
                    .value(filesystem.at.key("options").index(position), format!("`{option}` {does}"))
                    .set_label("not for a clustered filesystem");
            }
        }
    }
}

fn options(plan: &Plan, findings: &mut Findings) {
    optional(plan, DANGEROUS, findings);
}

fn doubtful(plan: &Plan, findings: &mut Findings) {
    optional(plan, DOUBTFUL, findings);
}

/// What stands after an option's `=`.
#[derive(Clone, Copy)]
enum Takes {
    Nothing,
    Number(u32, u32),
    Word(&'static [&'static str]),
    Text,
}

/// Options with a value (gfs2(5), mount(8)).
const WITH_VALUE: &[(&str, Takes)] = &[
    ("commit", Takes::Number(1, i32::MAX as u32)),
    ("context", Takes::Text),
    ("data", Takes::Word(&["ordered", "writeback"])),
    ("defcontext", Takes::Text),
    ("errors", Takes::Word(&["panic", "withdraw"])),
    ("fscontext", Takes::Text),
    ("quota", Takes::Word(&["off", "account", "on"])),
    ("quota_quantum", Takes::Number(1, i32::MAX as u32)),
    ("rootcontext", Takes::Text),
    ("statfs_percent", Takes::Number(0, 100)),
    ("statfs_quantum", Takes::Number(0, i32::MAX as u32)),
];
/// Options without (gfs2(5), mount(8)); those that GFS2 also takes with `no` before them, and those that stand as they are.
const SWITCHES: &[&str] = &["acl", "barrier", "discard", "loccookie", "rgrplvb", "suiddir"];
const PLAIN: &[&str] = &[
    "_netdev",
    "async",
    "atime",
    "defaults",
    "dev",
    "diratime",
    "dirsync",
    "exec",
    "lazytime",
    "meta",
    "noatime",
    "noauto",
    "nodev",
    "nodiratime",
    "noexec",
    "nofail",
    "nolazytime",
    "norelatime",
    "nostrictatime",
    "nosuid",
    "relatime",
    "rw",
    "strictatime",
    "suid",
    "sync",
];

fn takes(name: &str) -> Option<Takes> {
    if let Some((_, takes)) = WITH_VALUE.iter().find(|(known, _)| *known == name) {
        return Some(*takes);
    }
    let switch = name.strip_prefix("no").unwrap_or(name);
    (PLAIN.contains(&name) || SWITCHES.contains(&name) || SWITCHES.contains(&switch)).then_some(Takes::Nothing)
}

/// What an option should be, where it is not that.
fn should_be(name: &str, value: Option<&str>, takes: Takes) -> Option<String> {
    match (takes, value) {
        (Takes::Nothing, None) | (Takes::Text, Some(_)) => None,
        (Takes::Nothing, Some(_)) => Some(format!("write `{name}`, without a value")),
        (Takes::Text, None) => Some(format!("write `{name}=CONTEXT`")),
        (Takes::Word(words), value) => {
            let all: Vec<String> = words.iter().map(|word| format!("`{name}={word}`")).collect();
            (!value.is_some_and(|value| words.contains(&value))).then(|| format!("one of {}", all.join(", ")))
        }
        (Takes::Number(least, most), value) => {
            let number = value.and_then(|value| value.parse().ok());
            let fits = number.is_some_and(|number| (least..=most).contains(&number));
            let limit = if most == 100 { " to 100" } else { " or more" };
            (!fits).then(|| format!("write `{name}=NUMBER`, {least}{limit}"))
        }
    }
}

fn unknown(plan: &Plan, findings: &mut Findings) {
    let known =
        || WITH_VALUE.iter().map(|(name, _)| *name).chain(SWITCHES.iter().copied()).chain(PLAIN.iter().copied());
    for (_, filesystem) in plan.filesystems() {
        for (position, option) in filesystem.options.iter().enumerate() {
            let (name, value) =
                option.split_once('=').map_or((option.as_str(), None), |(name, value)| (name, Some(value)));
            let told = |list: &[(&str, &str)]| list.iter().any(|(bad, _)| *bad == option || *bad == name);
            if told(DANGEROUS) || told(DOUBTFUL) {
                continue;
            }
            let place = filesystem.at.key("options").index(position);
            match takes(name) {
                None => {
                    let found = findings.value(place, format!("GFS2 has no mount option `{name}`"));
                    found.set_label("the mount would fail");
                    found.suggestion = did_you_mean(name, known()).map(str::to_owned);
                    match &found.suggestion {
                        Some(meant) => found.add_help(format!("did you mean `{meant}`?")),
                        None => found.add_help("gfs2(5) and mount(8) list what there is"),
                    };
                }
                Some(takes) => {
                    let Some(help) = should_be(name, value, takes) else { continue };
                    let message = format!("the mount option `{option}` has no value that it can have");
                    findings.value(place, message).set_label("the mount would fail").add_help(help);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn help(option: &str) -> Option<String> {
        let (name, value) = option.split_once('=').map_or((option, None), |(name, value)| (name, Some(value)));
        should_be(name, value, takes(name).expect("a known option"))
    }

    #[test]
    fn options_and_values_of_the_manual_pages_are_known() {
        for option in [
            "noatime",
            "nobarrier",
            "acl",
            "noacl",
            "commit=1",
            "statfs_percent=100",
            "statfs_quantum=0",
            "data=ordered",
            "quota=account",
            "errors=withdraw",
            "rgrplvb",
            "context=system_u:object_r:virt_image_t:s0",
        ] {
            assert_eq!(help(option), None, "{option}");
        }
        for option in ["commit=0", "commit", "commit=soon", "statfs_percent=101", "data=journal", "noatime=1", "quota"]
        {
            assert!(help(option).is_some(), "{option}");
        }
        assert!(takes("noatme").is_none() && takes("nocommit").is_none() && takes("no").is_none());
    }
}
