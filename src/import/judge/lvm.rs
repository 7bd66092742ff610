//! LVM: which devices exist for it, and how it locks.

use super::{Case, Findings, Said};
use crate::import::describe::platform;
use crate::import::found;
use crate::import::gather::Node;
use crate::import::lvm::{Lvm, Pattern, pattern};
use crate::platform::Locking;

pub(super) fn look(case: &Case, findings: &mut Findings) {
    let locking = platform::find(case.seen).row.map(|row| row.locking);
    for node in &case.seen.nodes {
        let Some(lvm) = &node.lvm else { continue };
        filter(case, node, lvm, findings);
        if let Some(locking) = locking {
            clustered(lvm, locking, findings);
        }
        let file = lvm.value("devices/use_devicesfile").filter(|value| value.text == "1");
        if let Some(file) = file.filter(|_| lvm.settings.contains_key("devices/global_filter")) {
            findings.at("devices-file", file.at, "LVM uses its devices file, and passes over the filter beside it");
        }
    }
    groups(case, findings);
}

/// Where a setting would stand that is not there.
fn somewhere(lvm: &Lvm) -> Option<&Said> {
    lvm.settings.values().map(|setting| &setting.key).min_by_key(|key| key.at.span.start)
}

fn filter(case: &Case, node: &Node, lvm: &Lvm, findings: &mut Findings) {
    let global = lvm.settings.get("devices/global_filter");
    let only = lvm.settings.get("devices/filter");
    let Some(setting) = global.or(only) else {
        if let Some(first) = somewhere(lvm) {
            findings.at("no-filter", case.top(first.at.file), "LVM has no filter here: it takes every device");
        }
        return;
    };
    if global.is_none() {
        findings.at("filter-not-global", setting.key.at, "LVM's filter is not the global one");
    }
    let patterns: Vec<(&Said, Pattern)> =
        setting.values.iter().filter_map(|value| Some((value, pattern(&value.text)?))).collect();
    let loose = patterns.iter().find(|(_, pattern)| pattern.expression.contains("drbd") && !is_bound(pattern));
    if let Some((value, _)) = loose.filter(|(_, pattern)| pattern.accepts) {
        findings.at("filter-not-anchored", value.at, format!("the pattern `{}` is not bound at both ends", value.text));
    }
    if patterns.last().is_none_or(|(_, last)| last.accepts || !last.is_all()) {
        findings.at("filter-open-ended", setting.key.at, "the filter does not end by refusing the rest");
    }
    let disks = node_disks(case, node);
    for disk in &disks {
        let name = disk.text.as_str();
        let deciding = patterns.iter().find(|(_, pattern)| matches(&pattern.expression, name) != Some(false));
        // A pattern that is not understood here may refuse it.
        let visible =
            deciding.is_none_or(|(_, pattern)| pattern.accepts && matches(&pattern.expression, name) == Some(true));
        if visible {
            let at = deciding.map_or(setting.key.at, |(value, _)| value.at);
            findings.at("backing-disk-visible", at, format!("LVM accepts `{name}`, the disk under DRBD"));
        }
    }
}

/// `/dev/drbd*` without its ends also matches what only contains it, and as an expression not even what was meant.
fn is_bound(pattern: &Pattern) -> bool {
    pattern.is_anchored() && pattern.expression.ends_with('$')
}

/// The disks under DRBD on a node.
fn node_disks<'a>(case: &'a Case, node: &'a Node) -> Vec<&'a Said> {
    let own = node.folder.as_deref().and_then(|folder| case.names.index(folder));
    let resources = if node.resources().next().is_some() { Some(node) } else { None };
    let resources = resources.or_else(|| case.seen.nodes.iter().find(|node| node.resources().next().is_some()));
    let sides = resources.into_iter().flat_map(|node| node.resources().flat_map(|resource| &resource.sides));
    let of_node = sides.filter(|side| own.is_none() || case.names.index(&side.name.text) == own);
    of_node.filter_map(|side| side.disk.as_ref()).collect()
}

