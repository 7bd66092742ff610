//! Which ports the two nodes must reach on each other, by network.

use super::{Cluster, Firewall, FirewallNetwork, Guest, Migration, Network, Port, Storage};
use crate::model::{self, Transport, defaults};

/// Corosync's totem: one port a link from here on (corosync.conf(5), knet; one ring takes 5404 and 5405 with udpu).
const COROSYNC: (u16, u16) = (5404, 5412);
/// pcsd, for people who use it (firewalld's service high-availability).
const PCSD: u16 = 2224;
/// DLM (fs/dlm: DEFAULT_TCP_PORT).
pub(crate) const DLM: u16 = 21064;
/// libvirt's TLS port (libvirtd.conf).
const LIBVIRT_TLS: u16 = 16514;
/// QEMU's incoming migrations (qemu.conf: migration_port_min and migration_port_max).
const MIGRATION: (u16, u16) = (49152, 49215);
/// ssh, for libvirt's ssh transport and the bootstrap.
const SSH: u16 = 22;

/// Works out what is open.
pub(super) fn firewall(
    written: Option<&model::Firewall>,
    cluster: &Cluster,
    storage: &[Storage],
    guests: &[Guest],
    migration: &Migration,
) -> Firewall {
    let mut networks: Vec<FirewallNetwork> = Vec::new();
    let zone = |name: &str| {
        let zones = written.and_then(|firewall| firewall.zones.as_ref())?;
        zones.iter().find(|(network, _)| network.as_str() == name).map(|(_, zone)| zone.to_string())
    };
    let mut open = |network: &Network, ports: Vec<Port>| {
        let position = networks.iter().position(|known| known.network.name == network.name).unwrap_or_else(|| {
            let zone = zone(&network.name);
            networks.push(FirewallNetwork { network: network.clone(), zone, ports: Vec::new() });
            networks.len() - 1
        });
        for port in ports {
            if !networks[position].ports.contains(&port) {
                networks[position].ports.push(port);
            }
        }
    };
    let dlm = if cluster.links.len() > 1 { "sctp" } else { "tcp" };
    for link in &cluster.links {
        open(link, vec![range("udp", COROSYNC, "corosync"), port(dlm, DLM, "dlm")]);
    }
    open(&cluster.links[0], vec![port("tcp", PCSD, "pcsd"), port("tcp", SSH, "ssh")]);
    for resource in storage {
        open(&resource.network, vec![port("tcp", resource.port, &format!("DRBD {}", resource.name))]);
    }
    if !guests.is_empty() {
        let talk = match migration.transport {
            Transport::Ssh => port("tcp", SSH, "ssh"),
            Transport::Tls => port("tcp", LIBVIRT_TLS, "libvirt TLS"),
        };
        open(&migration.network, vec![talk, range("tcp", MIGRATION, "live migration")]);
    }
    Firewall { kind: written.map_or(defaults::FIREWALL, |firewall| firewall.manage), networks }
}

fn port(protocol: &'static str, number: u16, purpose: &str) -> Port {
    range(protocol, (number, number), purpose)
}

fn range(protocol: &'static str, (first, last): (u16, u16), purpose: &str) -> Port {
    Port { protocol, first, last, purpose: purpose.to_owned() }
}
