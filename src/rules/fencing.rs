//! Family GFS4xx: whoever must cut a node's power can, and the two nodes do not shoot each other at once.

use std::collections::BTreeMap;

use super::{Findings, rules};
use crate::diag::At;
use crate::model::{Fence, OptionValue, defaults};
use crate::path::Path;
use crate::plan::{Plan, Written};
use crate::platform;

rules! {
    "GFS401" "unknown-secret" Error Written(secrets): "a fence agent cannot read this secret from a file";
    "GFS402" "secret-in-description" Error Written(inline): "an option holds a secret, or a way around the generated one";
    "GFS403" "missing-fence-option" Error Written(required): "the agent does nothing without this option";
    "GFS404" "gap-in-fence-levels" Error Written(levels): "the levels of a node's topology do not count up from 1";
    "GFS405" "fence-race" Error Plan(race): "the two nodes' first devices wait about equally long";
    "GFS406" "unsafe-fence-method" Error Written(method): "power cycling cannot be proven to have turned a node off";
    "GFS407" "no-lanplus" Warning Written(lanplus): "IPMI without lanplus sends its traffic in the clear";
    "GFS408" "shared-secret-file" Error Plan(files): "one file holds a fence device's and a DRBD resource's secret";
    "GFS409" "fence-out-of-range" Error Plan(ranges): "a device's delay or timeout cannot work";
}

pub(super) fn each(written: &Written) -> impl Iterator<Item = (&Fence, Path)> {
    written.description.nodes.iter().enumerate().flat_map(|(i, node)| {
        let at = Path::root().key("nodes").index(i).key("fence");
        node.fence.iter().enumerate().map(move |(j, fence)| (fence, at.index(j)))
    })
}

/// Options that agents can also take from what a script prints (fencing.py).
const READABLE: &[&str] = &["password", "snmp_priv_passwd"];

fn secrets(written: &Written, findings: &mut Findings) {
    for (fence, at) in each(written) {
        for name in fence.secrets.iter().flatten().map(|(name, _)| name) {
            if !READABLE.contains(&name.as_str()) {
                findings
                    .at(At::key(at.key("secrets").key(name.as_str())), format!("`{name}` cannot be read from a file"))
                    .set_label("not `password` or `snmp_priv_passwd`")
                    .add_help(
                        "a file that the agent opens itself, such as `identity_file`, is an option, not a secret",
                    );
            }
        }
    }
}

fn inline(written: &Written, findings: &mut Findings) {
    for (fence, at) in each(written) {
        for name in fence.options.iter().flatten().map(|(name, _)| name) {
            let path = at.key("options").key(name.as_str());
            if is_secret(name) {
                findings
                    .at(At::key(path), format!("`{name}` is a secret"))
                    .set_label("this would stand in the CIB and in version control")
                    .add_help(format!(
                        "write `secrets: {{ {name}: /etc/gfs2gen/secrets/{} }}`, a file on both nodes",
                        fence.name
                    ));
            } else if generated(name) {
                findings
                    .at(At::key(path), format!("`{name}` is generated"))
                    .set_label("from `secrets`, `delay`, `timeout` and the node")
                    .add_help("leave it out");
            }
        }
    }
}

/// Options whose value is nobody's business.
pub(super) fn is_secret(option: &str) -> bool {
    ["password", "passwd", "snmp_priv_passwd", "community"].contains(&option)
}

/// Options that come from `secrets`, `delay` and `timeout`, or that would pass them by.
pub(super) fn generated(option: &str) -> bool {
    option.ends_with("_script")
        || option.starts_with("pcmk_delay")
        || option.starts_with("pcmk_") && option.ends_with("_timeout")
        || ["action", "delay", "pcmk_host_check", "pcmk_host_list"].contains(&option)
}

fn required(written: &Written, findings: &mut Findings) {
    for (fence, at) in each(written) {
        let Some(agent) = platform::fence_agent(fence.agent.as_str()) else { continue };
        let empty = BTreeMap::new();
        let options = fence.options.as_ref().unwrap_or(&empty);
        // One that stands there under its older name is a finding of its own.
        let given = |wanted: &str| {
            options.contains_key(wanted) || options.keys().any(|name| platform::todays_name(name) == Some(wanted))
        };
        for name in agent.required.iter().filter(|name| !given(name)) {
            let place = if fence.options.is_some() { at.key("options") } else { at.key("name") };
            findings
                .value(place, format!("`{}` has no `{name}`", fence.name))
                .set_label(format!("`{name}` is missing"))
                .add_label(At::value(at.key("agent")), "this agent needs it");
        }
    }
}

