//! What runs beside Pacemaker, and which cluster a filesystem is of.

use super::{Case, Findings};
use crate::import::describe::platform;

pub(super) fn look(case: &Case, findings: &mut Findings) {
    units(case, findings);
    tables(case, findings);
    for node in &case.seen.nodes {
        for device in &node.facts.mounted_at_boot {
            findings.at("mounted-at-boot", device.at, format!("`{}` is mounted at boot", device.text));
        }
    }
}

fn units(case: &Case, findings: &mut Findings) {
    let Some(row) = platform::find(case.seen).row else { return };
    for node in &case.seen.nodes {
        for (unit, why) in row.services.off {
            if let Some(word) = node.facts.units.get(*unit).filter(|word| word.text == "enabled") {
                let finding = findings.at("started-by-systemd", word.at, format!("`{unit}` is started at boot"));
                finding.notes.push((*why).to_owned());
            }
        }
    }
}

fn tables(case: &Case, findings: &mut Findings) {
    let name = case.seen.first(|node| node.corosync.as_ref()?.cluster_name.as_ref());
    let Some(name) = name else { return };
    let mut told = Vec::new();
    for gfs2 in case.seen.nodes.iter().flat_map(|node| node.facts.gfs2.values()) {
        let Some(table) = &gfs2.table else { continue };
        let first = table.text.split(':').next().unwrap_or_default();
        if first != name.text && !told.contains(&&table.text) {
            told.push(&table.text);
            let message = format!("the filesystem `{}` is not of the cluster `{}`", table.text, name.text);
            findings.both("lock-table-differs", table, name, case.files, message);
        }
    }
}
