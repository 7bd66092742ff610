//! What all edits of a change need together.

use std::collections::BTreeSet;

use crate::change::Meant;
use crate::change::difference::{Edit, Kind};
use crate::change::side::Sides;
use crate::change::table::Does;
use crate::pacemaker::{self, CibChange, Configuration, Statement};
use crate::plan::{Filesystem, Plan, Storage};
use crate::platform::Locking;

/// What has to be done, and around what.
pub(super) struct Needs {
    /// Everything stops on both nodes.
    pub full: bool,
    /// The nodes are installed anew.
    pub install: bool,
    /// The node that is another machine under its name, by position.
    pub machine: Option<usize>,
    /// What is disabled meanwhile, by id: guests first, then filesystems, then DRBD.
    pub stop: Vec<String>,
    /// What of that is enabled again.
    pub start: Vec<String>,
    /// The nodes that are taken out, by position, in this order.
    pub out: Vec<usize>,
    /// DRBD connects anew while the second node is out.
    pub reconnect: bool,
    /// A node gets its files while it is out, because what runs would stumble over them.
    pub files_out: bool,
    /// Disks that are replaced: the node's position and the resource.
    pub replaced: Vec<(usize, String)>,
    /// What changes in the cluster's configuration.
    pub cib: CibChange,
    /// Resources whose parameters change while they run: Pacemaker looks away.
    pub quiet: Vec<String>,
}

impl Needs {
    pub fn of(edits: &[Meant], sides: &Sides) -> Needs {
        let does = |does: Does| edits.iter().any(|meant| meant.row.does == does);
        let keyed = |key: &str| edits.iter().any(|meant| meant.edit.key == key);
        let (reconnect, files_out) = (does(Does::Reconnect), keyed("storage[].minor"));
        // Each of them wants the other's files not to be there yet.
        let full = does(Does::Restart) || reconnect && files_out;
        let (old, new) = (pacemaker::configure(sides.old.plan), pacemaker::configure(sides.new.plan));
        let cib = pacemaker::change(&old, &new);
        let stop = if full { everything(sides.old.plan) } else { stopped(edits, sides) };
        let there = |id: &&String| ids(&new).contains(id.as_str());
        let replaced = replaced(edits, sides);
        let mut out: Vec<usize> = Vec::new();
        if !full && reconnect {
            out.push(1);
        }
        if !full && does(Does::EachOut) {
            out = vec![1, 0];
        }
        for (node, _) in replaced.iter().filter(|_| !full) {
            if !out.contains(node) {
                out.push(*node);
            }
        }
        let quiet = cib.restarted.iter().filter(|id| !full && !stops(&stop, id, &old));
        Needs {
            full,
            install: keyed("platform"),
            machine: machine(edits, sides),
            start: stop.iter().filter(there).cloned().collect(),
            quiet: quiet.cloned().collect(),
            stop,
            out,
            reconnect: reconnect && !full,
            files_out: files_out && !full,
            replaced,
            cib,
        }
    }
}

/// The ids of all resources and their clones.
fn ids(configuration: &Configuration) -> BTreeSet<String> {
    let id = |statement: &Statement| match statement {
        Statement::Primitive(primitive) => Some(primitive.id.clone()),
        Statement::Clone(clone) => Some(clone.id()),
        _ => None,
    };
    configuration.statements().filter_map(id).collect()
}

/// Whether a resource stops, by itself or with its clone.
fn stops(stop: &[String], id: &str, configuration: &Configuration) -> bool {
    let group = configuration.statements().find_map(|statement| match statement {
        Statement::Primitive(primitive) if primitive.id == id => primitive.group.clone(),
        _ => None,
    });
    let clone = format!("{}-clone", group.as_deref().unwrap_or(id));
    stop.iter().any(|stopped| stopped == id || *stopped == clone)
}

pub(super) fn guest_id(name: &str) -> String {
    format!("vm-{name}")
}

/// The clone that is a filesystem.
pub(super) fn storage_clone(plan: &Plan, filesystem: &str) -> String {
    match plan.platform.locking {
        Locking::Lvmlockd => format!("storage-{filesystem}-clone"),
        Locking::Clvmd => format!("fs-{filesystem}-clone"),
    }
}

