//! The stack as a picture of characters: both nodes side by side, and between them what connects each layer.

use crate::plan::Plan;
use crate::platform::Locking;

/// How many guests are named before the rest is only counted.
const GUESTS_NAMED: usize = 3;

/// One line of a layer: what is on each node, and what connects the two.
struct Row {
    left: String,
    middle: String,
    right: String,
}

/// The lines of the picture; each begins and ends with a border.
pub(super) fn draw(plan: &Plan) -> Vec<String> {
    let layers = layers(plan);
    let rows = || layers.iter().flatten();
    let width = |cell: fn(&Row) -> &String| rows().map(|row| cell(row).chars().count()).max().unwrap_or_default();
    let (left, middle, right) = (width(|row| &row.left), width(|row| &row.middle), width(|row| &row.right));
    let border = format!("+{}+{}+{}+", "-".repeat(left + 2), " ".repeat(middle + 2), "-".repeat(right + 2));
    let mut lines = vec![border.clone()];
    for layer in &layers {
        for row in layer {
            lines.push(format!("| {:left$} | {:^middle$} | {:right$} |", row.left, row.middle, row.right));
        }
        lines.push(border.clone());
    }
    lines
}

fn layers(plan: &Plan) -> Vec<Vec<Row>> {
    let [first, second] = &plan.nodes;
    let mut layers = vec![vec![Row { left: first.name.clone(), middle: String::new(), right: second.name.clone() }]];
    if !plan.guests.is_empty() {
        let moves = format!("<-- live migration over {} -->", plan.migration.network.name);
        layers.push(vec![both(guests(plan), moves), both("KVM, QEMU, libvirt".into(), String::new())]);
    }
    let filesystem = |(_, filesystem): (_, &crate::plan::Filesystem)| {
        both(format!("GFS2 {} at {}", filesystem.name, filesystem.mount), "<== DLM ==>".into())
    };
    layers.push(plan.filesystems().map(filesystem).collect());
    let locks = match plan.platform.locking {
        Locking::Clvmd => "<== clvmd ==>",
        Locking::Lvmlockd => "<== lvmlockd ==>",
    };
    let volume = |(storage, filesystem): (&crate::plan::Storage, &crate::plan::Filesystem)| {
        both(format!("LVM {} in {}", filesystem.logical_volume, storage.volume_group), locks.into())
    };
    layers.push(plan.filesystems().map(volume).collect());
    let replicated = plan.storage.iter().map(|storage| {
        both(format!("DRBD {} {}", storage.name, storage.device()), format!("<== {} ==>", storage.network.name))
    });
    layers.push(replicated.collect());
    layers.push(plan.storage.iter().map(|storage| both(format!("disk of {}", storage.name), String::new())).collect());
    let links: Vec<&str> = plan.cluster.links.iter().map(|link| link.name.as_str()).collect();
    layers.push(vec![both("corosync, Pacemaker".into(), format!("<== {} ==>", links.join(", ")))]);
    layers
}

fn both(cell: String, middle: String) -> Row {
    // What a plain line cannot hold is only drawn otherwise; the tables have the names as they are.
    let cell: String = cell.chars().map(|c| if "#;\"'\\".contains(c) || c.is_control() { '?' } else { c }).collect();
    Row { left: cell.clone(), middle, right: cell }
}

fn guests(plan: &Plan) -> String {
    let named: Vec<&str> = plan.guests.iter().take(GUESTS_NAMED).map(|guest| guest.name.as_str()).collect();
    match plan.guests.len().saturating_sub(GUESTS_NAMED) {
        0 => format!("guests {}", named.join(", ")),
        more => format!("guests {} and {more} more", named.join(", ")),
    }
}
