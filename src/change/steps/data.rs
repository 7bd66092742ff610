//! What changes on disks: metadata, volumes, filesystems, images.

use serde_json::{Value, json};

use super::needs::{Needs, old_filesystem, old_name, old_storage};
use super::own::{FIRST, grow, grow_disk, hand, journals, lvmlockd, node, own};
use super::{Step, What, Where};
use crate::change::Meant;
use crate::change::difference::Edit;
use crate::change::side::Sides;
use crate::change::table::Does;
use crate::plan::{Filesystem, GuestBody, Image, Plan, Storage};

/// The edits that are done so.
fn done_by(edits: &[Meant], does: Does) -> impl Iterator<Item = &Edit> {
    edits.iter().filter(move |meant| meant.row.does == does).map(|meant| &meant.edit)
}

fn new_filesystem<'a>(edit: &Edit, plan: &'a Plan) -> Option<(&'a Storage, &'a Filesystem)> {
    plan.filesystems().find(|(_, filesystem)| filesystem.name == edit.name(1))
}

fn new_storage<'a>(edit: &Edit, plan: &'a Plan) -> Option<&'a Storage> {
    plan.storage.iter().find(|storage| storage.name == edit.name(0))
}

/// New DRBD resources, up to their first data.
pub(super) fn new_disks(edits: &[Meant], sides: &Sides) -> Vec<Step> {
    let new = done_by(edits, Does::AddStorage).filter_map(|edit| new_storage(edit, sides.new.plan));
    let steps = new.flat_map(|storage| {
        let name = storage.name.as_str();
        [
            node(Where::Both, &["drbd-metadata", name]),
            node(Where::Both, &["drbd-up", name]),
            node(FIRST, &["drbd-sync", name]),
        ]
    });
    steps.collect()
}

/// What is made or grows while the cluster runs: below the filesystems, and what needs them mounted.
pub(super) fn volumes(edits: &[Meant], sides: &Sides) -> (Vec<Step>, Vec<Step>) {
    let plan = sides.new.plan;
    let mut steps = Vec::new();
    let filesystem =
        |name: &str| ["logical-volume", "filesystem", "volume-done"].map(|step| node(FIRST, &[step, name]));
    for Meant { edit, row } in edits {
        match row.does {
            Does::GrowDisk => {
                let new = |one: &Filesystem| done_by(edits, Does::AddFilesystem).any(|edit| edit.name(1) == one.name);
                steps.extend(new_storage(edit, plan).iter().flat_map(|storage| grow_disk(plan, storage, new)));
            }
            Does::GrowVolume => {
                let grows = |storage: &Storage| done_by(edits, Does::GrowDisk).any(|edit| edit.name(0) == storage.name);
                let found = new_filesystem(edit, plan);
                steps.extend(found.iter().flat_map(|(storage, one)| grow(storage, one, grows(storage))));
            }
            Does::Journals => {
                let before = edit.old.as_u64().and_then(|number| u32::try_from(number).ok()).unwrap_or_default();
                steps.extend(new_filesystem(edit, plan).map(|(_, one)| journals(before, one)));
            }
            Does::AddStorage => {
                let Some(storage) = new_storage(edit, plan) else { continue };
                let name = storage.name.as_str();
                steps.push(node(FIRST, &["promoted", name]));
                steps.push(node(Where::Both, &["volume-manager"]));
                steps.push(node(FIRST, &["volume-group", name]));
                if lvmlockd(plan) {
                    steps.push(node(Where::Both, &["vg-lockstart", name]));
                }
                steps.extend(storage.filesystems.iter().flat_map(|one| filesystem(&one.name)));
            }
            Does::AddFilesystem => steps.extend(filesystem(edit.name(1))),
            _ => {}
        }
    }
    // Where the disk and a volume on it grow, the volume is named twice.
    let mut once: Vec<Step> = Vec::new();
    for step in steps {
        if !once.contains(&step) {
            once.push(step);
        }
    }
    once.sort_by_key(rank);
    once.into_iter().partition(|step| !matches!(step.what, What::Own("lv_refresh" | "gfs2_grow" | "journals", _)))
}

/// Room is made before it is used, and what takes a share of what is left comes last.
fn rank(step: &Step) -> u8 {
    match &step.what {
        What::Own("grown" | "resize", _) => 0,
        What::Own("extend", view) if view["bytes"].is_u64() => 1,
        What::Own("extend", _) => 3,
        _ => 2,
    }
}

/// The DRBD resources, by their new names, whose volume groups were there before.
pub(super) fn old_groups<'a>(edits: &'a [Meant], sides: &Sides<'a>) -> impl Iterator<Item = &'a str> {
    let new = |name: &str| done_by(edits, Does::AddStorage).any(|edit| edit.name(0) == name);
    sides.new.plan.storage.iter().map(|storage| storage.name.as_str()).filter(move |name| !new(name))
}

