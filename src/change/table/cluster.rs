//! The platform and the cluster.

use super::{Class, Does, Edit, On, Row, Sides, impossible, nothing, online, row};
use crate::model::DrbdMajor;
use crate::platform::{Locking, Transport};

pub(super) const ROWS: &[Row] = &[
    nothing("apiVersion", On::Any, "the language of the description is nothing that nodes see"),
    impossible(
        "platform",
        On::If("from lvmlockd to clvmd", to_clvmd),
        "no LVM with clvmd reads a volume group of lvmlockd's",
        "make a new cluster and copy the images to it",
    ),
    row(
        "platform",
        On::If("from clvmd to lvmlockd", to_lvmlockd),
        Class::FullStop,
        "the nodes are installed anew and the volume groups change from clvmd to lvmlockd, which needs all of them inactive; \
         corosync 2 and 3 do not talk to each other",
    )
    .before(INSTALL)
    .does(Does::Restart),
    row(
        "platform",
        On::Any,
        Class::FullStop,
        "Pacemaker, DLM, LVM and GFS2 change on both nodes; that a node of each release works in one cluster is nothing that \
         anybody has tried here",
    )
    .before(INSTALL)
    .does(Does::Restart),
    row(
        "drbd",
        On::If("8.4 to 9", to_nine),
        Class::FullStop,
        "the metadata on every disk is converted, which needs the resource down, and two primaries of different generations are \
         nothing that DRBD supports",
    )
    .before(&[
        "DRBD 9's kernel module and drbd-utils are installed on both nodes, and the old module is no longer loaded at boot",
        "every DRBD resource is Connected and UpToDate on both nodes",
    ])
    .does(Does::Restart),
    impossible(
        "drbd",
        On::Any,
        "DRBD 8.4 does not read the metadata of DRBD 9",
        "make a new cluster and copy the images to it",
    ),
    row(
        "cluster.name",
        On::Any,
        Class::FullStop,
        "it is the first half of every lock table and stands in every shared volume group, and neither can change while in use; \
         guests without a MAC address of their own get another, and all get another UUID",
    )
    .before(&["each guest that must keep its MAC address has it written in the description"])
    .does(Does::Restart),
    row(
        "cluster.links",
        On::If("between one and several", other_dlm),
        Class::FullStop,
        "DLM talks TCP over one link and SCTP over several, and can only change that when no lock space is left",
    )
    .before(LINK)
    .does(Does::Restart),
    row(
        "cluster.links",
        On::If("other than at the end, or with corosync 2", other_links),
        Class::FullStop,
        "corosync adds and removes links while it runs, but one that is there keeps its addresses until all nodes have stopped",
    )
    .before(LINK)
    .does(Does::Restart),
    online("cluster.links", On::Any, "corosync adds and removes links at the end of the list while it runs").before(LINK),
    online(
        "cluster.token",
        On::Any,
        "corosync takes another token timeout while it runs; what has to wait longer than it (the fence handler, promotion, DRBD's \
         pings) changes first",
    )
    .before(&["both nodes are online", "no node is being fenced, and no DRBD resource waits for one"]),
    online("cluster.autostart", On::Any, "it decides only what happens at the next boot"),
];

const INSTALL: &[&str] = &[
    "there is a backup of every image that has been read back",
    "every DRBD resource is Connected and UpToDate on both nodes",
    "the disks of DRBD are left alone when the nodes are installed",
];

const LINK: &[&str] = &["both nodes reach each other in every network of the new list"];

fn to_clvmd(_: &Edit, sides: &Sides) -> bool {
    sides.old.plan.platform.locking == Locking::Lvmlockd && sides.new.plan.platform.locking == Locking::Clvmd
}

fn to_lvmlockd(_: &Edit, sides: &Sides) -> bool {
    sides.old.plan.platform.locking == Locking::Clvmd && sides.new.plan.platform.locking == Locking::Lvmlockd
}

fn to_nine(_: &Edit, sides: &Sides) -> bool {
    sides.new.plan.drbd == DrbdMajor::V9
}

fn other_dlm(_: &Edit, sides: &Sides) -> bool {
    sides.old.plan.dlm_protocol() != sides.new.plan.dlm_protocol()
}

/// Whether one list is not the other with something at its end.
fn other_links(edit: &Edit, sides: &Sides) -> bool {
    let list = |value: &serde_json::Value| value.as_array().cloned().unwrap_or_default();
    let (old, new) = (list(&edit.old), list(&edit.new));
    let at_the_end = old.starts_with(&new) || new.starts_with(&old);
    !at_the_end || sides.new.plan.platform.corosync.transport == Transport::Udpu
}
