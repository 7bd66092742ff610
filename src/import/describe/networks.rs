//! The networks: which addresses belong together, and what each is called.

use crate::import::corosync::Node;
use crate::import::drbd::Resource;
use crate::import::gather::Seen;
use crate::import::names::Names;
use crate::import::yaml::{Item, Map};
use crate::model::defaults;

/// The networks of the cluster.
#[derive(Debug)]
pub(super) struct Networks {
    all: Vec<Network>,
    /// The names of corosync's links, in order.
    pub links: Vec<String>,
    /// The name of the network that guests move over, where something says so.
    pub migration: Option<String>,
}

#[derive(Debug)]
struct Network {
    name: String,
    /// The address of each node, with what stands beside it.
    addresses: [(String, Option<String>); 2],
}

/// A node's entry of corosync's list.
pub(super) fn corosync_node<'a>(seen: &'a Seen, names: &Names, index: usize) -> Option<&'a Node> {
    let nodes = &seen.first(|node| node.corosync.as_ref())?.nodes;
    let by_name = |node: &&Node| node.name.as_ref().is_some_and(|name| names.index(&name.text) == Some(index));
    let named = nodes.iter().any(|node| node.name.is_some());
    // Before corosync 3 the first address was the name.
    let by_host = |node: &&Node| node.rings.first().is_some_and(|ring| names.index(&ring.text) == Some(index));
    let found = nodes.iter().find(by_name).or_else(|| nodes.iter().find(by_host));
    found.or_else(|| if named { None } else { nodes.get(index) })
}

/// The addresses of a resource's two sides, the description's first node first.
pub(super) fn sides(resource: &Resource, names: &Names) -> [Option<String>; 2] {
    std::array::from_fn(|index| {
        let side = resource.sides.iter().find(|side| names.index(&side.name.text) == Some(index));
        side.and_then(|side| side.address.as_ref()).map(|address| address.text.clone())
    })
}

/// Works them out.
pub(super) fn find(seen: &Seen, names: &Names) -> Networks {
    let mut networks = Networks { all: Vec::new(), links: Vec::new(), migration: None };
    let entries: [Option<&Node>; 2] = std::array::from_fn(|index| corosync_node(seen, names, index));
    let resources: Vec<&Resource> = resources(seen);
    let replication = resources.first().map(|resource| sides(resource, names));
    let count = entries.iter().flatten().map(|node| node.rings.len()).max().unwrap_or(0);
    for link in 0..count {
        let pair = std::array::from_fn(|index| {
            let ring = entries[index].and_then(|node| node.rings.get(link));
            ring.map_or_else(unknown, |ring| resolved(seen, &ring.text))
        });
        let replicates = link > 0 && replication.as_ref().is_some_and(|sides| same(&pair, sides));
        let usual = match link {
            0 => defaults::LINK.to_owned(),
            _ if replicates => defaults::REPLICATION.to_owned(),
            _ => format!("link{}", link + 1),
        };
        let name = networks.add(seen, pair, usual);
        networks.links.push(name);
    }
    for resource in &resources {
        let pair = sides(resource, names);
        if !networks.all.iter().any(|network| same(&network.addresses, &pair)) {
            // Something has to carry corosync, too.
            let (usual, note) = match networks.all.is_empty() && networks.links.is_empty() {
                true => {
                    (defaults::LINK, Some("a guess: DRBD's address, because corosync.conf was not found".to_owned()))
                }
                false => (defaults::REPLICATION, None),
            };
            let pair = pair.map(|address| address.map_or_else(unknown, |address| (address, note.clone())));
            networks.add(seen, pair, usual.to_owned());
        }
    }
    networks.migration = suffix(seen).map(|name| networks.add_migration(seen, names, name));
    if networks.links.is_empty() {
        let first = networks.all.first().map(|network| network.name.clone());
        let link = first.unwrap_or_else(|| networks.add(seen, [unknown(), unknown()], defaults::LINK.to_owned()));
        networks.links.push(link);
    }
    networks
}

/// The resources, each once: the first node that has files of DRBD's says which.
pub(super) fn resources(seen: &Seen) -> Vec<&Resource> {
    let node = seen.nodes.iter().find(|node| node.resources().next().is_some());
    node.iter().flat_map(|node| node.resources()).collect()
}

