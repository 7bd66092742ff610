//! DRBD, logical volumes and filesystems.

use super::*;
use crate::plan::{Filesystem, Storage};

/// What needs a DRBD resource to be writable on the same node.
fn on_promoted(plan: &Plan, storage: &Storage, then: &str) -> [Statement; 2] {
    let drbd = ids::clone_of(&ids::drbd(&storage.name));
    let role = Some(plan.platform.pcs.roles.promoted);
    [
        Statement::Order(Order {
            first: drbd.clone(),
            first_action: "promote",
            then: then.to_owned(),
            serialize: false,
        }),
        Statement::Colocation(Colocation { resource: then.to_owned(), with: drbd, role }),
    ]
}

pub(super) fn drbd(plan: &Plan) -> Script {
    let blocks = plan.storage.iter().map(|storage| {
        let why = format!(
            "{}: promoted on both nodes. Each role has a monitor of its own, or one of them would have none.",
            storage.name
        );
        block(why, drbd_resource(plan, storage))
    });
    Script {
        file: "40-drbd.sh",
        about: "The replicated disks. Promotion waits until DRBD's fence handler must have ended.",
        blocks: blocks.collect(),
    }
}

fn drbd_resource(plan: &Plan, storage: &Storage) -> Vec<Statement> {
    let pcs = &plan.platform.pcs;
    let id = ids::drbd(&storage.name);
    let operations = vec![
        op("demote", plan.budget.drbd),
        Operation { role: Some(pcs.roles.promoted), ..monitor(29, 20) },
        Operation { role: Some(pcs.roles.unpromoted), ..monitor(31, 20) },
        op("notify", 90),
        op("promote", plan.budget.drbd),
        op("start", 240),
        op("stop", plan.budget.drbd),
    ];
    let (max, node_max) = match pcs.promotable {
        Promotable::Clone => ("promoted-max", "promoted-node-max"),
        Promotable::Master => ("master-max", "master-node-max"),
    };
    let meta = pairs(&[
        ("clone-max", "2"),
        ("clone-node-max", "1"),
        ("interleave", "true"),
        ("notify", "true"),
        (max, "2"),
        (node_max, "1"),
    ]);
    vec![
        Statement::Primitive(ocf(&id, "linbit", "drbd", pairs(&[("drbd_resource", &storage.name)]), operations)),
        Statement::Clone(CloneOf { of: id, promotable: Some(pcs.promotable), meta }),
    ]
}

pub(super) fn storage(plan: &Plan) -> Script {
    let blocks = match plan.platform.locking {
        Locking::Lvmlockd => lvmlockd_storage(plan),
        Locking::Clvmd => clvmd_storage(plan),
    };
    Script {
        file: "50-storage.sh",
        about: "Logical volumes and filesystems, each with what it has to wait for.",
        blocks,
    }
}

fn lvmlockd_storage(plan: &Plan) -> Vec<Block> {
    let mut blocks = Vec::new();
    for storage in &plan.storage {
        for (position, filesystem) in storage.filesystems.iter().enumerate() {
            let group = storage_id(plan, &filesystem.name);
            let clone = ids::clone_of(&group);
            let locking = ids::clone_of(ids::LOCKING);
            let [order, colocation] = on_promoted(plan, storage, &clone);
            blocks.push(block(
                format!("{}: the volume is activated, then mounted.", filesystem.name),
                vec![
                    member(logical_volume(storage, filesystem), &group),
                    member(mount(filesystem), &group),
                    cloned(&group),
                ],
            ));
            blocks.push(block(
                format!("{}: only where locks work and {} is writable.", filesystem.name, storage.name),
                vec![after(&locking, &clone), order, with(&clone, &locking), colocation],
            ));
            let others = storage.filesystems[..position].iter().map(|other| {
                let first = ids::clone_of(&storage_id(plan, &other.name));
                Statement::Order(Order { first, first_action: "start", then: clone.clone(), serialize: true })
            });
            let serialized: Vec<Statement> = others.collect();
            if !serialized.is_empty() {
                let why = format!(
                    "{}: never started together with another volume of {}, because each starts the group's lock space.",
                    filesystem.name, storage.volume_group
                );
                blocks.push(block(why, serialized));
            }
        }
    }
    blocks
}

fn clvmd_storage(plan: &Plan) -> Vec<Block> {
    let operations = vec![vital(30, 90), op("start", 90), op("stop", 90)];
    let clvmd = ocf(ids::CLVMD, "heartbeat", "clvm", Vec::new(), operations);
    let clone = ids::clone_of(ids::CLVMD);
    let dlm = ids::clone_of(ids::DLM);
    let mut waits = vec![after(&dlm, &clone), with(&clone, &dlm)];
    waits.extend(plan.storage.iter().flat_map(|storage| on_promoted(plan, storage, &clone)));
    let mut blocks = vec![
        block(
            "clvmd activates every clustered volume group when it starts, and only then.",
            vec![Statement::Primitive(clvmd), cloned(ids::CLVMD)],
        ),
        block("So it starts after the lock manager, and once every replicated disk is writable.", waits),
    ];
    for (_, filesystem) in plan.filesystems() {
        let id = storage_id(plan, &filesystem.name);
        let mounted = ids::clone_of(&id);
        blocks.push(block(
            format!("{}: mounted where clvmd has activated its volume.", filesystem.name),
            vec![Statement::Primitive(mount(filesystem)), cloned(&id), after(&clone, &mounted), with(&mounted, &clone)],
        ));
    }
    blocks
}

fn logical_volume(storage: &Storage, filesystem: &Filesystem) -> Primitive {
    let parameters = pairs(&[
        ("vgname", &storage.volume_group),
        ("lvname", &filesystem.logical_volume),
        ("vg_access_mode", "lvmlockd"),
        ("activation_mode", "shared"),
    ]);
    let operations = vec![monitor(30, 90), op("start", 90), op("stop", 90)];
    ocf(&ids::volume(&filesystem.name), "heartbeat", "LVM-activate", parameters, operations)
}

/// A mount. Its monitor fences: a filesystem that has withdrawn cannot be unmounted.
fn mount(filesystem: &Filesystem) -> Primitive {
    let options = filesystem.options.join(",");
    let mut parameters =
        vec![("device", filesystem.device.as_str()), ("directory", &filesystem.mount), ("fstype", "gfs2")];
    if !options.is_empty() {
        parameters.push(("options", &options));
    }
    let operations = vec![vital(10, 40), op("start", 60), op("stop", 60)];
    ocf(&ids::mount(&filesystem.name), "heartbeat", "Filesystem", pairs(&parameters), operations)
}
