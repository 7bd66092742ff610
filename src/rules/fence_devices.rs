//! Family GFS4xx, devices: each shoots the node that it is described under, and that node is off afterwards.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::fencing::{each, generated, is_secret};
use super::{Findings, rules};
use crate::diag::At;
use crate::diag::suggest::did_you_mean;
use crate::model::{Fence, OptionValue};
use crate::path::Path;
use crate::plan::{Plan, Written};
use crate::platform::{CUT_NO_POWER, fence_agent, todays_name};

rules! {
    "GFS410" "fences-another-node" Error Written(target): "a device's host map is not for the node that it is described under";
    "GFS411" "unknown-fence-option" Error Written(unknown): "an agent has no option of this name";
    "GFS412" "fencing-without-power" Error Written(power): "an agent leaves the node running";
    "GFS413" "fence-device-is-node" Error Written(node): "a fence device has the address of a node";
    "GFS414" "one-outlet-for-both-nodes" Error Written(outlet): "the devices of both nodes cut the power of the same one";
    "GFS415" "secret-on-shared-filesystem" Error Plan(secret): "a secret that fencing or DRBD needs is on a filesystem of the cluster";
}

fn option<'f>(fence: &'f Fence, name: &str) -> Option<&'f str> {
    match fence.options.as_ref()?.get(name)? {
        OptionValue::Text(text) => Some(text),
        OptionValue::Flag(_) => None,
    }
}

/// The devices of one node with their paths.
fn of_node(written: &Written, node: usize) -> impl Iterator<Item = (&Fence, Path)> {
    let at = Path::root().key("nodes").index(node).key("fence");
    written.description.nodes[node].fence.iter().enumerate().map(move |(j, fence)| (fence, at.index(j)))
}

fn target(written: &Written, findings: &mut Findings) {
    for (i, node) in written.description.nodes.iter().enumerate() {
        for (fence, at) in of_node(written, i) {
            let Some(map) = option(fence, "pcmk_host_map") else { continue };
            // NODE:PORT[,PORT][;NODE:PORT ...]; what is neither is passed over (build_port_aliases in Pacemaker's fencer).
            let entries = map.split([';', ' ']).filter_map(|entry| entry.split_once([':', '=']));
            let names: BTreeSet<&str> = entries.filter(|(_, port)| !port.is_empty()).map(|(name, _)| name).collect();
            if names != BTreeSet::from([node.name.as_str()]) {
                findings
                    .value(
                        at.key("options").key("pcmk_host_map"),
                        format!("the host map of `{}` is not for `{}` alone", fence.name, node.name),
                    )
                    .set_label("names another node, or none")
                    .add_label(At::value(Path::root().key("nodes").index(i).key("name")), "the device is for this one")
                    .add_help(format!("write `plug`, or `pcmk_host_map: \"{}:PORT\"`", node.name));
            }
        }
    }
}

fn unknown(written: &Written, findings: &mut Findings) {
    for (fence, at) in each(written) {
        let Some(agent) = fence_agent(fence.agent.as_str()) else { continue };
        let known = || agent.options.iter().copied().flatten().copied();
        let names = fence.options.iter().flatten().map(|(name, _)| name.as_str());
        // Pacemaker's own options are for every agent; secrets and generated ones are findings of their own.
        let odd = names.filter(|name| {
            !known().any(|other| other == *name) && !name.starts_with("pcmk_") && !is_secret(name) && !generated(name)
        });
        for name in odd {
            let place = At::key(at.key("options").key(name));
            let found = findings.at(place, format!("`{}` has no option `{name}`", fence.agent));
            found.set_label("not an option of this agent");
            let today = todays_name(name).filter(|today| known().any(|other| other == *today));
            found.suggestion = today.or_else(|| did_you_mean(name, known())).map(str::to_owned);
            match (&found.suggestion, today) {
                (Some(meant), Some(_)) => found.add_help(format!("today's name is `{meant}`, on every platform")),
                (Some(meant), None) => found.add_help(format!("did you mean `{meant}`?")),
                (None, _) => found.add_help(format!("`{} -o metadata` on a node lists them", fence.agent)),
            };
        }
    }
}

