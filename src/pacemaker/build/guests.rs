//! Guests, and where they would rather run.

use super::*;
use crate::plan::Guest;

/// What the agent needs after a guest's time to shut down is over, to destroy it.
const DESTROY_S: u64 = 30;

pub(super) fn guests(plan: &Plan) -> Script {
    let blocks = plan.guests.iter().map(|guest| {
        let id = ids::guest(&guest.name);
        let mut statements = vec![Statement::Primitive(virtual_domain(plan, guest))];
        for filesystem in &guest.filesystems {
            let clone = ids::clone_of(&storage_id(plan, filesystem));
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
    let transport = plan.migration.transport.as_str();
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
    Primitive { meta, ..ocf(&ids::guest(&guest.name), "heartbeat", "VirtualDomain", pairs(&parameters), operations) }
}

/// Less than the stickiness: a guest that runs is not moved back for it.
const PREFERENCE: u32 = 50;

pub(super) fn preferences(plan: &Plan) -> Script {
    let prefers = plan.guests.iter().filter_map(|guest| {
        let (resource, node) = (ids::guest(&guest.name), guest.prefer.clone()?);
        Some(Statement::Location(Location { resource, node, prefers: Some(PREFERENCE) }))
    });
    let statements: Vec<Statement> = prefers.collect();
    let why = "Where a guest starts when both nodes are there. It weighs less than staying, so nothing moves back.";
    let blocks = if statements.is_empty() { Vec::new() } else { vec![block(why, statements)] };
    Script { file: "70-constraints.sh", about: "Where guests would rather run.", blocks }
}