/// Whether an expression of a filter matches a name; nothing where it is more than letters, a dot and a star.
fn matches(expression: &str, name: &str) -> Option<bool> {
    const TOO_MANY_STARS: usize = 3;
    let (bound, inner) = expression.strip_prefix('^').map_or((false, expression), |rest| (true, rest));
    if inner.contains(['[', ']', '(', ')', '|', '+', '?', '{']) || inner.matches('*').count() > TOO_MANY_STARS {
        return None;
    }
    let (inner, name): (Vec<char>, Vec<char>) = (inner.chars().collect(), name.chars().collect());
    let starts = if bound { 0 } else { name.len() };
    Some((0..=starts).any(|start| from(&inner, &name[start..])))
}

/// Whether a name begins with what an expression says.
fn from(expression: &[char], name: &[char]) -> bool {
    let (one, rest) = match expression {
        [] => return true,
        ['$'] => return name.is_empty(),
        ['\\', escaped, rest @ ..] => (Some(*escaped), rest),
        ['.', rest @ ..] => (None, rest),
        [letter, rest @ ..] => (Some(*letter), rest),
    };
    let fits = |c: &char| one.is_none_or(|one| one == *c);
    match rest {
        ['*', rest @ ..] => {
            let most = name.iter().take_while(|c| fits(c)).count();
            (0..=most).any(|taken| from(rest, &name[taken..]))
        }
        _ => name.split_first().is_some_and(|(first, name)| fits(first) && from(rest, name)),
    }
}

fn clustered(lvm: &Lvm, locking: Locking, findings: &mut Findings) {
    let kind = lvm.value("global/locking_type");
    let lockd = lvm.value("global/use_lvmlockd");
    let Some(first) = somewhere(lvm) else { return };
    let message = match locking {
        Locking::Clvmd if kind.is_none_or(|kind| kind.text != "3") => {
            "LVM's locking is not clustered: `locking_type` is not 3"
        }
        Locking::Lvmlockd if lockd.is_none_or(|value| value.text != "1") => {
            "LVM's locking is not clustered: `use_lvmlockd` is not 1"
        }
        Locking::Lvmlockd if kind.is_some_and(|kind| kind.text == "3") => {
            "`locking_type = 3` means locking on this node alone to this LVM, which knows no clvmd"
        }
        _ => return,
    };
    let place = match locking {
        Locking::Clvmd => kind,
        Locking::Lvmlockd => lockd.filter(|value| value.text != "1").or(kind),
    };
    findings.at("wrong-locking", place.unwrap_or(first).at, message);
}

fn groups(case: &Case, findings: &mut Findings) {
    let mounted = found::mounted(case.seen);
    let mut told: Vec<&str> = Vec::new();
    for group in case.seen.nodes.iter().flat_map(|node| &node.reports.groups) {
        let used = mounted.iter().any(|mounted| mounted.group == group.name);
        let shared = group.attributes.ends_with(['c', 's']) || group.lock_type.as_deref() == Some("dlm");
        let asked = !group.attributes.is_empty() || group.lock_type.is_some();
        if used && asked && !shared && !told.contains(&group.name.as_str()) {
            told.push(&group.name);
            let message = format!("the volume group `{}` is neither clustered nor shared", group.name);
            findings.at("group-not-shared", case.top(group.file), message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_is_read_as_lvm_reads_it() {
        for (expression, name, expected) in [
            ("^/dev/drbd0$", "/dev/drbd0", Some(true)),
            ("^/dev/drbd0$", "/dev/drbd01", Some(false)),
            ("/dev/drbd*", "/dev/drb", Some(true)),
            ("/dev/drbd*", "/dev/sda3", Some(false)),
            ("sda", "/dev/sda3", Some(true)),
            (".*", "/dev/sda3", Some(true)),
            ("^/dev/nvme\\.x$", "/dev/nvme-x", Some(false)),
            ("^/dev/sd[ab]", "/dev/sda", None),
        ] {
            assert_eq!(matches(expression, name), expected, "{expression} {name}");
        }
    }
}
