//! What can be found in a cluster that the description of it cannot say: codes of their own, each with its part of
//! `docs/import-findings.md`.

use crate::diag::{Code, Severity};

/// All of them on one page.
const PAGE: &str = include_str!("../../docs/import-findings.md");

/// Code, name, whether it is an error, and what it means.
type Row = (&'static str, &'static str, bool, &'static str);

const ROWS: &[Row] = &[
    ("IMP001", "unreadable-file", true, "a file cannot be read, so nothing in it is known here"),
    ("IMP002", "not-two-nodes", true, "gfs2gen describes clusters of exactly two nodes"),
    ("IMP003", "nodes-differ", true, "both nodes have to be told the same"),
    ("IMP101", "names-differ", true, "`uname -n`, corosync, Pacemaker and DRBD have to call a node the same"),
    ("IMP102", "lock-table-differs", true, "a filesystem is not mounted by a cluster of another name"),
    ("IMP201", "two-node-off", true, "without `two_node: 1` the node that is left has no quorum, and stops"),
    ("IMP202", "no-wait-for-all", true, "a node that boots alone would fence the other"),
    ("IMP203", "quorum-policy", true, "GFS2 and DLM cannot be stopped without quorum: the policy has to be `freeze`"),
    ("IMP301", "fencing-off", true, "a lost node could go on writing to its disk"),
    ("IMP302", "no-fence-device", true, "a node that nothing can fence freezes the other one when it is lost"),
    ("IMP303", "secret-in-cib", true, "whoever may read the CIB has it: it belongs in a file on the nodes"),
    ("IMP304", "device-near-its-target", false, "a node cannot be relied on to shoot itself"),
    ("IMP401", "not-dual-primary", true, "GFS2 is mounted on both nodes, so DRBD has to be primary on both"),
    ("IMP402", "protocol-not-c", true, "the kernel allows two primaries only with protocol C"),
    ("IMP403", "drbd-does-not-fence", true, "writes have to stop until the other node is known to be gone"),
    ("IMP404", "no-fence-handler", true, "DRBD has nobody to ask for the other node's death"),
    ("IMP405", "ban-stays", false, "what DRBD's fence handler forbids has to be lifted again"),
    ("IMP406", "primary-by-itself", false, "only Pacemaker may make a side primary"),
    ("IMP407", "split-brain-loses-data", true, "after a split brain a person has to decide whose data is kept"),
    ("IMP408", "not-authenticated", false, "whoever reaches the port could pass for the other node"),
    ("IMP409", "data-integrity", false, "a page that changes on its way is a false alarm, and an alarm fences"),
    (
        "IMP410",
        "metadata-elsewhere",
        true,
        "the description has no place for it: gfs2gen keeps DRBD's metadata on the disk itself",
    ),
    ("IMP411", "more-volumes", true, "the description has one volume in a resource"),
    ("IMP412", "sides-differ", true, "both sides of a resource have one port and one minor number"),
    ("IMP413", "no-flushes", false, "after a loss of power the cache of a disk may be gone"),
    ("IMP501", "no-filter", true, "LVM finds every physical volume twice, on the disk and on DRBD"),
    ("IMP502", "filter-not-global", true, "udev and LVM's daemons do not read `filter`, only `global_filter`"),
    ("IMP503", "filter-not-anchored", true, "a pattern without ^ and $ also matches names that only contain it"),
    ("IMP504", "filter-open-ended", true, "what no pattern refuses is accepted: the last one has to be r|.*|"),
    ("IMP505", "backing-disk-visible", true, "who writes to the disk under DRBD writes past the other node"),
    ("IMP506", "wrong-locking", true, "LVM's locking has to be clustered, in the way of this release"),
    ("IMP507", "devices-file", true, "with a devices file LVM passes over every filter"),
    ("IMP508", "group-not-shared", true, "both nodes change the volume group without a lock"),
    ("IMP601", "drbd-monitors", true, "each role needs a monitor of its own, with an interval of its own"),
    ("IMP602", "not-interleaved", true, "a node that comes back restarts everything on the node that stayed"),
    ("IMP603", "no-notify", true, "the drbd agent refuses to work without notifications"),
    ("IMP604", "not-ordered", true, "nothing keeps it from being started before what it stands on"),
    ("IMP605", "colocation-without-role", false, "it may run where DRBD is not primary"),
    (
        "IMP606",
        "locks-behind-drbd",
        false,
        "a node whose disk fails loses its locks too, and with them every other filesystem",
    ),
    ("IMP607", "failure-not-fenced", false, "after such a failure locks are left that only fencing frees"),
    ("IMP608", "left-over", false, "it was meant for a while, and decides where things run"),
    (
        "IMP609",
        "not-taken-over",
        false,
        "the description has no place for it: it stays beside what gfs2gen makes, and is yours",
    ),
    ("IMP701", "guest-does-not-migrate", false, "the guest is stopped where it could move"),
    (
        "IMP702",
        "domain-on-shared-filesystem",
        true,
        "its agent cannot read it before the mount, and bans the guest from the node",
    ),
    ("IMP801", "started-by-systemd", false, "systemd runs it beside Pacemaker"),
    ("IMP802", "mounted-at-boot", true, "Pacemaker mounts it; at boot there is no lock manager yet"),
];

/// Every code of an import.
pub fn codes() -> Vec<Code> {
    ROWS.iter().map(code).collect()
}

fn code(&(code, name, error, summary): &Row) -> Code {
    let severity = if error { Severity::Error } else { Severity::Warning };
    Code { code, name, severity, summary, page: part(code) }
}

/// The part of the page that is about a code: from its heading to the next.
fn part(code: &str) -> &'static str {
    let start = PAGE.find(&format!("## {code}:")).unwrap_or(0);
    let length = PAGE[start..].get(3..).and_then(|rest| rest.find("\n## ")).map_or(PAGE.len() - start, |next| next + 4);
    &PAGE[start..start + length]
}

/// The code of a name.
pub(super) fn by_name(name: &str) -> Code {
    let row = ROWS.iter().find(|row| row.1 == name);
    debug_assert!(row.is_some(), "{name}");
    code(row.unwrap_or(&ROWS[0]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_part_of_the_page() {
        let mut before = "";
        for code in codes() {
            assert!(before < code.code, "{}", code.code);
            before = code.code;
            let title = format!("## {}: {} ({})\n\n", code.code, code.name, code.severity.word());
            assert!(code.page.starts_with(&title), "{}: {}", code.code, code.page);
            assert!(code.page.len() > title.len() + 40 && code.page.matches("## ").count() == 1, "{}", code.code);
            assert_eq!(by_name(code.name), code);
        }
        assert_eq!(PAGE.matches("\n## ").count(), ROWS.len());
    }
}
