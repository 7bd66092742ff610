//! Family GFS2xx, references: every name that points somewhere finds something.

use std::collections::BTreeSet;

use super::{Findings, rules};
use crate::diag::At;
use crate::diag::suggest::did_you_mean;
use crate::model::{Node, PerNode, defaults};
use crate::path::Path;
use crate::plan::Written;
use crate::platform;

rules! {
    "GFS201" "unknown-network" Error Written(networks): "a network is named that a node has no address in";
    "GFS202" "unequal-networks" Error Written(same_networks): "one node has an address in a network that the other is not in";
    "GFS203" "not-for-both-nodes" Error Written(per_node): "a value by node names another node, or leaves one out";
    "GFS204" "unknown-filesystem" Error Written(filesystems): "a guest's disk is on a filesystem that is not there";
    "GFS205" "unknown-node" Error Written(preferred): "a guest prefers a node that is not there";
    "GFS206" "drbd-not-offered" Error Written(generation): "the platform does not have this generation of DRBD";
}

fn root() -> Path {
    Path::root()
}

/// The names of networks that both nodes are in.
fn common(written: &Written) -> BTreeSet<&str> {
    let [first, second] = &written.description.nodes[..] else { return BTreeSet::new() };
    first.addresses.keys().filter(|name| second.addresses.contains_key(*name)).map(|name| name.as_str()).collect()
}

/// A place that uses a network: its name, where it stands, and whether it is written or a default.
type Use = (String, Path, bool);

/// Every use of a network.
fn uses(written: &Written) -> Vec<Use> {
    let description = &written.description;
    let mut used = Vec::new();
    let at = root().key("cluster").key("links");
    match &description.cluster.links {
        Some(links) => {
            used.extend(links.iter().enumerate().map(|(i, link)| (link.to_string(), at.index(i), true)));
        }
        None => used.push((defaults::LINK.to_owned(), at, false)),
    }
    for (i, storage) in description.storage.iter().enumerate() {
        let at = root().key("storage").index(i).key("address");
        let name = storage.address.as_ref().map_or(defaults::REPLICATION.to_owned(), ToString::to_string);
        used.push((name, at, storage.address.is_some()));
    }
    let address = description.migration.as_ref().and_then(|migration| migration.address.as_ref());
    let at = root().key("migration").key("address");
    used.push((address.map_or(defaults::REPLICATION.to_owned(), ToString::to_string), at, address.is_some()));
    for zone in description.firewall.iter().flat_map(|firewall| firewall.zones.iter().flatten()) {
        used.push((zone.0.to_string(), root().key("firewall").key("zones").key(zone.0.as_str()), true));
    }
    used
}

/// One network under two names: what one node has that the other has not, and the other way round, where the two are alike.
struct Misspelt<'a> {
    /// The name that was meant.
    right: &'a str,
    /// The other.
    wrong: &'a str,
    /// The position of the node with the other.
    index: usize,
}

/// The networks of a node that the other is not in.
fn alone<'a>(node: &'a Node, common: &BTreeSet<&str>) -> Vec<&'a str> {
    node.addresses.keys().map(|name| name.as_str()).filter(|name| !common.contains(name)).collect()
}

/// Networks with a misspelt name on one of the nodes. The name that is used more often was meant; where both are used
/// alike, the first node's.
fn misspelt(written: &Written) -> Vec<Misspelt<'_>> {
    let [first, second] = &written.description.nodes[..] else { return Vec::new() };
    let common = common(written);
    let used = uses(written);
    let count = |name: &str| used.iter().filter(|(other, ..)| other == name).count();
    let mut others = alone(second, &common);
    let mut pairs = Vec::new();
    for name in alone(first, &common) {
        let Some(other) = did_you_mean(name, others.iter().copied()) else { continue };
        others.retain(|rest| *rest != other);
        pairs.push(match count(other) > count(name) {
            true => Misspelt { right: other, wrong: name, index: 0 },
            false => Misspelt { right: name, wrong: other, index: 1 },
        });
    }
    pairs
}

fn networks(written: &Written, findings: &mut Findings) {
    let mut known = common(written);
    // A misspelt one is told of once, where it is misspelt.
    known.extend(misspelt(written).iter().map(|pair| pair.right));
    let names: Vec<&str> = known.iter().copied().collect();
    let mut told = BTreeSet::new();
    for (name, path, is_written) in uses(written) {
        if known.contains(name.as_str()) || (!is_written && !told.insert(name.clone())) {
            continue;
        }
        let key = path.segments().last().map(|last| format!("{last:?}")).unwrap_or_default();
        if is_written {
            let at = if key.contains(&format!("\"{name}\"")) { At::key(path) } else { At::value(path) };
            let found = findings.at(at, format!("no network `{name}`: not both nodes have an address of this name"));
            found.set_label("not a network of both nodes");
            found.suggestion = did_you_mean(&name, names.iter().copied()).map(str::to_owned);
            found.add_help(format!("the networks of both nodes are {}", list(&names)));
        } else {
            let found = findings.value(
                root().key("nodes").index(0).key("addresses"),
                format!("not both nodes have an address `{name}`, which is used by default"),
            );
            found.set_label(format!("no `{name}` here or on the other node"));
            found.add_help(format!("add `{name}` to the addresses of both nodes, or write `{}`", instead(&path)));
        }
    }
}

