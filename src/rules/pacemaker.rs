//! Family GFS7xx: Pacemaker. Nearly all of it is made, not written; what is left are times.

use super::{Findings, rules};
use crate::diag::At;
use crate::path::Path;
use crate::plan::Plan;

rules! {
    "GFS701" "shutdown-out-of-range" Warning Plan(shutdown): "a guest has too little time to shut down, or more than a node has";
    "GFS702" "endless-migration" Warning Plan(migration): "moving a guest takes longer than a node has to shut down";
}

/// The VirtualDomain agent's advice for stop is 90 s (its metadata), of which 30 s are for destroying the guest.
const LEAST_S: u64 = 60;
/// After so long Pacemaker's shutdown of a node is given up, and what runs there is fenced (its property shutdown-escalation).
const NODE_S: u64 = 20 * 60;

fn shutdown(plan: &Plan, findings: &mut Findings) {
    for guest in &plan.guests {
        let (found, help) = if guest.shutdown_s < LEAST_S {
            ("too short", "a guest that is not off by then is destroyed, as if its power failed: the default is `180s`")
        } else if guest.shutdown_s + 30 > NODE_S {
            ("too long", "Pacemaker gives a node 20min to shut down: what still runs then is fenced with it")
        } else {
            continue;
        };
        findings
            .value(guest.at.key("shutdown"), format!("`{}` has {} s to shut down", guest.name, guest.shutdown_s))
            .set_label(found)
            .add_help(help);
    }
}

fn migration(plan: &Plan, findings: &mut Findings) {
    let speed = &plan.migration;
    for guest in plan.guests.iter().filter(|guest| guest.migrate_to_s > NODE_S) {
        let mbit = speed.speed / 1_000_000;
        let found = findings
            .value(guest.at.key("memory"), format!("moving `{}` may take {} min", guest.name, guest.migrate_to_s / 60));
        found.set_label(format!("{} GiB", guest.memory >> 30));
        if speed.speed_written {
            let at = At::value(Path::root().key("migration").key("speed"));
            found.add_label(at, format!("over {mbit} Mbit per second"));
        } else {
            found.add_help(format!(
                "the link counts as {mbit} Mbit per second, the default: if it is faster, write `migration: {{ speed: 10Gbit }}`"
            ));
        }
        found.add_help("a node has 20min to shut down, and is fenced with what still runs there then");
    }
}
