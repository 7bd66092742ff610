//! Family GFS2xx, names: each is used once, and means what it says to every layer.

use super::{Findings, repeated, rules};
use crate::diag::At;
use crate::model::defaults;
use crate::path::Path;
use crate::plan::{Plan, Written};

rules! {
    "GFS220" "duplicate-node" Error Written(nodes): "two nodes have one name, or one id";
    "GFS221" "reserved-name" Error Written(reserved): "a name means something else to one of the layers";
    "GFS222" "duplicate-filesystem" Error Written(filesystems): "two filesystems have one name, and so one lock table";
    "GFS223" "duplicate-storage" Error Written(storage): "two DRBD resources have one name";
    "GFS224" "duplicate-id" Error Plan(ids): "two resources of Pacemaker would have one id";
    "GFS225" "id-of-the-fence-handler" Error Written(handlers): "an id begins like the bans that DRBD's fence handler makes";
    "GFS226" "node-name-is-a-word-of-drbd" Error Written(words): "drbdadm reads a node's name as something else";
    "GFS227" "id-that-pcs-makes" Error Written(made): "an id is one of those that pcs makes for parts of others";
    "GFS228" "not-a-host-name" Error Plan(labels): "a part of a node's name cannot stand in a host name";
    "GFS229" "name-of-the-others-address" Error Plan(aliases): "a node is called like the other one's address for migrations";
}

fn root() -> Path {
    Path::root()
}

fn nodes(written: &Written, findings: &mut Findings) {
    let nodes = || written.description.nodes.iter().enumerate();
    let at = |i: usize| root().key("nodes").index(i);
    repeated(nodes().map(|(i, node)| (node.name.as_str(), at(i).key("name"))), |name, place, first| {
        findings
            .value(place.clone(), format!("both nodes are called `{name}`"))
            .set_label("again here")
            .add_label(At::value(first.clone()), "first here");
    });
    let ids = nodes().map(|(i, node)| (node.id.unwrap_or(defaults::node_id(i)), at(i).key("id")));
    repeated(ids, |id, place, first| {
        findings
            .value(place.clone(), format!("both nodes have the id {id}"))
            .set_label("again here")
            .add_label(At::value(first.clone()), "first here")
            .add_help("a node's default id is its position, from 1: give both an id or neither");
    });
}

/// Words of drbdadm's grammar that cannot name a resource, and its word for all resources (run against its parsers).
const DRBD_WORDS: &[&str] = &[
    "all",
    "common",
    "device",
    "disk",
    "global",
    "handlers",
    "include",
    "meta-disk",
    "net",
    "on",
    "options",
    "protocol",
    "proxy",
    "resource",
    "skip",
    "startup",
    "syncer",
    "volume",
];

fn reserved(written: &Written, findings: &mut Findings) {
    for (i, node) in written.description.nodes.iter().enumerate() {
        if ["localhost", "all"].contains(&node.name.as_str()) {
            findings
                .value(root().key("nodes").index(i).key("name"), format!("a node cannot be called `{}`", node.name))
                .set_label("means another thing to DRBD or to the resolver")
                .add_help("use what `uname -n` prints on the node");
        }
    }
    for (i, storage) in written.description.storage.iter().enumerate() {
        if DRBD_WORDS.contains(&storage.name.as_str()) {
            let path = root().key("storage").index(i).key("name");
            findings
                .value(path, format!("a DRBD resource cannot be called `{}`", storage.name))
                .set_label("a word of drbdadm's own")
                .add_help(format!("another name will do, such as `{}0`", storage.name));
        }
        if let Some(group) = storage.volume_group.as_ref().filter(|g| [".", "..", "global"].contains(&g.as_str())) {
            let path = root().key("storage").index(i).key("volume_group");
            findings.value(path, format!("a volume group cannot be called `{group}`")).set_label("a word of LVM's own");
        }
    }
}

