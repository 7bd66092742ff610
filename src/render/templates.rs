//! Every template, built into the program.

/// Name and text of each template; the name is the path below `templates/`.
macro_rules! templates {
    ($($name:literal,)*) => {
        &[$(($name, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/", $name)))),*]
    };
}

/// Every template as (name, text), sorted by name. `GFS2GEN_BLESS=1 cargo test the_templates_are` rewrites the list.
#[rustfmt::skip]
pub static TEMPLATES: &[(&str, &str)] = templates![
    // list
    "_lib/change.sh.j2",
    "_lib/cib.sh.j2",
    "_lib/cib_change.sh.j2",
    "_lib/drbd.sh.j2",
    "_lib/driver.sh.j2",
    "_lib/facts.sh.j2",
    "_lib/laid.sh.j2",
    "_lib/links.sh.j2",
    "_lib/names.sh.j2",
    "_lib/remote.sh.j2",
    "_lib/steps.sh.j2",
    "_lib/units.sh.j2",
    "ansible/inventory.yml.j2",
    "ansible/site.yml.j2",
    "bootstrap/bootstrap.sh.j2",
    "change/adjust.sh.j2",
    "change/begin.sh.j2",
    "change/change.sh.j2",
    "change/cluster_stop.sh.j2",
    "change/copied.sh.j2",
    "change/corosync_reload.sh.j2",
    "change/do/adjust.sh.j2",
    "change/do/begin.sh.j2",
    "change/do/cluster_stop.sh.j2",
    "change/do/copied.sh.j2",
    "change/do/corosync_reload.sh.j2",
    "change/do/extend.sh.j2",
    "change/do/files_gone.sh.j2",
    "change/do/forget_node.sh.j2",
    "change/do/gfs2_grow.sh.j2",
    "change/do/grown.sh.j2",
    "change/do/image_copy.sh.j2",
    "change/do/image_grow.sh.j2",
    "change/do/journals.sh.j2",
    "change/do/keys.sh.j2",
    "change/do/lock_stop.sh.j2",
    "change/do/lock_table.sh.j2",
    "change/do/loud.sh.j2",
    "change/do/lv_refresh.sh.j2",
    "change/do/lv_remove.sh.j2",
    "change/do/lv_rename.sh.j2",
    "change/do/metadata.sh.j2",
    "change/do/quiet.sh.j2",
    "change/do/refresh.sh.j2",
    "change/do/remount.sh.j2",
    "change/do/resize.sh.j2",
    "change/do/standby.sh.j2",
    "change/do/start.sh.j2",
    "change/do/stop.sh.j2",
    "change/do/tree.sh.j2",
    "change/do/unstandby.sh.j2",
    "change/do/vg_cluster_name.sh.j2",
    "change/do/vg_rename.sh.j2",
    "change/do/vg_shared.sh.j2",
    "change/do/vg_unclustered.sh.j2",
    "change/end.sh.j2",
    "change/extend.sh.j2",
    "change/files_gone.sh.j2",
    "change/forget_node.sh.j2",
    "change/gfs2_grow.sh.j2",
    "change/grown.sh.j2",
    "change/hand.sh.j2",
    "change/image_copy.sh.j2",
    "change/image_grow.sh.j2",
    "change/journals.sh.j2",
    "change/lock_stop.sh.j2",
    "change/lock_table.sh.j2",
    "change/loud.sh.j2",
    "change/lv_refresh.sh.j2",
    "change/lv_remove.sh.j2",
    "change/lv_rename.sh.j2",
    "change/metadata.sh.j2",
    "change/quiet.sh.j2",
    "change/refresh.sh.j2",
    "change/remount.sh.j2",
    "change/resize.sh.j2",
    "change/standby.sh.j2",
    "change/start.sh.j2",
    "change/stop.sh.j2",
    "change/unstandby.sh.j2",
    "change/vg_cluster_name.sh.j2",
    "change/vg_rename.sh.j2",
    "change/vg_shared.sh.j2",
    "change/vg_unclustered.sh.j2",
    "cluster/cib.xml.j2",
    "cluster/configure.sh.j2",
    "corosync/corosync.corosync.j2",
    "corosync/dlm.dlm.j2",
    "corosync/dlm_fence.sh.j2",
    "drbd/drbd.drbd.j2",
    "drbd/fence_peer.sh.j2",
    "drbd/global_common.drbd.j2",
    "drbd/resource.res.j2",
    "firewall/gfs2gen.nft.j2",
    "firewall/service.xml.j2",
    "firewall/zone.xml.j2",
    "graph/chart.dot.j2",
    "graph/classes.mmd.j2",
    "graph/order.mmd.j2",
    "graph/picture.svg.j2",
    "graph/stack.mmd.j2",
    "graph/time.mmd.j2",
    "guests/domain.xml.j2",
    "host/gfs2gen.fstab.j2",
    "host/hosts.conf.j2",
    "host/modules.conf.j2",
    "host/multipath.multipath.j2",
    "host/sctp.conf.j2",
    "lvm/lvm.lvm.j2",
    "node/cluster.sh.j2",
    "node/drbd.sh.j2",
    "node/fencing.sh.j2",
    "node/guests.sh.j2",
    "node/host.sh.j2",
    "node/lvm.sh.j2",
    "node/node.sh.j2",
    "node/overlay.sh.j2",
    "node/record.sh.j2",
    "node/services.sh.j2",
    "node/undo.sh.j2",
    "runbook/RUNBOOK.md.j2",
    "runbook/alone.sh.j2",
    "runbook/bootstrap.sh.j2",
    "runbook/confirm.sh.j2",
    "runbook/constraint.sh.j2",
    "runbook/diagram.conf.j2",
    "runbook/disk.sh.j2",
    "runbook/fsck.sh.j2",
    "runbook/grow.sh.j2",
    "runbook/journal.sh.j2",
    "runbook/look.sh.j2",
    "runbook/move.sh.j2",
    "runbook/secrets.sh.j2",
    "runbook/split-brain.sh.j2",
    "runbook/ssh.sh.j2",
    "runbook/standby.sh.j2",
    "runbook/start.sh.j2",
    "runbook/steps.conf.j2",
    "runbook/stop-all.sh.j2",
    "runbook/unstandby.sh.j2",
    "runbook/unstop.sh.j2",
    "runbook/verify.sh.j2",
    "runbook/withdraw.sh.j2",
    "systemd/gfs2gen.preset.j2",
    "systemd/ordering.unit.j2",
    "systemd/tls_socket.unit.j2",
    "systemd/verify.service.j2",
    "systemd/verify.timer.j2",
    "teardown/teardown.sh.j2",
    "verify/checks.sh.j2",
    "verify/cib.sh.j2",
    "verify/verify.sh.j2",
    // end of list
];

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::super::Format;
    use super::TEMPLATES;

    const ROOT: &str = env!("CARGO_MANIFEST_DIR");

    fn on_disk(dir: &Path, names: &mut Vec<String>) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            let below = path.strip_prefix(Path::new(ROOT).join("templates")).unwrap();
            let name = below.to_str().unwrap().to_owned();
            if path.is_dir() {
                on_disk(&path, names);
            } else if !name.ends_with(".gitkeep") {
                names.push(name);
            }
        }
    }

    #[test]
    fn the_templates_are_the_files_on_disk() {
        let mut names = Vec::new();
        on_disk(&Path::new(ROOT).join("templates"), &mut names);
        names.sort();
        if std::env::var_os("GFS2GEN_BLESS").is_some() {
            let path = Path::new(ROOT).join("src/render/templates.rs");
            let text = fs::read_to_string(&path).unwrap();
            let (before, rest) = text.split_once("    // list\n").unwrap();
            let (_, after) = rest.split_once("    // end of list\n").unwrap();
            let list: String = names.iter().map(|name| format!("    {name:?},\n")).collect();
            let blessed = format!("{before}    // list\n{list}    // end of list\n{after}");
            if blessed != text {
                fs::write(&path, blessed).unwrap();
            }
            return;
        }
        let known: Vec<_> = TEMPLATES.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(known, names, "run `GFS2GEN_BLESS=1 cargo test the_templates_are`");
    }

    #[test]
    fn every_template_has_a_format() {
        for (name, _) in TEMPLATES {
            assert!(Format::of_template(name).is_some(), "the extension of {name} names no format");
        }
    }
}