/// Volume groups, volumes and lock tables that get another name while nobody uses them.
pub(super) fn renamed(edits: &[Meant], sides: &Sides, needs: &Needs) -> Vec<Step> {
    let (old, new) = (sides.old.plan, sides.new.plan);
    let lvmlockd = lvmlockd(new);
    let mut steps = Vec::new();
    for edit in done_by(edits, Does::RenameBelow) {
        match edit.key.as_str() {
            "storage[].volume_group" => {
                let (from, to) = (edit.old.as_str().unwrap_or_default(), edit.new.as_str().unwrap_or_default());
                if lvmlockd {
                    let title = format!("the other node has no lock space of {from}");
                    steps.push(own(Where::Node(1), "lock_stop", title, json!({ "group": from })));
                }
                let view = json!({ "old": from, "new": to, "lvmlockd": lvmlockd });
                steps.push(own(FIRST, "vg_rename", format!("the volume group {from} is called {to}"), view));
            }
            "storage[].filesystems[].logical_volume" => {
                let Some((storage, _)) = new_filesystem(edit, new) else { continue };
                let (from, to) = (edit.old.as_str().unwrap_or_default(), edit.new.as_str().unwrap_or_default());
                let view = json!({ "group": storage.volume_group, "old": from, "new": to, "lvmlockd": lvmlockd });
                steps.push(own(FIRST, "lv_rename", format!("the volume {from} is called {to}"), view));
            }
            _ => {}
        }
    }
    let tables = new.filesystems().filter(|(_, one)| {
        let before = old_name(edits, "storage[].filesystems[].name", &one.name);
        old.filesystems().any(|(_, old)| old.name == before && old.lock_table != one.lock_table)
    });
    steps.extend(tables.filter(|_| !needs.install).map(|(storage, one)| lock_table(storage, one, lvmlockd)));
    steps
}

fn lock_table(storage: &Storage, filesystem: &Filesystem, lvmlockd: bool) -> Step {
    let view = json!({
        "group": storage.volume_group,
        "volume": filesystem.logical_volume,
        "device": filesystem.device,
        "table": filesystem.lock_table,
        "lvmlockd": lvmlockd,
    });
    own(FIRST, "lock_table", format!("the lock table is {}", filesystem.lock_table), view)
}

/// What is destroyed, when nothing uses it any more.
pub(super) fn destroyed(edits: &[Meant], sides: &Sides) -> Vec<Step> {
    let plan = sides.old.plan;
    let volumes = done_by(edits, Does::RemoveFilesystem).filter_map(|edit| old_filesystem(edits, edit, plan));
    let mut steps: Vec<Step> = volumes
        .map(|(storage, filesystem)| {
            let view = json!({
                "group": storage.volume_group,
                "volume": filesystem.logical_volume,
                "device": filesystem.device,
                "lvmlockd": lvmlockd(plan),
            });
            own(FIRST, "lv_remove", format!("the volume of {} is gone, with all that was on it", filesystem.name), view)
        })
        .collect();
    for storage in done_by(edits, Does::RemoveStorage).filter_map(|edit| old_storage(edits, edit, plan)) {
        let disks = plan.nodes.iter().zip(&storage.disks);
        let lines = disks.map(|(node, disk)| format!("on {}: wipefs -a {disk}", node.name));
        let title = format!("the disks of {} are erased, or kept: nothing here needs them any more", storage.name);
        steps.push(hand(title, lines.collect()));
    }
    steps
}

/// Images that grow, move, or change their format, while their guests are off.
pub(super) fn images(edits: &[Meant], sides: &Sides) -> Vec<Step> {
    let mut steps = Vec::new();
    for edit in done_by(edits, Does::Images).filter(|edit| edit.names.len() == 2) {
        let old_guest = old_name(edits, "vms[].name", edit.name(0));
        let old_file = old_name(edits, "vms[].disks[].file", edit.name(1));
        let Some(before) = image(sides.old.plan, &old_guest, &old_file) else { continue };
        let Some(after) = image(sides.new.plan, edit.name(0), edit.name(1)) else { continue };
        let file = edit.name(1);
        if (&before.path, before.format) != (&after.path, after.format) {
            let view = json!({
                "old": before.path,
                "old_format": before.format.as_str(),
                "new_path": after.path,
                "format": after.format.as_str(),
                "same": before.path == after.path,
            });
            let step = own(FIRST, "image_copy", format!("{file} is copied; the old image stays"), view);
            if !steps.contains(&step) {
                steps.push(step);
            }
        }
        if after.size > before.size {
            let view: Value = json!({ "path": after.path, "format": after.format.as_str(), "bytes": after.size });
            steps.push(own(FIRST, "image_grow", format!("{file} is larger"), view));
        }
    }
    let mut once: Vec<Step> = Vec::new();
    for step in steps {
        if !once.contains(&step) {
            once.push(step);
        }
    }
    once
}

/// The image of a guest by its file's name.
fn image<'a>(plan: &'a Plan, guest: &str, file: &str) -> Option<&'a Image> {
    let guest = plan.guests.iter().find(|candidate| candidate.name == guest)?;
    match &guest.body {
        GuestBody::Described(machine) => {
            machine.images.iter().find(|image| image.path.rsplit('/').next() == Some(file))
        }
        GuestBody::Own(_) => None,
    }
}