fn filesystems(written: &Written, findings: &mut Findings) {
    let all = written.description.storage.iter().enumerate().flat_map(|(i, storage)| {
        storage.filesystems.iter().enumerate().map(move |(j, filesystem)| {
            let path = root().key("storage").index(i).key("filesystems").index(j).key("name");
            (filesystem.name.as_str(), path)
        })
    });
    repeated(all, |name, place, first| {
        findings
            .value(place.clone(), format!("two filesystems are called `{name}`"))
            .set_label("again here")
            .add_label(At::value(first.clone()), "first here")
            .add_help("a filesystem's name is the second half of its lock table, which must be its own");
    });
}

fn storage(written: &Written, findings: &mut Findings) {
    let all = written.description.storage.iter().enumerate();
    let named = all.map(|(i, storage)| (storage.name.as_str(), root().key("storage").index(i).key("name")));
    repeated(named, |name, place, first| {
        findings
            .value(place.clone(), format!("two DRBD resources are called `{name}`"))
            .set_label("again here")
            .add_label(At::value(first.clone()), "first here");
    });
}

/// How the ids of the bans begin (id_prefix in crm-fence-peer.sh).
const BAN: &str = "drbd-fence-by-handler";

/// The fence devices' names, which are ids as they stand.
fn devices(written: &Written) -> impl Iterator<Item = (String, Path)> {
    written.description.nodes.iter().enumerate().flat_map(|(i, node)| {
        let at = root().key("nodes").index(i).key("fence");
        let fence = node.fence.iter().enumerate();
        fence.map(move |(j, fence)| (fence.name.to_string(), at.index(j).key("name")))
    })
}

/// What stands in the ids of a resource's parts, and what the ids of constraints and levels begin with (what pcs writes).
const PARTS: &[&str] = &["-instance_attributes", "-interval-", "-meta_attributes"];
const BEGINNINGS: &[&str] = &["cib-bootstrap-options", "colocation-", "fl-", "location-", "order-", "rsc_defaults-"];

fn made(written: &Written, findings: &mut Findings) {
    let vms = written.description.vms.iter().flatten().enumerate();
    let guests = vms.map(|(i, vm)| (vm.name.to_string(), root().key("vms").index(i).key("name")));
    let fence = devices(written).map(|(name, place)| (name, place, BEGINNINGS));
    for (name, place, beginnings) in fence.chain(guests.map(|(name, place)| (name, place, &[][..]))) {
        let part = PARTS.iter().find(|part| name.contains(**part));
        let Some(word) = part.or_else(|| beginnings.iter().find(|word| name.starts_with(**word))) else { continue };
        findings
            .value(place, format!("`{name}` may be the id of a part of another resource"))
            .set_label(format!("pcs makes ids with `{word}`"))
            .add_help("leave that out: an id stands once in a CIB, or Pacemaker refuses it");
    }
}

/// Whoever lifts a ban, or looks for ones that are left over, must not meet a resource.
fn handlers(written: &Written, findings: &mut Findings) {
    let storage = &written.description.storage;
    let resources = storage.iter().enumerate().map(|(i, storage)| {
        // The resource in Pacemaker is called drbd-NAME.
        (format!("drbd-{}", storage.name), root().key("storage").index(i).key("name"))
    });
    for (id, place) in devices(written).chain(resources).filter(|(id, _)| id.starts_with(BAN)) {
        findings
            .value(place, format!("the id `{id}` begins like those of DRBD's fence handler"))
            .set_label("would be taken for a ban of a node")
            .add_help(format!("another name will do: what begins with `{BAN}` are the handler's constraints"));
    }
}

/// Further words of drbdadm's grammar, in one of its two generations (run against its parsers).
const NODE_WORDS: &[&str] = &[
    "address",
    "become-primary-on",
    "connection",
    "connection-mesh",
    "flexible-meta-disk",
    "floating",
    "host",
    "hosts",
    "ipv4",
    "ipv6",
    "minor",
    "no",
    "node-id",
    "path",
    "port",
    "sci",
    "sdp",
    "ssocks",
    "stacked-on-top-of",
    "stacked-timeouts",
    "template-file",
    "usage-count",
    "yes",
];

