//! Quorum, fencing and what is common to all resources.

use super::{Case, Findings, Said, is_yes};
use crate::import::cib::{Cib, Pairs};
use crate::import::describe::is_secret;
use crate::import::found;
use crate::platform::todays_name;

pub(super) fn look(case: &Case, findings: &mut Findings) {
    quorum(case, findings);
    if let Some(cib) = case.seen.cib() {
        properties(case, cib, findings);
        devices(case, cib, findings);
        clones(cib, findings);
        left_over(cib, findings);
    }
    others(case, findings);
}

fn quorum(case: &Case, findings: &mut Findings) {
    for corosync in case.seen.nodes.iter().filter_map(|node| node.corosync.as_ref()).take(1) {
        let Some(at) = corosync.two_node.as_ref().or(corosync.quorum.as_ref()).or(corosync.cluster_name.as_ref())
        else {
            continue;
        };
        if corosync.two_node.as_ref().is_none_or(|value| value.text != "1") {
            findings.at("two-node-off", at.at, "corosync does not know that there are two nodes");
        }
        if let Some(off) = corosync.wait_for_all.as_ref().filter(|value| value.text == "0") {
            findings.at("no-wait-for-all", off.at, "a node does not wait for the other after it was started alone");
        }
    }
}

fn properties(case: &Case, cib: &Cib, findings: &mut Findings) {
    let property = |name: &str| cib.properties.get(name);
    let fencing = property("stonith-enabled").or_else(|| property("fencing-enabled"));
    if let Some(off) = fencing.filter(|value| !is_yes(Some(value))) {
        findings.at("fencing-off", off.at, "fencing is switched off");
    }
    let policy = property("no-quorum-policy");
    if policy.is_none_or(|policy| policy.text != "freeze") {
        let message = match policy {
            Some(policy) => format!("without quorum Pacemaker does `{}`", policy.text),
            None => "no policy for the loss of quorum: Pacemaker stops everything".to_owned(),
        };
        findings.at("quorum-policy", policy.map_or(case.in_cib(), |policy| policy.at), message);
    }
    if let Some(on) = property("maintenance-mode").filter(|value| is_yes(Some(value))) {
        findings.at("left-over", on.at, "the cluster is in maintenance mode: Pacemaker does nothing");
    }
}

fn devices(case: &Case, cib: &Cib, findings: &mut Findings) {
    let devices = found::devices(case.seen, case.names);
    for (index, name) in case.names.nodes.iter().enumerate() {
        if !devices.iter().any(|(targets, _)| targets.contains(&index)) {
            findings.at("no-fence-device", case.in_cib(), format!("no fence device is for `{name}`"));
        }
    }
    for (targets, device) in &devices {
        let away: Vec<&str> = found::avoided(cib, device).collect();
        for index in targets.iter().filter(|_| targets.len() == 1) {
            if !away.iter().any(|node| case.names.index(node) == Some(*index)) {
                let message = format!("`{}` may run on the node that it shoots", device.id.text);
                findings.at("device-near-its-target", device.id.at, message);
            }
        }
        for (name, value) in &device.parameters {
            if is_secret(todays_name(name).unwrap_or(name)) {
                let message = format!("the `{name}` of `{}` stands in the CIB", device.id.text);
                findings.at("secret-in-cib", value.at, message);
            }
        }
    }
}

/// Every clone of these agents has to be interleaved.
fn clones(cib: &Cib, findings: &mut Findings) {
    let mut told: Vec<&str> = Vec::new();
    for primitive in &cib.primitives {
        let Some(clone) = &primitive.clone else { continue };
        if !is_yes(clone.meta.get("interleave"))
            && !told.contains(&clone.id.text.as_str())
            && is_known(&primitive.agent)
        {
            told.push(&clone.id.text);
            let message = format!("`{}` is not interleaved", clone.id.text);
            findings.at("not-interleaved", clone.id.at, message);
        }
    }
}

/// Agents that a description has a place for.
fn is_known(agent: &str) -> bool {
    ["controld", "lvmlockd", "clvm", "LVM", "LVM-activate", "drbd", "Filesystem", "VirtualDomain"].contains(&agent)
}

fn left_over(cib: &Cib, findings: &mut Findings) {
    for location in &cib.locations {
        let id = &location.id.text;
        if id.starts_with("cli-") {
            let message = format!("`{id}` is left of a move or a ban by hand");
            findings.at("left-over", location.id.at, message);
        } else if id.starts_with("drbd-fence-by-handler") {
            let message = format!("`{id}` is a ban of DRBD's fence handler that nobody has lifted");
            findings.at("left-over", location.id.at, message);
        }
    }
    let stopped = |meta: &Pairs| -> Option<Said> {
        let role = meta.get("target-role").filter(|role| role.text == "Stopped");
        role.or_else(|| meta.get("is-managed").filter(|managed| !is_yes(Some(managed)))).cloned()
    };
    for primitive in &cib.primitives {
        let clone = primitive.clone.as_ref().and_then(|clone| stopped(&clone.meta));
        if let Some(at) = stopped(&primitive.meta).or(clone) {
            let message = format!("`{}` is stopped or not managed by hand", primitive.id.text);
            findings.at("left-over", at.at, message);
        }
    }
}

/// Resources that the description has no place for.
fn others(case: &Case, findings: &mut Findings) {
    for primitive in found::primitives(case.seen) {
        let gfs2 = primitive.parameter("fstype").is_some_and(|kind| kind.text == "gfs2");
        let fits = is_known(&primitive.agent) && (primitive.agent != "Filesystem" || gfs2);
        if primitive.class != "stonith" && !fits {
            let message =
                format!("`{}` ({}) is nothing that a description can say", primitive.id.text, primitive.agent);
            findings.at("not-taken-over", primitive.id.at, message);
        }
    }
    let status = case.seen.first(|node| node.status.as_ref()).filter(|_| case.seen.cib().is_none());
    for (id, kind) in status.iter().flat_map(|status| &status.resources) {
        let agent = kind.rsplit(':').next().unwrap_or_default();
        if !kind.starts_with("stonith") && !is_known(agent) {
            let message = format!("`{}` ({agent}) is nothing that a description can say", id.text);
            findings.at("not-taken-over", id.at, message);
        }
    }
}
