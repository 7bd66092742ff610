//! The proof of fencing, as bootstrap.sh and the playbook do it.

#[allow(dead_code, reason = "each test program uses its part of this")]
mod built;
#[allow(dead_code, reason = "each test program uses its part of this")]
mod nodes;
#[allow(dead_code, reason = "each test program uses its part of this")]
mod readers;

use std::fs;
use std::os::unix::fs::PermissionsExt;

use nodes::Nodes;

/// Nodes on which the cluster runs, and nothing on it yet.
fn running() -> Option<Nodes> {
    let nodes = Nodes::prepared()?;
    nodes.install();
    for name in ["server4", "server7"] {
        let conf = nodes.tree.join(format!("nodes/{name}/rootfs/etc/corosync/corosync.conf"));
        nodes.write("etc/corosync/corosync.conf", &fs::read_to_string(conf).unwrap(), 0o644);
    }
    nodes.write("etc/corosync/authkey", "key", 0o400);
    nodes.write("etc/modules-load.d/gfs2gen.conf", "kernel\n", 0o644);
    for unit in ["corosync", "pacemaker"] {
        nodes.write(&format!("units/{unit}.service/active"), "", 0o644);
    }
    for (path, (mode, bytes)) in built::files(&nodes.tree) {
        nodes.write(&format!("var/lib/gfs2gen/tree/{path}"), &String::from_utf8(bytes).unwrap(), mode);
    }
    Some(nodes)
}

/// Who was fenced, in order.
fn fenced(nodes: &Nodes) -> Vec<String> {
    let log = fs::read_to_string(nodes.at("log")).unwrap();
    log.lines().filter_map(|line| line.strip_prefix("fenced ")).map(str::to_owned).collect()
}

fn proven(nodes: &Nodes) -> [bool; 2] {
    ["server4", "server7"].map(|node| nodes.on(node, "var/lib/gfs2gen/fencing-proven").exists())
}

const PROVE: &[&str] = &["--only", "prove-fencing", "--prove-fencing"];

#[test]
fn each_node_is_fenced_once_and_comes_back_into_the_cluster() {
    let Some(nodes) = running() else { return };
    let (code, said) = nodes.run("bootstrap.sh", PROVE);
    assert_eq!(code, 0, "{said}");
    assert_eq!(fenced(&nodes), ["server7", "server4"], "{said}");
    assert_eq!(proven(&nodes), [true, true], "{said}");
    assert!(said.contains("server7: == cluster-start: done"), "{said}");

    let (code, said) = nodes.run("bootstrap.sh", PROVE);
    assert_eq!((code, fenced(&nodes).len()), (0, 2), "{said}");
    assert!(said.contains("== prove-fencing: already done\ngfs2gen: unchanged\n"), "{said}");

    // Cut off between the two, only the other one is fenced.
    fs::remove_file(nodes.on("server4", "var/lib/gfs2gen/fencing-proven")).unwrap();
    let (code, said) = nodes.run("bootstrap.sh", PROVE);
    assert_eq!((code, fenced(&nodes).len(), proven(&nodes)), (0, 3, [true, true]), "{said}");
    assert_eq!(fenced(&nodes)[2], "server4", "{said}");
}

fn guests_run_on(nodes: &Nodes) {
    let virsh = nodes.at("bin/virsh");
    fs::write(&virsh, "#!/bin/bash\nif [ $(uname -n) = server7 ]; then echo web; fi\n").unwrap();
    fs::set_permissions(&virsh, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_node_that_holds_data_is_not_fenced_for_a_trial() {
    let Some(nodes) = running() else { return };
    guests_run_on(&nodes);
    let (code, said) = nodes.run("bootstrap.sh", PROVE);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("guests are running here"), "{said}");
    assert_eq!((fenced(&nodes).len(), proven(&nodes)), (0, [false, false]), "{said}");
}

#[test]
fn an_agent_that_lies_proves_nothing() {
    let Some(nodes) = running() else { return };
    fs::write(nodes.at("lies"), "").unwrap();
    // Not a quarter of an hour.
    let script = nodes.tree.join("bootstrap.sh");
    let text = fs::read_to_string(&script).unwrap();
    let (before, after) = text.split_once("back() {\n    local end=$((SECONDS + ").unwrap();
    let (_, after) = after.split_once("))").unwrap();
    fs::write(&script, format!("{before}back() {{\n    local end=$((SECONDS + 1)){after}")).unwrap();
    let (code, said) = nodes.run("bootstrap.sh", PROVE);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("server7 has not booted again since before-fencing"), "{said}");
    assert_eq!((fenced(&nodes).len(), proven(&nodes)), (1, [false, false]), "{said}");
}

#[test]
fn the_playbook_does_the_same() {
    let Some(nodes) = running() else { return };
    let from = ["--start-at-task", "See that no node is to watch its own fencing", "-e", "gfs2gen_prove_fencing=true"];
    guests_run_on(&nodes);
    let Some((code, said)) = nodes.playbook(&from) else { return };
    assert!(code == 2 && said.contains("guests are running here"), "{said}");
    assert_eq!((fenced(&nodes).len(), proven(&nodes)), (0, [false, false]), "{said}");

    fs::remove_file(nodes.at("bin/virsh")).unwrap();
    let (code, said) = nodes.playbook(&from).unwrap();
    // After that come disks, which these nodes do not have.
    assert!(code == 2 && said.contains("TASK [Step drbd-metadata r0]"), "{said}");
    assert_eq!(
        (fenced(&nodes), proven(&nodes)),
        (vec!["server7".to_owned(), "server4".to_owned()], [true, true]),
        "{said}"
    );
    let (_, said) = nodes.playbook(&from).unwrap();
    assert_eq!(fenced(&nodes).len(), 2, "{said}");
}
