//! Family GFS3xx: addresses, links, ports, the token, the firewall.

use std::net::IpAddr;

use super::{Findings, repeated, rules};
use crate::diag::At;
use crate::model::FirewallKind;
use crate::path::Path;
use crate::plan::{Network, Plan, Written};
use crate::platform::Transport;

rules! {
    "GFS301" "not-an-address" Error Written(literal): "an address is no IPv4 or IPv6 address";
    "GFS302" "duplicate-address" Error Plan(unique): "one address stands at two places";
    "GFS303" "mixed-families" Error Plan(families): "the two nodes' addresses in one network are of different families";
    "GFS304" "duplicate-port" Error Plan(ports): "two DRBD resources use one port";
    "GFS305" "reserved-port" Error Plan(reserved): "a DRBD resource uses a port of another part of the stack";
    "GFS306" "token-out-of-range" Error Plan(token): "the token timeout is under 1 s or over 30 s";
    "GFS307" "single-link" Warning Plan(single_link): "corosync has one link only";
    "GFS308" "link-shared-with-drbd" Warning Plan(shared_link): "corosync's only link is the one that DRBD replicates over";
    "GFS309" "dlm-over-several-links" Warning Plan(several_links): "DLM runs over SCTP, because corosync has several links";
    "GFS310" "zones-without-firewalld" Warning Written(zones): "zones are named but firewalld does not manage the firewall";
    "GFS311" "repeated-link" Error Written(links): "one network is a corosync link twice";
    "GFS312" "special-address" Error Plan(special): "an address is no address of a host: loopback, multicast, unspecified";
    "GFS313" "link-local-address" Error Plan(link_local): "an address means nothing without the name of an interface";
    "GFS314" "too-many-links" Error Plan(too_many): "the platform's corosync cannot have so many links";
    "GFS315" "first-link-is-drbds" Warning Plan(first_link): "corosync prefers the link that DRBD replicates over";
}

fn address_path(node: usize, network: &str) -> Path {
    Path::root().key("nodes").index(node).key("addresses").key(network)
}

fn literal(written: &Written, findings: &mut Findings) {
    for (i, node) in written.description.nodes.iter().enumerate() {
        for (name, address) in &node.addresses {
            if address.as_str().parse::<IpAddr>().is_err() {
                findings
                    .value(address_path(i, name.as_str()), format!("`{address}` is no IPv4 or IPv6 address"))
                    .set_label("not an address")
                    .add_help(
                        "each of the four numbers of an IPv4 address is 0 to 255; drbdadm would not have noticed",
                    );
            }
        }
    }
}

fn addresses(plan: &Plan) -> impl Iterator<Item = (IpAddr, Path)> {
    plan.nodes
        .iter()
        .enumerate()
        .flat_map(|(i, node)| node.addresses.iter().map(move |(name, address)| (*address, address_path(i, name))))
}

fn unique(plan: &Plan, findings: &mut Findings) {
    repeated(addresses(plan), |address, place, first| {
        findings
            .value(place.clone(), format!("the address {address} stands at two places"))
            .set_label("again here")
            .add_label(At::value(first.clone()), "first here")
            .add_help("corosync accepts it, and then neither node hears the other");
    });
}

fn special(plan: &Plan, findings: &mut Findings) {
    for (address, path) in addresses(plan) {
        if address.is_loopback() || address.is_multicast() || address.is_unspecified() {
            findings
                .value(path, format!("{address} is no address that the other node could reach"))
                .set_label("loopback, multicast or unspecified");
        }
    }
}

fn families(plan: &Plan, findings: &mut Findings) {
    for (name, address) in &plan.nodes[0].addresses {
        if let Some(other) = plan.nodes[1].addresses.get(name).filter(|other| other.is_ipv4() != address.is_ipv4()) {
            findings
                .value(address_path(1, name), format!("the network `{name}` has an IPv4 and an IPv6 address"))
                .set_label(format!("{other} here"))
                .add_label(At::value(address_path(0, name)), format!("{address} there"))
                .add_help("give both nodes an address of one family; drbdadm would not have noticed");
        }
    }
}

fn ports(plan: &Plan, findings: &mut Findings) {
    repeated(plan.storage.iter().map(|storage| (storage.port, storage.at.key("port"))), |port, place, first| {
        findings
            .value(place.clone(), format!("two DRBD resources use the port {port}"))
            .set_label("again here")
            .add_label(At::value(first.clone()), "first here");
    });
}

/// Ports of the rest of the stack (firewalld's service high-availability, libvirt, QEMU).
const TAKEN: &[(u16, u16, &str)] = &[
    (22, 22, "ssh"),
    (2224, 2224, "pcsd"),
    (3121, 3121, "pacemaker_remote"),
    (5403, 5412, "corosync"),
    (9929, 9929, "booth"),
    (16509, 16509, "libvirt"),
    (16514, 16514, "libvirt"),
    (21064, 21064, "DLM"),
    (49152, 49215, "live migration"),
];

