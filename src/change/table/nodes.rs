//! The nodes.

use super::{Class, Does, Edit, Kind, On, Row, Sides, impossible, nothing, online, row};

pub(super) const ROWS: &[Row] = &[
    row(
        "nodes[]",
        On::If("another machine of the same name", is_machine),
        Class::GuestsMigrate,
        "{name} is out while it is another machine; the other node has everything and gives it back",
    )
    .before(&[
        "{name} is off, and the cluster knows it: it was fenced, or `pcs stonith confirm {name}` was said by somebody who has seen it",
        "every DRBD resource is UpToDate on the other node: it has the only copy until all is copied",
        "the guests run on the other node",
    ])
    .does(Does::ReplaceNode),
    row("nodes[]", On::Any, Class::FullStop, "there are two nodes, so another one is one of them under another name")
        .does(Does::Restart),
    row(
        "nodes[].name",
        On::Any,
        Class::FullStop,
        "corosync, Pacemaker and DRBD know a node by this one name, and it is the host name: none of them takes another while it runs",
    )
    .before(&[
        "the new name is what `uname -n` will print on the node, and what its fence device expects",
        "where guests move over TLS, libvirt's certificates hold the new names",
    ])
    .does(Does::Restart),
    impossible(
        "nodes[].id",
        On::Any,
        "the node's number stands in Pacemaker's status, in DLM's lock spaces and, with DRBD 9, in the metadata of every disk: exchanged \
         numbers would make each node take the other's place",
        "nothing is won by another number: write `id: {old}` for {name}, whatever its place in the list",
    ),
    row(
        "nodes[].addresses{}",
        On::If("of a corosync link", is_link),
        Class::FullStop,
        "a link of corosync's that is there keeps its addresses until all nodes have stopped",
    )
    .before(&["the new address is configured on {of} when the cluster has stopped, and the other node reaches it"])
    .does(Does::Restart),
    row(
        "nodes[].addresses{}",
        On::If("of replication", is_replication),
        Class::GuestsMigrate,
        "DRBD has to connect anew, and two primaries that lose each other fence: so one node is out while it does",
    )
    .before(ADDRESS)
    .does(Does::Reconnect),
    online("nodes[].addresses{}", On::Any, "what uses this network looks the address up each time").before(ADDRESS),
    nothing("nodes[].memory", On::Any, "the guests' memory is checked by it, here and not on the nodes"),
    online("nodes[].local_pvs", On::Any, "each LVM command reads its filter anew")
        .before(&["each of the paths is a physical volume of {of}'s own system, and all that it needs are listed"]),
];

const ADDRESS: &[&str] = &["the new address is configured on {of} beside the old one, and the other node reaches it"];

fn is_machine(edit: &Edit, _: &Sides) -> bool {
    edit.kind == Kind::Changed
}

fn is_link(edit: &Edit, sides: &Sides) -> bool {
    sides.old.plan.cluster.links.iter().any(|link| link.name == edit.name(1))
}

fn is_replication(edit: &Edit, sides: &Sides) -> bool {
    sides.old.plan.storage.iter().any(|storage| storage.network.name == edit.name(1))
}
