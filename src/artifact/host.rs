//! What the host itself needs: kernel modules, names, multipath's blacklist, the mount lines for people.

use std::net::IpAddr;

use serde::Serialize;

use super::{Bug, Meta, Tree};
use crate::plan::Plan;

#[derive(Serialize)]
struct Modules {
    modules: Vec<&'static str>,
}

#[derive(Serialize)]
struct Nothing {}

#[derive(Serialize)]
struct Fstab<'a> {
    filesystems: Vec<MountLine<'a>>,
}

#[derive(Serialize)]
struct MountLine<'a> {
    device: &'a str,
    mount: &'a str,
    options: String,
}

#[derive(Serialize)]
struct Hosts {
    lines: Vec<HostLine>,
}

#[derive(Serialize)]
struct HostLine {
    address: String,
    name: String,
}

pub(super) fn add(plan: &Plan, tree: &mut Tree) -> Result<(), Bug> {
    let multipath = Meta::config("multipath", Some("multipathd reconfigure"));
    for node in &plan.nodes {
        let modules = Meta::config("modules", None);
        tree.node(
            node,
            "etc/modules-load.d/gfs2gen.conf",
            "host/modules.conf.j2",
            &Modules { modules: module_names(plan) },
            modules,
        )?;
        if let Some(path) = plan.platform.sctp.denied_by.filter(|_| plan.dlm_protocol() == "sctp") {
            tree.node(node, path, "host/sctp.conf.j2", &Nothing {}, modules)?;
        }
        let path = "etc/multipath/conf.d/gfs2gen.conf";
        tree.node(node, path, "host/multipath.multipath.j2", &Nothing {}, multipath)?;
        tree.node(node, "etc/gfs2gen/fstab", "host/gfs2gen.fstab.j2", &fstab(plan), Meta::config("fstab", None))?;
        tree.node(node, "etc/gfs2gen/hosts", "host/hosts.conf.j2", &hosts(plan), Meta::config("hosts", None))?;
    }
    Ok(())
}

/// The kernel modules that the stack needs.
pub(super) fn module_names(plan: &Plan) -> Vec<&'static str> {
    let mut modules = vec!["drbd", "dlm", "gfs2"];
    if plan.dlm_protocol() == "sctp" {
        modules.push("sctp");
    }
    modules
}

fn fstab(plan: &Plan) -> Fstab<'_> {
    let filesystems = plan.filesystems().map(|(_, filesystem)| MountLine {
        device: &filesystem.device,
        mount: &filesystem.mount,
        options: ["noauto", "_netdev"]
            .into_iter()
            .chain(filesystem.options.iter().map(String::as_str))
            .collect::<Vec<_>>()
            .join(","),
    });
    Fstab { filesystems: filesystems.collect() }
}

fn hosts(plan: &Plan) -> Hosts {
    let named = |name: &dyn Fn(&str) -> String, addresses: &[IpAddr; 2]| -> Vec<HostLine> {
        let lines = plan.nodes.iter().zip(addresses);
        lines.map(|(node, ip)| HostLine { address: ip.to_string(), name: name(&node.name) }).collect()
    };
    let mut lines = named(&str::to_owned, &plan.cluster.links[0].addresses);
    if !plan.guests.is_empty() {
        lines.extend(named(&|node| plan.migration.name_of(node), &plan.migration.network.addresses));
    }
    Hosts { lines }
}
