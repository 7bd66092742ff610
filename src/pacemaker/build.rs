//! From the plan to the statements.

use super::*;
use crate::plan::{FenceDevice, Filesystem, Guest, Plan, Storage};
use crate::platform::{FenceDelay, Locking};

/// The configuration of a plan.
pub fn configure(plan: &Plan) -> Configuration {
    let all = [properties(plan), fencing(plan), locking(plan), drbd(plan), storage(plan), guests(plan)];
    let last = [preferences(plan), alerts(plan)];
    Configuration {
        platform: plan.platform,
        nodes: std::array::from_fn(|index| (plan.nodes[index].id, plan.nodes[index].name.clone())),
        scripts: all.into_iter().chain(last).filter(|script| !script.blocks.is_empty()).collect(),
    }
}

fn block(why: impl Into<String>, statements: Vec<Statement>) -> Block {
    Block { why: why.into(), statements }
}

fn pairs(list: &[(&str, &str)]) -> Pairs {
    let mut pairs: Pairs = list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    pairs.sort();
    pairs
}

fn op(name: &'static str, timeout_s: u64) -> Operation {
    Operation { name, interval_s: 0, timeout_s, role: None, on_fail: None }
}

fn monitor(interval_s: u64, timeout_s: u64) -> Operation {
    Operation { name: "monitor", interval_s, timeout_s, role: None, on_fail: None }
}

/// The monitor of what the node cannot go on without: its failure leaves locks behind that only fencing frees.
fn vital(interval_s: u64, timeout_s: u64) -> Operation {
    Operation { on_fail: Some("fence"), ..monitor(interval_s, timeout_s) }
}

fn ocf(id: &str, provider: &'static str, agent: &str, parameters: Pairs, operations: Vec<Operation>) -> Primitive {
    Primitive {
        id: id.to_owned(),
        class: "ocf",
        provider: Some(provider),
        agent: agent.to_owned(),
        parameters,
        operations,
        meta: Vec::new(),
        group: None,
    }
}

fn member(primitive: Primitive, group: &str) -> Statement {
    Statement::Primitive(Primitive { group: Some(group.to_owned()), ..primitive })
}

/// A plain clone. Interleaved: an instance waits only for the others on its own node, so a node that comes back does not
/// restart anything on the node that stayed.
fn cloned(of: &str) -> Statement {
    Statement::Clone(CloneOf { of: of.to_owned(), promotable: None, meta: pairs(&[("interleave", "true")]) })
}

fn after(first: &str, then: &str) -> Statement {
    let (first, then) = (first.to_owned(), then.to_owned());
    Statement::Order(Order { first, first_action: "start", then, serialize: false })
}

fn with(resource: &str, with: &str) -> Statement {
    Statement::Colocation(Colocation { resource: resource.to_owned(), with: with.to_owned(), role: None })
}