fn levels(written: &Written, findings: &mut Findings) {
    for (i, node) in written.description.nodes.iter().enumerate() {
        let level = |j: usize, fence: &Fence| fence.level.unwrap_or(defaults::fence_level(j));
        let mut all: Vec<u32> = node.fence.iter().enumerate().map(|(j, fence)| level(j, fence)).collect();
        all.sort_unstable();
        all.dedup();
        if let Some(missing) = (1..=all.len() as u32).find(|wanted| !all.contains(wanted)) {
            findings
                .at(
                    At::key(Path::root().key("nodes").index(i).key("fence")),
                    format!("the fencing levels of `{}` leave out {missing}", node.name),
                )
                .set_label(format!("levels {all:?}"))
                .add_help("a device's default level is its position in the list, from 1");
        }
    }
}

/// The least difference that lets the faster node finish: noticing may differ by some seconds (pacemaker's fencing guide).
const LEAD_S: u64 = 5;

fn race(plan: &Plan, findings: &mut Findings) {
    let [one, two] = &plan.nodes;
    let (Some(one), Some(two)) = (one.first_device(), two.first_device()) else { return };
    if one.delay_s.abs_diff(two.delay_s) < LEAD_S {
        findings
            .value(
                one.at.key("delay"),
                format!(
                    "`{}` waits {} s and `{}` {} s: the nodes would shoot each other",
                    one.name, one.delay_s, two.name, two.delay_s
                ),
            )
            .set_label(format!("{} s before `{}` is shot", one.delay_s, plan.nodes[0].name))
            .add_label(
                At::value(two.at.key("delay")),
                format!("{} s before `{}` is shot", two.delay_s, plan.nodes[1].name),
            )
            .add_help(format!("the node that is shot later survives: give it `delay: {}s` more", LEAD_S * 2));
    }
}

fn method(written: &Written, findings: &mut Findings) {
    for (fence, at) in each(written) {
        let value = fence.options.as_ref().and_then(|options| options.get("method"));
        if value == Some(&OptionValue::Text("cycle".into())) {
            findings
                .value(at.key("options").key("method"), "power cycling is no fencing")
                .set_label("nobody sees whether the node was off")
                .add_help("write `method: onoff`, or leave it out");
        }
    }
}

fn lanplus(written: &Written, findings: &mut Findings) {
    for (fence, at) in each(written) {
        let agents = ["fence_ipmilan"];
        let on = fence.options.as_ref().and_then(|options| options.get("lanplus"));
        let on = matches!(on, Some(OptionValue::Flag(true))) || on == Some(&OptionValue::Text("1".into()));
        if agents.contains(&fence.agent.as_str()) && !on {
            findings
                .value(at.key("options"), format!("`{}` does not use lanplus", fence.name))
                .set_label("IPMI 1.5, in the clear")
                .add_help("add `lanplus: true`; every BMC since 2004 speaks IPMI 2.0");
        }
    }
}

fn files(plan: &Plan, findings: &mut Findings) {
    for storage in &plan.storage {
        for (_, device) in plan.fence_devices().filter(|(_, device)| device.secrets.contains(&storage.secret)) {
            findings
                .value(device.at.key("secrets"), format!("{} also holds DRBD's secret", storage.secret))
                .set_label("a fence device's")
                .add_label(At::value(storage.at.key("drbd").key("secret")), "a DRBD resource's")
                .add_help("give each its own file");
        }
    }
}

fn ranges(plan: &Plan, findings: &mut Findings) {
    for (_, device) in plan.fence_devices() {
        if !(5..=600).contains(&device.timeout_s) {
            findings
                .value(device.at.key("timeout"), format!("`{}` may take {} s", device.name, device.timeout_s))
                .set_label("must be 5s to 600s")
                .add_help("as long as turning the power off and on takes at most, not longer: all I/O waits for it");
        }
        if device.delay_s > 120 {
            findings
                .value(device.at.key("delay"), format!("`{}` waits {} s", device.name, device.delay_s))
                .set_label("more than 2min: all I/O waits for it");
        }
    }
}
