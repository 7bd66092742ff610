//! DRBD resources and what they are made of.

use super::{Class, Does, On, Row, impossible, nothing, online, row};

pub(super) const ROWS: &[Row] = &[
    online("storage[]", On::Added, "the new disks are copied to each other while everything else runs")
        .before(&["the disks are there on both nodes and carry no signature", "the other DRBD resources are UpToDate on both nodes"])
        .does(Does::AddStorage),
    row(
        "storage[]",
        On::Any,
        Class::DestroysData,
        "its filesystems are gone from both nodes; nothing is erased, but the disks are free for whoever finds them",
    )
    .before(&["nothing on {name} is needed any more, or it has been copied"])
    .instead("move the guests' disks to another filesystem first (change `filesystem` of each disk), and remove the entry after that")
    .does(Does::RemoveStorage),
    row(
        "storage[].name",
        On::Any,
        Class::GuestsStop,
        "DRBD, Pacemaker and the fence handler know the resource by its name; the disks do not",
    )
    .before(IDLE)
    .does(Does::RenameBelow),
    row("storage[].address", On::Any, Class::GuestsMigrate, CONNECTS).before(REACHED).does(Does::Reconnect),
    row("storage[].port", On::Any, Class::GuestsMigrate, CONNECTS).before(REACHED).does(Does::Reconnect),
    row(
        "storage[].minor",
        On::Any,
        Class::GuestsMigrate,
        "a node gives a resource its number when it takes it up, so each is taken out once",
    )
    .before(BOTH)
    .does(Does::EachOut),
    row("storage[].disk{}", On::Any, Class::GuestsMigrate, DISK).before(DISK_BEFORE).does(Does::ReplaceDisk),
    nothing("storage[].identity{}", On::Added, CHECKED),
    nothing("storage[].identity{}", On::Removed, CHECKED),
    row("storage[].identity{}", On::Any, Class::GuestsMigrate, DISK).before(DISK_BEFORE).does(Does::ReplaceDisk),
    online("storage[].size", On::Grown, "DRBD, LVM and GFS2 grow while they are in use, one after the other from the bottom")
        .before(&[
            "the disk or partition under {of} has the new size on both nodes, and each node's kernel sees it (`blockdev --getsize64`)",
            "neither node is rebooted between that and `drbdadm resize`: DRBD looks for its metadata at the end of the disk",
            "{of} is Connected and UpToDate on both nodes",
        ])
        .does(Does::GrowDisk),
    impossible(
        "storage[].size",
        On::Shrunk,
        "GFS2 cannot shrink, so nothing under it can",
        "add a smaller `storage` entry, move the guests' disks to it, and remove {of} after that; if the number was only wrong, \
         leave `size` out once",
    ),
    nothing("storage[].size", On::Any, "the sizes are checked by it; no disk changes"),
    online("storage[].drbd.verify_alg", On::Any, ADJUSTED).before(&["no `drbdadm verify` runs on {of}"]),
    online("storage[].drbd.csums_alg", On::Any, ADJUSTED).before(&["{of} is not being resynchronised"]),
    online("storage[].drbd.auth_alg", On::Any, PROVEN).before(BOTH),
    online("storage[].drbd.secret", On::Any, PROVEN)
        .before(&["the new file holds the same line on both nodes, or is on neither: then one is made and copied"]),
    online("storage[].drbd.resync.max_rate", On::Any, ADJUSTED),
    online("storage[].drbd.resync.min_rate", On::Any, ADJUSTED),
    online("storage[].drbd.al_extents", On::Any, ADJUSTED),
    online("storage[].drbd.max_buffers", On::Any, ADJUSTED),
    row(
        "storage[].volume_group",
        On::Any,
        Class::GuestsStop,
        "a volume group is renamed when none of its volumes is active and no node holds its lock space",
    )
    .before(IDLE)
    .does(Does::RenameBelow),
];

const CONNECTS: &str =
    "DRBD has to connect anew, and two primaries that lose each other fence: so one node is out while it does";
const REACHED: &[&str] = &[
    "{of} is Connected and UpToDate on both nodes",
    "the new port is free on both nodes and open in firewalls that gfs2gen does not manage",
];
const DISK: &str = "DRBD takes a disk when the resource comes up; one without its metadata is made anew and everything is copied to it";
const DISK_BEFORE: &[&str] = &[
    "{of} is UpToDate on the other node: it has the only copy until the new disk is synchronised",
    "the disk is in its place; a new one is blank (`wipefs -n` says nothing) and not smaller",
];
const CHECKED: &str = "the bootstrap checks a disk by it before it writes; a disk in use is not looked at";
const ADJUSTED: &str = "`drbdadm adjust` gives a running resource its new settings";
const PROVEN: &str =
    "the two sides prove it to each other only when they connect; `drbdadm adjust` tells both before that";
const BOTH: &[&str] = &["{of} is Connected and UpToDate on both nodes"];
const IDLE: &[&str] = &["the guests on {of} may be shut down"];
