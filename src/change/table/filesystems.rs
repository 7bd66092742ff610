//! Filesystems and the volumes under them.

use super::{Class, Does, Edit, On, Row, Sides, impossible, nothing, online, row};

pub(super) const ROWS: &[Row] = &[
    online("storage[].filesystems[]", On::Added, "a volume is made and mounted beside the others")
        .before(&["the volume group of {of} has room for it (`vgs`)", "{of} is Connected and UpToDate on both nodes"])
        .does(Does::AddFilesystem),
    row("storage[].filesystems[]", On::Any, Class::DestroysData, "its logical volume is removed, with all that is on it")
        .before(&["nothing on {name} is needed any more, or it has been copied"])
        .instead("move the guests' disks to another filesystem first (change `filesystem` of each disk), and remove it after that")
        .does(Does::RemoveFilesystem),
    row(
        "storage[].filesystems[].name",
        On::Any,
        Class::GuestsStop,
        "it is the second half of the lock table in the superblock, which only changes while nobody has it mounted",
    )
    .before(IDLE)
    .does(Does::RenameBelow),
    row(
        "storage[].filesystems[].logical_volume",
        On::Any,
        Class::GuestsStop,
        "a logical volume is renamed while it is active nowhere",
    )
    .before(IDLE)
    .does(Does::RenameBelow),
    online("storage[].filesystems[].size", On::Grown, GROWS).before(ROOM).does(Does::GrowVolume),
    impossible(
        "storage[].filesystems[].size",
        On::Shrunk,
        "GFS2 cannot shrink, and a volume that is smaller than its filesystem is broken",
        "add a filesystem of the wanted size, move the guests' disks to it, and remove {name} after that",
    ),
    online(
        "storage[].filesystems[].size",
        On::Any,
        "the volume grows to what is written now; where it is larger already nothing is done, because it cannot shrink",
    )
    .before(ROOM)
    .does(Does::GrowVolume),
    row(
        "storage[].filesystems[].mount",
        On::Any,
        Class::GuestsStop,
        "a filesystem is mounted elsewhere after it was unmounted, and the guests find their images in the new place",
    )
    .before(IDLE)
    .does(Does::RenameBelow),
    online("storage[].filesystems[].journals", On::Grown, "gfs2_jadd adds journals to a mounted filesystem")
        .before(&["{name} is mounted on both nodes and has room for the journals"])
        .does(Does::Journals),
    impossible(
        "storage[].filesystems[].journals",
        On::Any,
        "nothing takes a journal away from a GFS2",
        "leave `journals: {old}`: one that no node uses costs its size and nothing else",
    ),
    nothing(
        "storage[].filesystems[].journal_size",
        On::Any,
        "journals keep the size that they were made with; those that are added from now on get this one",
    ),
    online(
        "storage[].filesystems[].options",
        On::If("none is left out", only_more),
        "GFS2 takes these options while it is mounted; Pacemaker, which would restart a resource whose parameters change, looks away \
         meanwhile and is shown the filesystem anew",
    )
    .before(QUIET)
    .does(Does::Remount),
    row(
        "storage[].filesystems[].options",
        On::Any,
        Class::GuestsMigrate,
        "an option that is no longer given stays as it is until the filesystem is mounted anew, on one node after the other",
    )
    .before(QUIET)
    .does(Does::EachOut),
];

const GROWS: &str = "LVM and GFS2 grow while they are in use";
const ROOM: &[&str] = &["the volume group of {of} has room for it (`vgs`)", "{name} is mounted on both nodes"];
const IDLE: &[&str] = &["the guests on {of} may be shut down"];
const QUIET: &[&str] =
    &["both nodes are online and no resource has failed", "nobody changes the cluster for the next minutes"];

/// Whether every option that was given still is, perhaps with another value.
fn only_more(edit: &Edit, _: &Sides) -> bool {
    let names = |value: &serde_json::Value| -> Vec<String> {
        let options = value.as_array().into_iter().flatten().filter_map(|option| option.as_str());
        options.map(|option| option.split('=').next().unwrap_or_default().to_owned()).collect()
    };
    let new = names(&edit.new);
    names(&edit.old).iter().all(|name| new.contains(name))
}