/// How to name another network in place of a default.
fn instead(path: &Path) -> String {
    match path.to_string().as_str() {
        "/cluster/links" => "links: [NAME]` under `cluster".to_owned(),
        "/migration/address" => "migration: { address: NAME }".to_owned(),
        _ => "address: NAME` under each of `storage".to_owned(),
    }
}

fn list(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    if quoted.is_empty() { "none".to_owned() } else { quoted.join(", ") }
}

fn same_networks(written: &Written, findings: &mut Findings) {
    let [first, second] = &written.description.nodes[..] else { return };
    let addresses = |index: usize| root().key("nodes").index(index).key("addresses");
    let pairs = misspelt(written);
    for Misspelt { right, wrong, index } in &pairs {
        let (here, there) = if *index == 0 { (first, second) } else { (second, first) };
        let at = At::key(addresses(*index).key(*wrong));
        let found = findings.at(at, format!("`{}` has no address in the network `{right}`", here.name));
        found.set_label(format!("`{wrong}` is on this node only"));
        found.add_label(At::key(addresses(1 - index).key(*right)), format!("`{}` has one", there.name));
        found.suggestion = Some((*right).to_owned());
    }
    for (index, here, there) in [(0, first, second), (1, second, first)] {
        let told = |name: &str| pairs.iter().any(|pair| name == pair.right || name == pair.wrong);
        for name in here.addresses.keys().filter(|name| !there.addresses.contains_key(*name) && !told(name.as_str())) {
            let at = At::key(addresses(index).key(name.as_str()));
            let found = findings.at(at, format!("`{}` has no address in the network `{name}`", there.name));
            found.set_label(format!("`{}` has one", here.name));
            found.add_label(At::key(addresses(1 - index)), "none here");
        }
    }
}

fn per_node(written: &Written, findings: &mut Findings) {
    let description = &written.description;
    for (i, storage) in description.storage.iter().enumerate() {
        let at = root().key("storage").index(i);
        for_nodes(written, &storage.disk, &at.key("disk"), "disk", findings);
        if let Some(identity) = &storage.identity {
            for_nodes(written, identity, &at.key("identity"), "identity", findings);
        }
    }
}

fn for_nodes<T>(written: &Written, value: &PerNode<T>, at: &Path, what: &str, findings: &mut Findings) {
    let PerNode::Each(values) = value else { return };
    let names: Vec<&str> = written.description.nodes.iter().map(|node| node.name.as_str()).collect();
    let unknown: Vec<&String> = values.keys().filter(|name| !names.contains(&name.as_str())).collect();
    for name in &unknown {
        let found = findings.at(At::key(at.key(name.as_str())), format!("no node `{name}`"));
        found.set_label("not the name of a node");
        // Not one that has its value: that would be a key twice.
        let left_out = names.iter().copied().filter(|name| !values.contains_key(*name));
        found.suggestion = did_you_mean(name, left_out).map(str::to_owned);
        found.add_help(format!("the nodes are {}", list(&names)));
    }
    // A node that is left out because its name is misspelt is one mistake, not two.
    for name in names.iter().filter(|name| !values.contains_key(**name) && unknown.is_empty()) {
        findings
            .at(At::key(at.clone()), format!("no {what} for the node `{name}`"))
            .set_label(format!("`{name}` is missing"));
    }
}

fn filesystems(written: &Written, findings: &mut Findings) {
    let description = &written.description;
    let all = description.storage.iter().flat_map(|storage| &storage.filesystems);
    let names: Vec<&str> = all.map(|filesystem| filesystem.name.as_str()).collect();
    for (i, vm) in description.vms.iter().flatten().enumerate() {
        for (j, disk) in vm.disks.iter().flatten().enumerate() {
            let name = disk.filesystem.as_str();
            if !names.contains(&name) {
                let path = root().key("vms").index(i).key("disks").index(j).key("filesystem");
                let found = findings.value(path, format!("no filesystem `{name}`"));
                found.set_label("not the name of a filesystem");
                found.suggestion = did_you_mean(name, names.iter().copied()).map(str::to_owned);
                found.add_help(format!("the filesystems are {}", list(&names)));
            }
        }
    }
}

fn preferred(written: &Written, findings: &mut Findings) {
    let names: Vec<&str> = written.description.nodes.iter().map(|node| node.name.as_str()).collect();
    for (i, vm) in written.description.vms.iter().flatten().enumerate() {
        if let Some(name) = vm.prefer.as_ref().filter(|name| !names.contains(&name.as_str())) {
            let found = findings.value(root().key("vms").index(i).key("prefer"), format!("no node `{name}`"));
            found.set_label("not the name of a node");
            found.suggestion = did_you_mean(name.as_str(), names.iter().copied()).map(str::to_owned);
            found.add_help(format!("the nodes are {}", list(&names)));
        }
    }
}

fn generation(written: &Written, findings: &mut Findings) {
    let Some(wanted) = written.description.drbd else { return };
    let platform = platform::facts(written.description.platform);
    if platform.generation(wanted).is_none() {
        findings
            .value(root().key("drbd"), format!("`{}` does not have this generation of DRBD", platform.name))
            .set_label("not on this platform")
            .add_label(At::value(root().key("platform")), platform.title.to_owned())
            .add_help("leave the key out: the platform's own generation is the default");
    }
}