/// What `migration_network_suffix` of the guests says, without its dash.
fn suffix(seen: &Seen) -> Option<String> {
    let guests = seen.cib()?.primitives.iter().filter(|primitive| primitive.is("ocf", "VirtualDomain"));
    let suffix = guests.filter_map(|guest| guest.parameter("migration_network_suffix")).next()?;
    let name = suffix.text.trim_start_matches(['-', '.', '_']);
    let fits = name.starts_with(|c: char| c.is_ascii_lowercase()) && name.len() <= 12;
    (fits && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())).then(|| name.to_owned())
}

fn unknown() -> (String, Option<String>) {
    ("192.0.2.1".to_owned(), Some("FILL IN: the node's address in this network".to_owned()))
}

fn same(addresses: &[(String, Option<String>); 2], pair: &[Option<String>; 2]) -> bool {
    let parsed = |text: &str| text.parse::<std::net::IpAddr>().ok();
    let equal = |a: &str, b: &str| a == b || parsed(a).is_some_and(|a| Some(a) == parsed(b));
    addresses.iter().zip(pair).all(|(known, address)| address.as_ref().is_some_and(|address| equal(&known.0, address)))
}

/// The address of a host name, as the nodes' own hosts have it.
fn resolved(seen: &Seen, host: &str) -> (String, Option<String>) {
    if host.parse::<std::net::IpAddr>().is_ok() {
        return (host.to_owned(), None);
    }
    match seen.first(|node| node.facts.hosts.get(host)) {
        Some(address) => (address.text.clone(), Some(format!("/etc/hosts has it for {host}"))),
        None => (unknown().0, Some(format!("FILL IN: the address of {host}"))),
    }
}

impl Networks {
    /// Adds a network, and gives it the name that a firewall has for it; else the usual one.
    fn add(&mut self, seen: &Seen, addresses: [(String, Option<String>); 2], usual: String) -> String {
        let known = |address: &str| seen.first(|node| node.facts.firewall.names.get(address));
        let named = addresses.iter().find_map(|(address, _)| known(address)).cloned();
        let mut name = named.unwrap_or(usual);
        let stem = name.clone();
        let mut number = 1;
        while self.all.iter().any(|network| network.name == name) {
            number += 1;
            name = format!("{stem}{number}");
        }
        self.all.push(Network { name: name.clone(), addresses });
        name
    }

    /// The network of a name that guests move over: its addresses are those of the nodes' names with the suffix.
    fn add_migration(&mut self, seen: &Seen, names: &Names, name: String) -> String {
        let pair: [Option<String>; 2] = std::array::from_fn(|index| {
            let node = names.nodes.get(index)?;
            let (host, domain) = node.find('.').map_or((node.as_str(), ""), |dot| node.split_at(dot));
            let full = format!("{host}-{name}{domain}");
            seen.first(|node| node.facts.hosts.get(&full)).map(|address| address.text.clone())
        });
        if self.has(&name) {
            return name;
        }
        if let Some(known) = self.all.iter_mut().find(|network| same(&network.addresses, &pair)) {
            // The suffix is what people call it.
            self.links.iter_mut().filter(|link| **link == known.name).for_each(|link| link.clone_from(&name));
            known.name.clone_from(&name);
            return name;
        }
        let pair = pair.map(|address| address.map_or_else(unknown, |address| (address, None)));
        self.all.push(Network { name: name.clone(), addresses: pair });
        name
    }

    /// The name of the network that a resource replicates over.
    pub fn of(&self, resource: &Resource, names: &Names) -> Option<&str> {
        let pair = sides(resource, names);
        self.all.iter().find(|network| same(&network.addresses, &pair)).map(|network| network.name.as_str())
    }

    /// Whether there is one of a name.
    pub fn has(&self, name: &str) -> bool {
        self.all.iter().any(|network| network.name == name)
    }

    /// The address of a node in a network.
    pub fn address(&self, name: &str, index: usize) -> Option<&str> {
        let network = self.all.iter().find(|network| network.name == name)?;
        Some(network.addresses[index].0.as_str())
    }

    /// The addresses of a node.
    pub fn addresses(&self, index: usize) -> Map {
        let mut map = Map::default();
        for network in &self.all {
            let (address, note) = &network.addresses[index];
            // Two nodes cannot both have the one that stands for none.
            let filler = index == 1 && *address == unknown().0 && note.is_some();
            let item = Item::text(if filler { "192.0.2.2" } else { address });
            map.put(
                &network.name,
                match note {
                    Some(note) => item.noted(note.clone()),
                    None => item,
                },
            );
        }
        map
    }
}
