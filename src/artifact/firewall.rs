//! The ports between the two nodes: firewalld's services and zones, or a table of nftables.

use serde::Serialize;

use super::{Bug, Meta, Tree};
use crate::model::FirewallKind;
use crate::plan::{FirewallNetwork, Node, Plan, Port};

const FIREWALLD: Meta = Meta::config("firewalld", Some("firewall-cmd --reload"));
const NFTABLES: Meta = Meta::config("nftables", Some("nft -f /etc/nftables.d/gfs2gen.nft"));

/// What people reach a node by: nobody is shut out of it.
const FOR_PEOPLE: &str = "ssh";

#[derive(Serialize)]
struct PortView<'a> {
    protocol: &'a str,
    first: u16,
    last: u16,
    purpose: &'a str,
}

impl<'a> From<&'a Port> for PortView<'a> {
    fn from(port: &'a Port) -> Self {
        PortView { protocol: port.protocol, first: port.first, last: port.last, purpose: &port.purpose }
    }
}

/// A service and, around it, a zone.
#[derive(Serialize)]
struct Firewalld<'a> {
    cluster: &'a str,
    network: &'a str,
    peer_name: &'a str,
    peer: String,
    ports: Vec<PortView<'a>>,
}

#[derive(Serialize)]
struct Nftables<'a> {
    conf: &'static str,
    peer_name: &'a str,
    networks: Vec<NftNetwork<'a>>,
    closed: Vec<PortView<'a>>,
}

#[derive(Serialize)]
struct NftNetwork<'a> {
    name: &'a str,
    family: &'static str,
    peer: String,
    ports: Vec<PortView<'a>>,
}

/// Adds the files of the firewall that the description names.
/// The firewalld service of a network.
pub(super) fn service(network: &str) -> String {
    format!("gfs2gen-{network}")
}

/// The firewalld zone of a network that the user has named none for; firewalld takes 17 characters.
pub(super) fn own_zone(network: &str) -> String {
    format!("gfs2-{network}")
}

pub(super) fn add(plan: &Plan, tree: &mut Tree) -> Result<(), Bug> {
    for (index, node) in plan.nodes.iter().enumerate() {
        match plan.firewall.kind {
            FirewallKind::Firewalld => firewalld(plan, index, node, tree)?,
            FirewallKind::Nftables => {
                tree.node(
                    node,
                    "etc/nftables.d/gfs2gen.nft",
                    "firewall/gfs2gen.nft.j2",
                    &table(plan, index),
                    NFTABLES,
                )?;
            }
            FirewallKind::None => {}
        }
    }
    Ok(())
}

fn firewalld(plan: &Plan, index: usize, node: &Node, tree: &mut Tree) -> Result<(), Bug> {
    for open in &plan.firewall.networks {
        let name = &open.network.name;
        let view = Firewalld {
            cluster: &plan.cluster.name,
            network: name,
            peer_name: &plan.nodes[1 - index].name,
            peer: open.network.addresses[1 - index].to_string(),
            ports: ports(open),
        };
        let service = format!("etc/firewalld/services/{}.xml", self::service(name));
        tree.node(node, &service, "firewall/service.xml.j2", &view, FIREWALLD)?;
        if open.zone.is_none() {
            let zone = format!("etc/firewalld/zones/{}.xml", own_zone(name));
            tree.node(node, &zone, "firewall/zone.xml.j2", &view, FIREWALLD)?;
        }
    }
    Ok(())
}

fn ports(open: &FirewallNetwork) -> Vec<PortView<'_>> {
    open.ports.iter().map(PortView::from).collect()
}

fn table(plan: &Plan, index: usize) -> Nftables<'_> {
    let mut closed: Vec<&Port> = Vec::new();
    for port in plan.firewall.networks.iter().flat_map(|open| &open.ports) {
        if port.purpose != FOR_PEOPLE && !closed.contains(&port) {
            closed.push(port);
        }
    }
    Nftables {
        conf: plan.platform.nftables_conf,
        peer_name: &plan.nodes[1 - index].name,
        networks: plan
            .firewall
            .networks
            .iter()
            .map(|open| {
                let peer = open.network.addresses[1 - index];
                NftNetwork {
                    name: &open.network.name,
                    family: if peer.is_ipv6() { "ip6" } else { "ip" },
                    peer: peer.to_string(),
                    ports: ports(open),
                }
            })
            .collect(),
        closed: closed.into_iter().map(PortView::from).collect(),
    }
}
