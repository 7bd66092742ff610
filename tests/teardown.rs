//! What teardown.sh leaves of a bootstrap, whole or cut off: nothing, and the next bootstrap can begin.

#[allow(dead_code, reason = "each test program uses its part of this")]
mod built;
#[allow(dead_code, reason = "each test program uses its part of this")]
mod nodes;
#[allow(dead_code, reason = "each test program uses its part of this")]
mod readers;

use std::fs;

use nodes::Nodes;

const NODES: [&str; 2] = ["server4", "server7"];
const TEARDOWN: &[&str] = &["--destroy-all-data=vcluster"];

/// The steps that change files, in their order.
const STEPS: &[&str] =
    &["packages", "make-keys", "take-keys", "overlay", "drbd-secret", "hosts", "services", "mountpoints"];

fn bootstrapped(nodes: &Nodes, steps: &[&str]) {
    for step in steps {
        let (code, said) = nodes.run("bootstrap.sh", &["--only", step]);
        assert_eq!(code, 0, "{step}: {said}");
    }
}

/// Every file but those of units and of packages, which stay.
fn files(nodes: &Nodes, node: &str) -> Vec<(String, u32, String)> {
    let all = nodes.files(node).into_iter();
    let ours = all.filter(|(path, ..)| !path.starts_with("units") && path != "etc/drbd.conf");
    ours.map(|(path, mode, bytes)| (path, mode, String::from_utf8(bytes).unwrap()))
        .filter(|(path, ..)| path != "run/gfs2gen.lock")
        .collect()
}

#[test]
fn a_bootstrap_that_was_cut_off_anywhere_is_undone() {
    for done in [0, 1, 4, STEPS.len()] {
        let Some(nodes) = Nodes::prepared() else { return };
        nodes.write("etc/lvm/lvm.conf", "mine\n", 0o640);
        nodes.write("etc/modules-load.d/mine.conf", "loop\n", 0o644);
        let before = NODES.map(|node| files(&nodes, node));
        bootstrapped(&nodes, &STEPS[..done]);
        let (code, said) = nodes.run("teardown.sh", TEARDOWN);
        assert_eq!(code, 0, "{done}: {said}");
        assert!(said.contains("gfs2gen: the cluster vcluster is gone"), "{said}");
        assert_eq!(NODES.map(|node| files(&nodes, node)), before, "{done}: {said}");
        for node in NODES {
            for unit in ["corosync", "pacemaker", "dlm", "lvmlockd"] {
                assert!(!nodes.on(node, &format!("units/{unit}.service/enabled")).exists(), "{done}: {unit}");
            }
            let conf = fs::read_to_string(nodes.on(node, "etc/drbd.conf")).unwrap_or_default();
            assert_eq!(conf, if done == 0 { "" } else { "the package's\n" });
        }

        let (code, said) = nodes.run("teardown.sh", TEARDOWN);
        assert!(code == 0 && !said.contains(": doing"), "{done}: {said}");
        let (code, said) = nodes.run("bootstrap.sh", &["--plan"]);
        assert_eq!(code, 0, "{done}: the next one can begin: {said}");
        assert!(said.contains("server7: == overlay: to do") || done == 0, "{done}: {said}");
    }
}

