//! From DRBD to the guests: what is promoted, started and run after and beside what.

use super::{Case, Findings, is_yes};
use crate::import::cib::{Operation, Primitive};
use crate::import::found::{self, Constraints, Mounted, ids, promotes};

pub(super) fn look(case: &Case, findings: &mut Findings) {
    let all = found::constraints(case.seen);
    for primitive in found::primitives(case.seen) {
        match primitive.agent.as_str() {
            "drbd" => drbd(primitive, findings),
            "controld" => not_fenced(primitive, findings),
            _ => {}
        }
    }
    roles(&all, findings);
    locks(case, &all, findings);
    let mounted = found::mounted(case.seen);
    for filesystem in &mounted {
        not_fenced(filesystem.primitive, findings);
        ordered(case, &all, filesystem, findings);
    }
    for guest in found::guests(case.seen) {
        self::guest(guest, &mounted, findings);
        images(case, &all, guest, &mounted, findings);
    }
}

fn drbd(primitive: &Primitive, findings: &mut Findings) {
    let id = &primitive.id.text;
    let Some(clone) = &primitive.clone else {
        findings.at("not-dual-primary", primitive.id.at, format!("`{id}` is not a promotable clone"));
        return;
    };
    let most = clone.meta.get("master-max").or_else(|| clone.meta.get("promoted-max"));
    if most.is_none_or(|most| most.text != "2") {
        let at = most.map_or(clone.id.at, |most| most.at);
        findings.at("not-dual-primary", at, format!("`{}` promotes one side only", clone.id.text));
    }
    if !is_yes(clone.meta.get("notify")) {
        findings.at("no-notify", clone.id.at, format!("`{}` has no notifications", clone.id.text));
    }
    let monitors: Vec<&Operation> =
        primitive.operations.iter().filter(|operation| operation.name == "monitor").collect();
    let of = |words: &[&str]| {
        monitors
            .iter()
            .find(|monitor| words.contains(&monitor.role.as_deref().unwrap_or("Started")))
            .map(|monitor| monitor.interval_s)
    };
    let promoted = of(&["Promoted", "Master"]);
    let other = of(&["Unpromoted", "Slave", "Started"]);
    let message = match (promoted, other) {
        (None, _) => "its promoted side is never looked at",
        (_, None) => "its other side is never looked at",
        (Some(promoted), Some(other)) if promoted == other => {
            "both roles have one interval, so one of them is never looked at"
        }
        _ => return,
    };
    findings.at("drbd-monitors", primitive.id.at, format!("`{id}`: {message}"));
}

/// What the node cannot go on without has a monitor whose failure fences.
fn not_fenced(primitive: &Primitive, findings: &mut Findings) {
    let mut monitors = primitive.operations.iter().filter(|operation| operation.name == "monitor");
    if !monitors.any(|monitor| monitor.on_fail.as_deref() == Some("fence")) {
        let message = format!("a failure of `{}` does not fence its node", primitive.id.text);
        findings.at("failure-not-fenced", primitive.id.at, message);
    }
}

/// A colocation with something that is promoted names the role.
fn roles(all: &Constraints, findings: &mut Findings) {
    for colocation in &all.colocations {
        let promoted = all
            .orders
            .iter()
            .any(|order| order.first == colocation.with && order.first_action.as_deref() == Some("promote"));
        let named = colocation.with_role.as_deref().is_some_and(|role| ["Promoted", "Master"].contains(&role));
        if promoted && !named {
            let message = format!("`{}` may run where `{}` is not promoted", colocation.resource, colocation.with);
            findings.at("colocation-without-role", colocation.id.at, message);
        }
    }
}

/// The lock manager does not wait for DRBD.
fn locks(case: &Case, all: &Constraints, findings: &mut Findings) {
    let manager = found::primitives(case.seen).iter().find(|primitive| primitive.is("ocf", "controld"));
    // Where pcs says it, only the name tells.
    let manager = manager.map_or_else(|| vec!["dlm-clone".to_owned()], ids);
    for order in all.orders.iter().filter(|order| promotes(order)) {
        let start = [order.first.clone()];
        let reached = all.after(&start, |first| first.id.at == order.id.at);
        if manager.iter().any(|id| reached.contains(id)) {
            let message = format!("the lock manager is started after `{}`, and stopped with it", order.first);
            findings.at("locks-behind-drbd", order.id.at, message);
        }
    }
}

/// A filesystem comes after the promotion of the DRBD under it, and runs with it.
fn ordered(case: &Case, all: &Constraints, filesystem: &Mounted, findings: &mut Findings) {
    let own = ids(filesystem.primitive);
    let below = found::primitives(case.seen).iter().filter(|primitive| primitive.is("ocf", "drbd"));
    let below: Vec<Vec<String>> = below.map(ids).collect();
    if below.is_empty() {
        return;
    }
    let name = &filesystem.primitive.id.text;
    let after = below.iter().any(|drbd| all.after(drbd, promotes).iter().any(|id| own.contains(id)));
    let with = all.with(&own);
    let beside = below.iter().flatten().any(|id| with.contains(id));
    if !after {
        let message = format!("nothing starts `{name}` only after DRBD was promoted");
        findings.at("not-ordered", filesystem.primitive.id.at, message);
    } else if !beside {
        let message = format!("nothing keeps `{name}` where DRBD is");
        findings.at("not-ordered", filesystem.primitive.id.at, message);
    }
}

fn guest(guest: &Primitive, mounted: &[Mounted], findings: &mut Findings) {
    let id = &guest.id.text;
    if !is_yes(guest.meta.get("allow-migrate")) {
        findings.at("guest-does-not-migrate", guest.id.at, format!("`{id}` is not allowed to migrate"));
    }
    let config = guest.parameter("config");
    let on = config.and_then(|config| {
        let inside = |mounted: &&Mounted| {
            config.text.strip_prefix(mounted.directory.as_str()).is_some_and(|rest| rest.starts_with('/'))
        };
        mounted.iter().find(inside).map(|mounted| (config, mounted))
    });
    if let Some((config, mounted)) = on {
        let message = format!("the domain of `{id}` is on `{}`", mounted.directory);
        findings.at("domain-on-shared-filesystem", config.at, message);
    }
}

/// A guest comes after the filesystems that its images are on, and runs with them.
fn images(case: &Case, all: &Constraints, guest: &Primitive, mounted: &[Mounted], findings: &mut Findings) {
    let name = guest.id.text.strip_prefix("vm-").unwrap_or(&guest.id.text);
    let domains = case.seen.nodes.iter().flat_map(|node| &node.guests);
    let Some(domain) = domains.map(|guest| &guest.domain).find(|domain| domain.name == name) else { return };
    for filesystem in mounted {
        let inside =
            |path: &str| path.strip_prefix(filesystem.directory.as_str()).is_some_and(|rest| rest.starts_with('/'));
        if !domain.images.iter().any(|image| inside(&image.path)) {
            continue;
        }
        let below = ids(filesystem.primitive);
        let after = all.after(&below, |_| true).iter().any(|id| guest.goes_by(id));
        let with = all.with(&ids(guest));
        if !after || !below.iter().any(|id| with.contains(id)) {
            let id = &guest.id.text;
            let message =
                format!("nothing ties `{id}` to `{}`, which has an image of it", filesystem.primitive.id.text);
            findings.at("not-ordered", guest.id.at, message);
        }
    }
}
