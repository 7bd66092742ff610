//! Two nodes, one name each, and the same said to both.

use super::{Case, Findings, Said};
use crate::import::corosync::Corosync;
use crate::import::drbd::Resource;
use crate::import::gather::Node;

pub(super) fn look(case: &Case, findings: &mut Findings) {
    number(case, findings);
    names(case, findings);
    let mut nodes = case.seen.nodes.iter().filter(|node| node.folder.is_some());
    if let (Some(first), Some(second)) = (nodes.next(), nodes.next()) {
        resources(case, first, second, findings);
        if let (Some(one), Some(other)) = (&first.corosync, &second.corosync) {
            corosync(case, one, other, findings);
        }
        lvm(case, first, second, findings);
    }
}

fn number(case: &Case, findings: &mut Findings) {
    let names = &case.names.nodes;
    if let Some(more) = case.names.more.first() {
        findings
            .at("not-two-nodes", more.at, format!("`{}` is a third node", more.text))
            .add_help("the description has the first two that were found; leave the folders of others away".to_owned());
    } else if names.len() < 2 {
        let message = match names.first() {
            Some(name) => format!("only the node `{name}` was found"),
            None => "no node was found".to_owned(),
        };
        findings.at("not-two-nodes", case.top(0), message);
    }
}

fn names(case: &Case, findings: &mut Findings) {
    for (name, called) in case.names.nodes.iter().zip(&case.names.called) {
        let right = called.iter().find(|called| called.name.text == *name);
        for wrong in called.iter().filter(|called| called.name.text != *name) {
            let message = format!("{} calls the node `{name}` by another name: `{}`", wrong.by, wrong.name.text);
            match right {
                Some(right) => findings.both("names-differ", &wrong.name, &right.name, case.files, message),
                None => {
                    findings.at("names-differ", wrong.name.at, message).set_label("not the folder's name, `uname -n`");
                }
            }
        }
    }
}

/// Compares two values, where both are there.
fn same(case: &Case, what: &str, one: Option<&Said>, other: Option<&Said>, findings: &mut Findings) {
    if let (Some(one), Some(other)) = (one, other)
        && one.text != other.text
    {
        findings.both("nodes-differ", one, other, case.files, format!("the nodes differ in {what}"));
    }
}

fn resources(case: &Case, first: &Node, second: &Node, findings: &mut Findings) {
    for one in first.resources() {
        match second.resources().find(|other| other.name.text == one.name.text) {
            Some(other) => resource(case, (one, first), (other, second), findings),
            None => alone(one, second, findings),
        }
    }
    for other in second.resources() {
        if !first.resources().any(|one| one.name.text == other.name.text) {
            alone(other, first, findings);
        }
    }
}

/// A resource that one node does not know; a node without any files of DRBD's was not asked.
fn alone(resource: &Resource, without: &Node, findings: &mut Findings) {
    if without.resources().next().is_some() {
        let node = without.folder.as_deref().unwrap_or_default();
        let message = format!("`{node}` does not know the DRBD resource `{}`", resource.name.text);
        findings.at("nodes-differ", resource.name.at, message);
    }
}

fn resource(
    case: &Case,
    (one, first): (&Resource, &Node),
    (other, second): (&Resource, &Node),
    findings: &mut Findings,
) {
    let name = &one.name.text;
    for side in &one.sides {
        let Some(there) = other.sides.iter().find(|there| there.name.text == side.name.text) else {
            let message = format!("the other node has no side `{}` of `{name}`", side.name.text);
            findings.at("nodes-differ", side.at(), message);
            continue;
        };
        let what = |part: &str| format!("the {part} of `{}` in `{name}`", side.name.text);
        same(case, &what("address"), side.address.as_ref(), there.address.as_ref(), findings);
        same(case, &what("port"), side.port.as_ref(), there.port.as_ref(), findings);
        same(case, &what("device"), side.minor.as_ref(), there.minor.as_ref(), findings);
        same(case, &what("disk"), side.disk.as_ref(), there.disk.as_ref(), findings);
    }
    let (here, there) = (first.common(), second.common());
    let mut keys: Vec<&(String, String)> = one.settings.keys().chain(here.keys()).collect();
    keys.sort();
    keys.dedup();
    for (section, key) in keys {
        // The secret itself is nobody's business here: it may be blanked out on one node only.
        if key != "shared-secret" {
            let what = format!("`{key}` of `{name}`");
            same(case, &what, one.setting(&here, section, key), other.setting(&there, section, key), findings);
        }
    }
}

fn corosync(case: &Case, one: &Corosync, other: &Corosync, findings: &mut Findings) {
    let pairs = [
        ("`cluster_name`", &one.cluster_name, &other.cluster_name),
        ("`token`", &one.token, &other.token),
        ("`transport`", &one.transport, &other.transport),
        ("`two_node`", &one.two_node, &other.two_node),
        ("`wait_for_all`", &one.wait_for_all, &other.wait_for_all),
    ];
    for (what, one, other) in pairs {
        same(case, what, one.as_ref(), other.as_ref(), findings);
    }
    for (position, (one, other)) in one.nodes.iter().zip(&other.nodes).enumerate() {
        let number = position + 1;
        same(case, &format!("the name of node {number}"), one.name.as_ref(), other.name.as_ref(), findings);
        same(case, &format!("the id of node {number}"), one.id.as_ref(), other.id.as_ref(), findings);
        for (link, (ring, other)) in one.rings.iter().zip(&other.rings).enumerate() {
            same(case, &format!("ring{link}_addr of node {number}"), Some(ring), Some(other), findings);
        }
    }
}

fn lvm(case: &Case, first: &Node, second: &Node, findings: &mut Findings) {
    let (Some(one), Some(other)) = (&first.lvm, &second.lvm) else { return };
    for key in ["global/locking_type", "global/use_lvmlockd", "global/use_lvmetad", "devices/use_devicesfile"] {
        same(case, &format!("LVM's `{key}`"), one.value(key), other.value(key), findings);
    }
    // What a filter has for the system's own disks is each node's; DRBD's devices are the same.
    for key in ["devices/global_filter", "devices/filter"] {
        let (here, there) = (one.settings.get(key), other.settings.get(key));
        let drbd = |setting: &crate::import::lvm::Setting| -> Vec<String> {
            setting
                .values
                .iter()
                .map(|value| value.text.clone())
                .filter(|text| text.contains("drbd") && text.starts_with('a'))
                .collect()
        };
        match (here, there) {
            (Some(here), Some(there)) if drbd(here) != drbd(there) => {
                findings.both(
                    "nodes-differ",
                    &here.key,
                    &there.key,
                    case.files,
                    format!("the nodes differ in what LVM's `{key}` accepts"),
                );
            }
            (Some(only), None) | (None, Some(only)) => {
                let message = format!("only one node's LVM has a `{key}`");
                findings.at("nodes-differ", only.key.at, message);
            }
            _ => {}
        }
    }
}