fn words(written: &Written, findings: &mut Findings) {
    for (i, node) in written.description.nodes.iter().enumerate() {
        let name = node.name.as_str();
        let is_number = name.bytes().all(|byte| byte.is_ascii_digit());
        // `all` is refused as a name that means something else, above.
        if is_number || name != "all" && (DRBD_WORDS.contains(&name) || NODE_WORDS.contains(&name)) {
            findings
                .value(root().key("nodes").index(i).key("name"), format!("drbdadm cannot read a node called `{name}`"))
                .set_label(if is_number { "a number, not a name" } else { "a word of its grammar" })
                .add_help(format!("rename the node, such as to `node-{name}`: in /etc/hostname first, then here"));
        }
    }
}

/// What an id is made of: two of one name are a finding of their own, but for fence devices.
#[derive(Clone, Copy, PartialEq)]
enum Named {
    Cluster,
    Storage,
    Filesystem,
    Guest,
    Fence,
}

/// The ids of the CIB are of one space: the fence devices' names, and what the generated resources are called.
fn ids(plan: &Plan, findings: &mut Findings) {
    let mut ids: Vec<(String, (Named, Path))> = Vec::new();
    let own = ["dlm", "lvmlockd", "clvmd", "locking", "locking-clone", "dlm-clone", "clvmd-clone", "alert-smtp"];
    ids.extend(own.map(|id| (id.to_owned(), (Named::Cluster, root().key("cluster")))));
    for storage in &plan.storage {
        let at = (Named::Storage, storage.at.key("name"));
        ids.extend(["", "-clone"].map(|end| (format!("drbd-{}{end}", storage.name), at.clone())));
        for filesystem in &storage.filesystems {
            let at = (Named::Filesystem, filesystem.at.key("name"));
            let names = ["lv-", "fs-", "storage-"].map(|kind| format!("{kind}{}", filesystem.name));
            ids.extend(names.iter().map(|id| (id.clone(), at.clone())));
            ids.extend(names[1..].iter().map(|id| (format!("{id}-clone"), at.clone())));
        }
    }
    ids.extend(plan.guests.iter().map(|guest| (format!("vm-{}", guest.name), (Named::Guest, guest.at.key("name")))));
    ids.extend(plan.fence_devices().map(|(_, device)| (device.name.clone(), (Named::Fence, device.at.key("name")))));
    repeated(ids, |id, (kind, place), (other, first)| {
        if kind == other && *kind != Named::Fence {
            return;
        }
        findings
            .value(place.clone(), format!("two resources of Pacemaker would have the id `{id}`"))
            .set_label("again here")
            .add_label(At::value(first.clone()), "first here")
            .add_help(
                "ids are of one space: fence devices keep their names, guests become vm-NAME, resources drbd-NAME",
            );
    });
}

/// Names of hosts and their addresses: parts of 1 to 63 characters, no dash at either end (RFC 1123).
fn labels(plan: &Plan, findings: &mut Findings) {
    let is_label = |label: &str| (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-');
    for node in &plan.nodes {
        let alias = plan.migration.name_of(&node.name);
        let moved = (!plan.guests.is_empty()).then_some(alias);
        let Some(name) = [node.name.clone()].into_iter().chain(moved).find(|name| !name.split('.').all(is_label))
        else {
            continue;
        };
        let found = findings.value(node.at.key("name"), format!("`{name}` is not a host name"));
        found.set_label("each part has 1 to 63 characters, and no `-` first or last");
        if name != node.name {
            found.add_help(
                "guests move to a node's address of this name: the node's, and the network's that they move over",
            );
        }
    }
}

fn aliases(plan: &Plan, findings: &mut Findings) {
    let [one, two] = &plan.nodes;
    for (node, other) in [(one, two), (two, one)] {
        if !plan.guests.is_empty() && plan.migration.name_of(&other.name) == node.name {
            findings
                .value(
                    node.at.key("name"),
                    format!("`{}` is also the name of an address of `{}`", node.name, other.name),
                )
                .set_label("guests would move to the wrong node")
                .add_label(
                    At::value(other.at.key("name")),
                    "its address for migrations has the network's name after it",
                )
                .add_help("rename the node, or the network");
        }
    }
}