fn power(written: &Written, findings: &mut Findings) {
    for (fence, at) in each(written) {
        let Some((_, instead)) = CUT_NO_POWER.iter().find(|(agent, _)| *agent == fence.agent.as_str()) else {
            continue;
        };
        findings
            .value(at.key("agent"), format!("after `{}` a node may still run", fence.agent))
            .set_label(*instead)
            .add_help("name what cuts the node's power: its BMC (`fence_ipmilan`, `fence_redfish`), a switched outlet (`fence_apc_snmp`), the hypervisor (`fence_virsh`)");
    }
}

fn node(written: &Written, findings: &mut Findings) {
    let parsed = |text: &str| text.parse::<IpAddr>().ok();
    for (fence, at) in each(written) {
        let Some(ip) = option(fence, "ip").and_then(parsed) else { continue };
        for (i, node) in written.description.nodes.iter().enumerate() {
            let Some((network, _)) = node.addresses.iter().find(|(_, address)| parsed(address.as_str()) == Some(ip))
            else {
                continue;
            };
            let address = Path::root().key("nodes").index(i).key("addresses").key(network.as_str());
            findings
                .value(
                    at.key("options").key("ip"),
                    format!("the fence device `{}` is `{}` itself", fence.name, node.name),
                )
                .set_label("must answer when the node no longer does")
                .add_label(At::value(address), format!("an address of `{}`", node.name))
                .add_help("a BMC has an address of its own: `ipmitool lan print` on the node shows it");
        }
    }
}

/// What a device switches: the machine behind an address, or one outlet or guest there.
fn switched(fence: &Fence) -> Option<(&str, Option<&str>, Option<&str>)> {
    let one_machine = fence_agent(fence.agent.as_str()).is_some_and(|agent| agent.one_machine);
    let plug = option(fence, "plug");
    let ip = option(fence, "ip")?;
    (one_machine || plug.is_some()).then_some((ip, option(fence, "ipport"), plug))
}

fn outlet(written: &Written, findings: &mut Findings) {
    for (first, first_at) in of_node(written, 0) {
        let Some(what) = switched(first) else { continue };
        for (second, second_at) in of_node(written, 1).filter(|(second, _)| switched(second) == Some(what)) {
            let [one, two] = [0, 1].map(|i| written.description.nodes[i].name.as_str());
            findings
                .value(
                    second_at.key("options"),
                    format!("`{}` and `{}` cut the power of the same machine", first.name, second.name),
                )
                .set_label(format!("for `{two}`"))
                .add_label(At::value(first_at.key("options")), format!("for `{one}`"))
                .add_help("one node would be shot in place of the other: give each its own `ip`, or its own `plug`");
        }
    }
}

fn secret(plan: &Plan, findings: &mut Findings) {
    let fence = plan.fence_devices().flat_map(|(_, device)| {
        device.secrets.iter().map(|secret| (secret, device.at.key("secrets"), format!("`{}`", device.name)))
    });
    let drbd = plan
        .storage
        .iter()
        .map(|storage| (&storage.secret, storage.at.key("drbd").key("secret"), format!("`{}`", storage.name)));
    for (secret, place, whose) in fence.chain(drbd) {
        let below =
            |mount: &str| secret.strip_prefix(mount.trim_end_matches('/')).is_some_and(|rest| rest.starts_with('/'));
        let Some((_, filesystem)) = plan.filesystems().find(|(_, filesystem)| below(&filesystem.mount)) else {
            continue;
        };
        findings
            .value(place, format!("{secret} of {whose} is on the filesystem `{}`", filesystem.name))
            .set_label("not to be read before the mount, nor while fencing is awaited")
            .add_label(At::value(filesystem.at.key("mount")), "mounted here")
            .add_help("put it on each node's own disk, such as below /etc/gfs2gen/secrets");
    }
}