/// What needs a DRBD resource to be writable on the same node.
fn on_promoted(plan: &Plan, storage: &Storage, then: &str) -> [Statement; 2] {
    let drbd = clone_of(&drbd_id(storage));
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

fn drbd_id(storage: &Storage) -> String {
    format!("drbd-{}", storage.name)
}

/// The resource or group that is cloned for a filesystem.
fn storage_id(plan: &Plan, filesystem: &str) -> String {
    match plan.platform.locking {
        Locking::Lvmlockd => format!("storage-{filesystem}"),
        Locking::Clvmd => format!("fs-{filesystem}"),
    }
}

fn properties(plan: &Plan) -> Script {
    let property = |name: &str, value: &str| vec![Statement::Property(name.to_owned(), value.to_owned())];
    let default = |name: &str, value: &str| vec![Statement::Default(name.to_owned(), value.to_owned())];
    let stonith_timeout = format!("{}s", plan.budget.stonith_timeout);
    Script {
        file: "10-properties.sh",
        about: "Properties of the cluster and defaults of its resources.",
        blocks: vec![
            block(
                "GFS2 and DLM cannot be stopped without quorum: freeze until it is back or this node is fenced.",
                property("no-quorum-policy", "freeze"),
            ),
            block("Without fencing a lost node could still write to both disks.", property("stonith-enabled", "true")),
            block(
                "As long as the slowest fence device takes, with its delay.",
                property("stonith-timeout", &stonith_timeout),
            ),
            block("After three failures on a node a resource leaves it.", default("migration-threshold", "3")),
            block(
                "A running guest stays where it is, unless something weighs more.",
                default("resource-stickiness", "100"),
            ),
        ],
    }
}

fn fencing(plan: &Plan) -> Script {
    let devices = plan.fence_devices().map(|(_, device)| Statement::Primitive(fence_device(plan, device))).collect();
    let avoids = plan.fence_devices().map(|(target, device)| {
        let (resource, node) = (device.name.clone(), plan.nodes[target].name.clone());
        Statement::Location(Location { resource, node, prefers: None })
    });
    let levels = plan.nodes.iter().flat_map(|node| {
        node.levels.iter().map(|level| {
            let devices = level.devices.iter().map(|device| device.name.clone()).collect();
            Statement::Level(Level { target: node.name.clone(), index: level.index, devices })
        })
    });
    Script {
        file: "20-fencing.sh",
        about: "What cuts a lost node's power, before anything that may need it.",
        blocks: vec![
            block(
                "One device shoots one node. Secrets are read on the node by the agent; none is in the CIB.",
                devices,
            ),
            block("A node cannot be relied on to shoot itself.", avoids.collect()),
            block("Level 2 is tried when level 1 failed; the devices of one level act together.", levels.collect()),
        ],
    }
}

/// Pacemaker's own default for an action: shorter only fails on busy controllers.
const FENCE_ACTION_S: u64 = 60;

fn fence_device(plan: &Plan, device: &FenceDevice) -> Primitive {
    // An agent that waits by itself needs time for that, too.
    let waits = match plan.platform.pacemaker.fence_delay {
        FenceDelay::AgentDelay => device.delay_s,
        FenceDelay::PcmkDelayBase => 0,
    };
    let mut options = device.options.clone();
    for name in ["pcmk_off_timeout", "pcmk_reboot_timeout"] {
        options.entry(name.into()).or_insert_with(|| format!("{}s", device.timeout_s + waits));
    }
    let timeout_s = device.timeout_s.max(FENCE_ACTION_S);
    Primitive {
        id: device.name.clone(),
        class: "stonith",
        provider: None,
        agent: device.agent.clone(),
        parameters: options.into_iter().collect(),
        operations: vec![monitor(60, timeout_s), op("start", timeout_s), op("stop", timeout_s)],
        meta: Vec::new(),
        group: None,
    }
}

fn locking(plan: &Plan) -> Script {
    // Timeouts are the agents' advice (their metadata).
    let operations = vec![vital(30, 20), op("start", 90), op("stop", 100)];
    let dlm = ocf("dlm", "pacemaker", "controld", Vec::new(), operations);
    let statements = match plan.platform.locking {
        Locking::Clvmd => vec![Statement::Primitive(dlm), cloned("dlm")],
        Locking::Lvmlockd => {
            let operations = vec![vital(30, 90), op("start", 90), op("stop", 90)];
            let lvmlockd = ocf("lvmlockd", "heartbeat", "lvmlockd", Vec::new(), operations);
            vec![member(dlm, "locking"), member(lvmlockd, "locking"), cloned("locking")]
        }
    };
    let why = "Not behind DRBD: a node whose disk fails keeps its locks. One that loses its lock manager is fenced.";
    Script { file: "30-locking.sh", about: "The lock manager, on both nodes.", blocks: vec![block(why, statements)] }
}

fn drbd(plan: &Plan) -> Script {
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
    let id = drbd_id(storage);
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

fn storage(plan: &Plan) -> Script {
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
            let clone = clone_of(&group);
            let locking = clone_of("locking");
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
                let first = clone_of(&storage_id(plan, &other.name));
                Statement::Order(Order { first, first_action: "start", then: clone.clone(), serialize: true })
            });
            let serialized: Vec<Statement> = others.collect();
            if !serialized.is_empty() {
                let why = format!(
                    "{}: not while another volume of {} stops, because its last one takes the lock space away.",
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
    let clvmd = ocf("clvmd", "heartbeat", "clvm", Vec::new(), operations);
    let clone = clone_of("clvmd");
    let dlm = clone_of("dlm");
    let mut waits = vec![after(&dlm, &clone), with(&clone, &dlm)];
    waits.extend(plan.storage.iter().flat_map(|storage| on_promoted(plan, storage, &clone)));
    let mut blocks = vec![
        block(
            "clvmd activates every clustered volume group when it starts, and only then.",
            vec![Statement::Primitive(clvmd), cloned("clvmd")],
        ),
        block("So it starts after the lock manager, and once every replicated disk is writable.", waits),
    ];
    for (_, filesystem) in plan.filesystems() {
        let id = storage_id(plan, &filesystem.name);
        let mounted = clone_of(&id);
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
    ocf(&format!("lv-{}", filesystem.name), "heartbeat", "LVM-activate", parameters, operations)
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
    ocf(&format!("fs-{}", filesystem.name), "heartbeat", "Filesystem", pairs(&parameters), operations)
}

/// What the agent needs after a guest's time to shut down is over, to destroy it.
const DESTROY_S: u64 = 30;

fn guest_id(guest: &Guest) -> String {
    format!("vm-{}", guest.name)
}

fn guests(plan: &Plan) -> Script {
    let blocks = plan.guests.iter().map(|guest| {
        let id = guest_id(guest);
        let mut statements = vec![Statement::Primitive(virtual_domain(plan, guest))];
        for filesystem in &guest.filesystems {
            let clone = clone_of(&storage_id(plan, filesystem));
            statements.extend([after(&clone, &id), with(&id, &clone)]);
        }
        block(
            format!("{}: moves while it runs, and runs only where its filesystems are mounted.", guest.name),
            statements,
        )
    });
    Script { file: "60-vms.sh", about: "The guests.", blocks: blocks.collect() }
}

fn virtual_domain(plan: &Plan, guest: &Guest) -> Primitive {
    let config = format!("/etc/gfs2gen/domains/{}.xml", guest.name);
    let suffix = plan.migration.suffix();
    let transport = match plan.migration.transport {
        crate::model::Transport::Ssh => "ssh",
        crate::model::Transport::Tls => "tls",
    };
    let mut parameters = vec![
        ("config", config.as_str()),
        ("hypervisor", "qemu:///system"),
        ("migration_transport", transport),
        ("migration_network_suffix", &suffix),
    ];
    parameters.extend(plan.platform.guests.agent_options);
    let operations = vec![
        op("migrate_from", guest.migrate_to_s),
        op("migrate_to", guest.migrate_to_s),
        monitor(10, 30),
        op("start", 120),
        op("stop", guest.shutdown_s + DESTROY_S),
    ];
    let meta = pairs(&[("allow-migrate", "true"), ("priority", "10")]);
    Primitive { meta, ..ocf(&guest_id(guest), "heartbeat", "VirtualDomain", pairs(&parameters), operations) }
}

/// Less than the stickiness: a guest that runs is not moved back for it.
const PREFERENCE: u32 = 50;

fn preferences(plan: &Plan) -> Script {
    let prefers = plan.guests.iter().filter_map(|guest| {
        let (resource, node) = (guest_id(guest), guest.prefer.clone()?);
        Some(Statement::Location(Location { resource, node, prefers: Some(PREFERENCE) }))
    });
    let statements: Vec<Statement> = prefers.collect();
    let why = "Where a guest starts when both nodes are there. It weighs less than staying, so nothing moves back.";
    let blocks = if statements.is_empty() { Vec::new() } else { vec![block(why, statements)] };
    Script { file: "70-constraints.sh", about: "Where guests would rather run.", blocks }
}

fn alerts(plan: &Plan) -> Script {
    let blocks = plan.mail.iter().map(|mail| {
        let id = String::from("alert-smtp");
        let path = String::from("/var/lib/pacemaker/alert_smtp.sh");
        let recipient = Recipient { id: format!("{id}-root"), alert: id.clone(), value: mail.clone() };
        let alert = Alert { id, path, options: pairs(&[("email_sender", mail)]) };
        let why = "Sent from the address that it goes to, so that what bounces is seen, too.";
        block(why, vec![Statement::Alert(alert), Statement::Recipient(recipient)])
    });
    Script {
        file: "80-alerts.sh",
        about: "Mail when a node is lost, fenced, or a resource fails.",
        blocks: blocks.collect(),
    }
}