fn reserved(plan: &Plan, findings: &mut Findings) {
    for storage in &plan.storage {
        let taken = TAKEN.iter().find(|(first, last, _)| (*first..=*last).contains(&storage.port));
        if let Some((.., purpose)) = taken {
            findings
                .value(storage.at.key("port"), format!("port {} belongs to {purpose}", storage.port))
                .set_label(format!("used by {purpose}"))
                .add_help("7788 to 7799 are customary for DRBD");
        }
    }
}

fn token(plan: &Plan, findings: &mut Findings) {
    if !(1_000..=30_000).contains(&plan.cluster.token_ms) {
        findings
            .value(Path::root().key("cluster").key("token"), "the token timeout must be 1s to 30s")
            .set_label(format!("{} ms", plan.cluster.token_ms))
            .add_help("shorter fences a node for a hiccup; longer freezes every guest's writes as long");
    }
}

fn single_link(plan: &Plan, findings: &mut Findings) {
    if let [link] = &plan.cluster.links[..] {
        findings
            .value(Path::root().key("cluster").key("links"), "corosync has one link only")
            .set_label(format!("`{}` alone", link.name))
            .add_help("when it breaks, one node fences the other; LINBIT asks for two independent ways for the fence handlers")
            .add_help("put the network on a bond, and say so in `policy.allow`, or add a second link: `links: [cluster, replication]`");
    }
}

fn same(first: &Network, second: &Network) -> bool {
    first.addresses == second.addresses
}

fn shared_link(plan: &Plan, findings: &mut Findings) {
    let [link] = &plan.cluster.links[..] else { return };
    for storage in plan.storage.iter().filter(|storage| same(&storage.network, link)) {
        findings
            .value(storage.at.key("address"), format!("DRBD replicates over `{}`, corosync's only link", link.name))
            .set_label("one cable for both")
            .add_help("pulling it splits the cluster and the disks at once, so every hiccup fences a node");
    }
}

fn several_links(plan: &Plan, findings: &mut Findings) {
    if plan.cluster.links.len() > 1 {
        findings
            .value(
                Path::root().key("cluster").key("links"),
                "DLM has to run over SCTP, because corosync has several links",
            )
            .set_label(format!("{} links", plan.cluster.links.len()))
            .add_help(
                "Red Hat supports DLM over one link only (article 3068921), SUSE supports SCTP: try it, or use a bond",
            );
    }
}

fn zones(written: &Written, findings: &mut Findings) {
    let Some(firewall) = &written.description.firewall else { return };
    if firewall.manage != FirewallKind::Firewalld && firewall.zones.is_some() {
        findings
            .at(At::key(Path::root().key("firewall").key("zones")), "zones are firewalld's")
            .set_label("has no effect")
            .add_label(At::value(Path::root().key("firewall").key("manage")), "not firewalld");
    }
}

fn links(written: &Written, findings: &mut Findings) {
    let links = written.description.cluster.links.iter().flatten().enumerate();
    let at = Path::root().key("cluster").key("links");
    repeated(links.map(|(i, link)| (link.as_str(), at.index(i))), |name, place, first| {
        findings
            .value(place.clone(), format!("`{name}` is a link twice"))
            .set_label("again here")
            .add_label(At::value(first.clone()), "first here");
    });
}

fn link_local(plan: &Plan, findings: &mut Findings) {
    for (address, path) in addresses(plan) {
        if matches!(address, IpAddr::V6(six) if six.is_unicast_link_local()) {
            findings
                .value(path, format!("{address} is an address on every interface of a node"))
                .set_label("means nothing without an interface")
                .add_help("give both nodes an address of their own in this network, such as fd00::4 and fd00::7");
        }
    }
}

fn too_many(plan: &Plan, findings: &mut Findings) {
    let (links, most) = (plan.cluster.links.len(), plan.platform.corosync.max_links);
    if links > most {
        findings
            .value(
                Path::root().key("cluster").key("links").index(most),
                format!("`{}` has corosync with {most} links at most", plan.platform.name),
            )
            .set_label(format!("one of {links}"))
            .add_label(At::value(Path::root().key("platform")), "this platform");
    }
}

fn first_link(plan: &Plan, findings: &mut Findings) {
    // The rings of an older corosync take turns.
    if plan.platform.corosync.transport != Transport::Knet {
        return;
    }
    let [first, _, ..] = &plan.cluster.links[..] else { return };
    let all = Path::root().key("cluster").key("links");
    if let Some(storage) = plan.storage.iter().find(|storage| same(&storage.network, first)) {
        findings
            .value(all.index(0), format!("corosync prefers `{}`, over which DRBD replicates", first.name))
            .set_label("the first link carries the traffic, the others stand by")
            .add_label(At::value(storage.at.key("address")), "replicates over the same network")
            .add_help("a resync that fills the link delays the token: put another link first");
    }
}
