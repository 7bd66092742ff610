//! Units, drop-ins and the preset: who starts what, and in which order.

use std::net::IpAddr;

use serde::Serialize;

use super::{Bug, Meta, Tree};
use crate::model::Transport;
use crate::plan::{Node, Plan};

#[derive(Serialize)]
struct Ordering {
    units: Vec<&'static str>,
}

#[derive(Serialize)]
struct Socket {
    listen: String,
}

#[derive(Serialize)]
struct Verify<'a> {
    name: &'a str,
    time: String,
}

#[derive(Serialize)]
struct Preset {
    off: Vec<Off>,
    autostart: bool,
    on: Vec<String>,
}

#[derive(Serialize)]
struct Off {
    name: &'static str,
    why: &'static str,
}

const META: Meta = Meta::config("systemd", Some("systemctl daemon-reload"));
const UNITS: &str = "etc/systemd/system";

pub(super) fn add(plan: &Plan, tree: &mut Tree) -> Result<(), Bug> {
    for (index, node) in plan.nodes.iter().enumerate() {
        let ordering = format!("{UNITS}/{}.d/50-gfs2gen.conf", plan.platform.pacemaker.ordering_unit);
        tree.node(node, &ordering, "systemd/ordering.unit.j2", &before_resources(plan), META)?;
        if let Some(socket) = tls_socket(plan) {
            let path = format!("{UNITS}/{socket}.d/50-gfs2gen.conf");
            tree.node(node, &path, "systemd/tls_socket.unit.j2", &listen(plan, index), META)?;
        }
        if index == 0 {
            verify_units(plan, node, tree)?;
        }
        let preset = preset(plan, index);
        tree.node(node, "etc/systemd/system-preset/10-gfs2gen.preset", "systemd/gfs2gen.preset.j2", &preset, META)?;
    }
    Ok(())
}

fn before_resources(plan: &Plan) -> Ordering {
    let services = &plan.platform.services;
    let guests = if plan.guests.is_empty() { &[] } else { services.guests };
    Ordering { units: services.before_resources.iter().chain(guests).copied().collect() }
}

/// The socket of libvirt's TLS port, where guests move over TLS and it is systemd that listens.
pub(super) fn tls_socket(plan: &Plan) -> Option<&'static str> {
    let needed = plan.migration.transport == Transport::Tls && !plan.guests.is_empty();
    plan.platform.services.tls_socket.filter(|_| needed)
}

fn listen(plan: &Plan, node: usize) -> Socket {
    let listen = match plan.migration.network.addresses[node] {
        IpAddr::V4(ip) => format!("{ip}:16514"),
        IpAddr::V6(ip) => format!("[{ip}]:16514"),
    };
    Socket { listen }
}

/// The name of a resource's unit without its ending.
pub(super) fn verify_unit(storage: &str) -> String {
    format!("gfs2gen-verify-{storage}")
}

/// Every resource has its own time, 90 minutes after the one before, so that two never compare at once for long.
fn verify_units(plan: &Plan, node: &Node, tree: &mut Tree) -> Result<(), Bug> {
    for (position, storage) in plan.storage.iter().enumerate() {
        let minutes = (60 + position * 90) % (24 * 60);
        let view = Verify { name: &storage.name, time: format!("{:02}:{:02}", minutes / 60, minutes % 60) };
        let unit = format!("{UNITS}/{}", verify_unit(&storage.name));
        tree.node(node, &format!("{unit}.service"), "systemd/verify.service.j2", &view, META)?;
        tree.node(node, &format!("{unit}.timer"), "systemd/verify.timer.j2", &view, META)?;
    }
    Ok(())
}

/// The units that a node starts at boot, beside those that are on in any case.
pub(super) fn units_on(plan: &Plan, node: usize) -> Vec<String> {
    let mut on: Vec<String> = Vec::new();
    if plan.cluster.autostart {
        on.extend(["corosync.service", "pacemaker.service"].map(str::to_owned));
    }
    if !plan.guests.is_empty() {
        on.extend(plan.platform.services.guests.iter().map(|unit| (*unit).to_owned()));
    }
    on.extend(tls_socket(plan).map(str::to_owned));
    if node == 0 {
        on.extend(plan.storage.iter().map(|storage| format!("{}.timer", verify_unit(&storage.name))));
    }
    on
}

fn preset(plan: &Plan, node: usize) -> Preset {
    let services = &plan.platform.services;
    Preset {
        off: services.off.iter().map(|&(name, why)| Off { name, why }).collect(),
        autostart: plan.cluster.autostart,
        on: units_on(plan, node),
    }
}