pub(super) fn drbd_clone(resource: &str) -> String {
    format!("drbd-{resource}-clone")
}

fn everything(plan: &Plan) -> Vec<String> {
    let guests = plan.guests.iter().map(|guest| guest_id(&guest.name));
    guests.chain(plan.filesystems().map(|(_, filesystem)| storage_clone(plan, &filesystem.name))).collect()
}

/// The name that something had before: what an edit is below of may be renamed itself.
pub(super) fn old_name(edits: &[Meant], key: &str, name: &str) -> String {
    let renamed = edits
        .iter()
        .map(|meant| &meant.edit)
        .find(|edit| edit.kind == Kind::Renamed && edit.key == key && edit.names.last().is_some_and(|new| new == name));
    renamed.and_then(|edit| edit.old.as_str()).unwrap_or(name).to_owned()
}

/// The old filesystem that an edit is about, with the resource under it; none if it is about something else.
pub(super) fn old_filesystem<'a>(
    edits: &[Meant],
    edit: &Edit,
    plan: &'a Plan,
) -> Option<(&'a Storage, &'a Filesystem)> {
    if !edit.key.starts_with("storage[].filesystems[]") {
        return None;
    }
    let name = old_name(edits, "storage[].filesystems[].name", edit.name(1));
    plan.filesystems().find(|(_, filesystem)| filesystem.name == name)
}

/// The old resource that an edit is about.
pub(super) fn old_storage<'a>(edits: &[Meant], edit: &Edit, plan: &'a Plan) -> Option<&'a Storage> {
    let name = old_name(edits, "storage[].name", edit.name(0));
    plan.storage.iter().find(|storage| edit.key.starts_with("storage[]") && storage.name == name)
}

fn stopped(edits: &[Meant], sides: &Sides) -> Vec<String> {
    let plan = sides.old.plan;
    let mut guests: BTreeSet<String> = BTreeSet::new();
    let mut filesystems: BTreeSet<String> = BTreeSet::new();
    let mut resources: BTreeSet<String> = BTreeSet::new();
    for Meant { edit, row } in edits {
        match row.does {
            Does::RestartGuest | Does::RemoveGuest | Does::Images => {
                guests.insert(old_name(edits, "vms[].name", edit.name(0)));
            }
            Does::RenameBelow | Does::RemoveFilesystem | Does::RemoveStorage => {
                if let Some((_, filesystem)) = old_filesystem(edits, edit, plan) {
                    filesystems.insert(filesystem.name.clone());
                } else if let Some(storage) = old_storage(edits, edit, plan) {
                    filesystems.extend(storage.filesystems.iter().map(|filesystem| filesystem.name.clone()));
                    if edit.key != "storage[].volume_group" {
                        resources.insert(storage.name.clone());
                    }
                }
            }
            _ => {}
        }
    }
    let uses = |guest: &&crate::plan::Guest| guest.filesystems.iter().any(|name| filesystems.contains(name));
    guests.extend(plan.guests.iter().filter(uses).map(|guest| guest.name.clone()));
    let there = |name: &&String| plan.guests.iter().any(|guest| guest.name == **name);
    let guests = guests.iter().filter(there).map(|name| guest_id(name));
    let filesystems = filesystems.iter().map(|name| storage_clone(plan, name));
    guests.chain(filesystems).chain(resources.iter().map(|name| drbd_clone(name))).collect()
}

/// The node of which an edit says that it is another machine.
fn machine(edits: &[Meant], sides: &Sides) -> Option<usize> {
    let edit = edits.iter().find(|meant| meant.row.does == Does::ReplaceNode)?;
    sides.new.plan.nodes.iter().position(|node| node.name == edit.edit.name(0))
}

fn replaced(edits: &[Meant], sides: &Sides) -> Vec<(usize, String)> {
    let mut replaced = Vec::new();
    for meant in edits.iter().filter(|meant| meant.row.does == Does::ReplaceDisk) {
        let node = sides.new.plan.nodes.iter().position(|node| node.name == meant.edit.name(1));
        let one = node.map(|node| (node, meant.edit.name(0).to_owned()));
        replaced.extend(one.filter(|one| !replaced.contains(one)));
    }
    replaced
}