#[test]
fn services_stand_as_they_stood_and_what_people_made_stays() {
    let Some(nodes) = Nodes::prepared() else { return };
    let on = |unit: &str| {
        NODES.map(|node| ["enabled", "active"].map(|is| nodes.on(node, &format!("units/{unit}/{is}")).exists()))
    };
    nodes.install();
    nodes.write("installed", "", 0o644);
    for file in [
        "corosync.service/enabled",
        "corosync.service/active",
        "pacemaker.service/enabled",
        "dlm.service/enabled",
        "lvmlockd.service/enabled",
        "lvmlockd.service/active",
        "libvirt-guests.service/enabled",
    ] {
        nodes.write(&format!("units/{file}"), "", 0o644);
    }
    nodes.write("units/dlm.service/requires", "corosync.service", 0o644);
    nodes.write("etc/gfs2gen/secrets/drbd-r0", "ours", 0o600);
    bootstrapped(&nodes, &["default-cluster"]);
    bootstrapped(&nodes, STEPS);
    assert_eq!(on("lvmlockd.service"), [[false; 2]; 2]);
    assert_eq!(on("gfs2gen-verify-r0.timer")[0], [true; 2]);
    let hosts = fs::read_to_string(nodes.on("server4", "etc/hosts")).unwrap();
    assert!(hosts.contains("gfs2gen begin"), "{hosts}");
    nodes.write("etc/hosts", &format!("{hosts}192.0.2.1 added-since\n"), 0o644);
    nodes.write("srv/vms/by-hand", "kept", 0o644);

    let (code, said) = nodes.run("teardown.sh", TEARDOWN);
    assert_eq!(code, 0, "{said}");
    assert_eq!(on("lvmlockd.service"), [[true; 2]; 2], "{said}");
    assert_eq!(on("libvirt-guests.service"), [[true, false]; 2], "{said}");
    for unit in ["corosync.service", "pacemaker.service", "dlm.service", "gfs2gen-verify-r0.timer"] {
        assert_eq!(on(unit), [[false; 2]; 2], "{unit}: {said}");
    }
    for node in NODES {
        let read = |path: &str| fs::read_to_string(nodes.on(node, path)).unwrap();
        assert_eq!(read("etc/hosts"), "127.0.0.1 localhost\n192.0.2.1 added-since\n", "{said}");
        assert_eq!((read("etc/gfs2gen/secrets/drbd-r0"), read("srv/vms/by-hand")), ("ours".into(), "kept".into()));
        assert!(!nodes.on(node, "etc/corosync/authkey").exists() && !nodes.on(node, "var/lib/gfs2gen").exists());
    }
    assert!(said.contains("/srv/vms stays, because something is in it"), "{said}");
}

#[test]
fn a_disk_with_volumes_is_blank_for_the_next_bootstrap() {
    let Some(nodes) = Nodes::prepared() else { return };
    bootstrapped(&nodes, STEPS);
    nodes.write("up", "", 0o644);
    nodes.write("wipefs", "0x218,5V7v,,LVM2_member\n0x3fffeff8,1234,,drbd\n", 0o644);
    nodes.write("log", "", 0o644);
    let (code, said) = nodes.run("teardown.sh", TEARDOWN);
    assert_eq!(code, 0, "{said}");
    for node in NODES {
        assert_eq!(
            fs::read_to_string(nodes.on(node, "log")).unwrap(),
            "drbdadm down r0\n\
             vgchange -q -y --lock-type none --lockopt force vg_r0\n\
             lvchange -ay vg_r0/lv_vms\n\
             wipefs -q -a -- /dev/vg_r0/lv_vms\n\
             lvchange -an vg_r0/lv_vms\n\
             lvremove -q -f vg_r0/lv_vms\n\
             vgremove -q vg_r0\n\
             pvremove -q DISK\n\
             drbdadm -- --force wipe-md r0\n"
                .replace("DISK", nodes.on(node, "disk").to_str().unwrap())
        );
    }
    let (code, said) = nodes.run("bootstrap.sh", &["--plan"]);
    assert!(code == 0 && said.contains("server7: == drbd-metadata r0: to do"), "{said}");
}

#[test]
fn what_is_not_ours_on_the_disk_is_left_and_told() {
    let Some(nodes) = Nodes::prepared() else { return };
    bootstrapped(&nodes, STEPS);
    nodes.write("wipefs", "0x438,1234,,ext4\n0x3fffeff8,1234,,drbd\n", 0o644);
    let (code, said) = nodes.run("teardown.sh", TEARDOWN);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("still carries the signatures above"), "{said}");
    assert!(nodes.on("server4", "var/lib/gfs2gen/created").exists(), "the files come after the disks");
}
