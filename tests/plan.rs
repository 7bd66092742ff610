//! `bootstrap.sh --plan`: what it says of two nodes, and that it leaves nothing on them.

#[allow(dead_code, reason = "each test program uses its part of this")]
mod built;
#[allow(dead_code, reason = "each test program uses its part of this")]
mod nodes;
#[allow(dead_code, reason = "each test program uses its part of this")]
mod readers;

use std::fs;
use std::os::unix::process::CommandExt;
use std::process::Stdio;
use std::time::Duration;

use nodes::Nodes;
use rustix::process::{Pid, Signal, kill_process_group};

const FRESH: &str = "\
== identity: already done
== packages: to do
== kernel: later: modprobe is not installed yet
== secrets: already done
== default-cluster: already done
== make-keys: to do
== take-keys: later: what came in holds no /etc/corosync/authkey; the step make-keys on server4 makes it; its node.sh keys-out is piped in
== overlay: later: pvs is not installed yet
== modules: later: the list of modules is missing; the step overlay brings it
== drbd-secret: later: /etc/gfs2gen/secrets/drbd-r0 is missing; the steps make-keys and take-keys bring it
== hosts: to do
== services: later: /etc/systemd/system-preset/10-gfs2gen.preset is missing; the step overlay brings it
== mountpoints: to do
== cluster-start: later: /etc/corosync/corosync.conf is not that of this tree; the step overlay brings it
== quorum: later: corosync and Pacemaker do not run as this cluster; the step cluster-start starts them
== 10-properties.sh: later: the cluster does not run here; the step cluster-start starts it
== 20-fencing.sh: later: the cluster does not run here; the step cluster-start starts it
== fencing-ready: to do
== fencing-proven: later: nobody has shown yet that these nodes can be fenced; bootstrap.sh --prove-fencing fences each once; \
if that was done by hand: bootstrap.sh --fencing-proven-by-hand
== drbd-metadata r0: to do
== drbd-up r0: later: drbdadm is not installed yet
== drbd-sync r0: later: drbdadm is not installed yet
== 30-locking.sh: later: the cluster does not run here; the step cluster-start starts it
== 40-drbd.sh: later: the cluster does not run here; the step cluster-start starts it
== promoted r0: to do
== volume-manager: to do
== volume-group r0: later: vgs is not installed yet
== vg-lockstart r0: later: drbdadm is not installed yet
== logical-volume vms: later: vgs is not installed yet
== filesystem vms: later: /dev/vg_r0/lv_vms is not there; the step logical-volume vms makes it
== volume-done vms: later: lvs is not installed yet
== 50-storage.sh: later: the cluster does not run here; the step cluster-start starts it
== mounted vms: to do
== settled: to do
";

/// The platforms whose scripts run here, with the program that they ask what DRBD does.
const SIMULATED: &[(&str, &str)] = &[("debian12", "drbdadm"), ("el9", "drbdsetup")];

#[test]
fn every_step_of_fresh_nodes_is_told_and_nothing_is_left_on_them() {
    for (platform, program) in SIMULATED {
        let asked = format!("vg-lockstart r0: later: {program}");
        every_step_is_told(platform, &FRESH.replace("vg-lockstart r0: later: drbdadm", &asked));
    }
}

fn every_step_is_told(platform: &str, fresh: &str) {
    let Some(nodes) = Nodes::prepared_on(platform) else { return };
    let before = ["server4", "server7"].map(|node| nodes.files(node));
    let (code, said) = nodes.run("bootstrap.sh", &["--plan"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.ends_with("gfs2gen: would change\n"), "{said}");
    let told: String =
        said.lines().filter_map(|line| line.strip_prefix("server4: ")).map(|line| format!("{line}\n")).collect();
    let first_only = |line: &&str| {
        !["make-keys", "quorum", "fencing-ready", "drbd-sync", "promoted", "volume-group", "settled", "logical-volume"]
            .iter()
            .chain(&["filesystem", "volume-done"])
            .any(|step| line.starts_with(&format!("== {step}")))
            && !line.contains(".sh: ")
    };
    let expected: String =
        fresh.lines().filter(|line| !line.starts_with("== take-keys")).map(|line| format!("{line}\n")).collect();
    assert_eq!(told, expected, "{said}");
    for line in fresh.lines().filter(first_only) {
        assert!(said.contains(&format!("server7: {line}\n")), "{line}: {said}");
    }
    assert!(said.contains("\n== prove-fencing: not asked for"), "{said}");
    assert!(!said.contains("not found") && !said.contains("No such file"), "{said}");
    assert_eq!(before, ["server4", "server7"].map(|node| nodes.files(node)), "{said}");
}

#[test]
fn each_platform_installs_with_its_own_program() {
    let Some(nodes) = Nodes::prepared_on("el9") else { return };
    let (code, said) = nodes.run("bootstrap.sh", &["--only", "packages"]);
    assert_eq!(code, 0, "{said}");
    let asked = fs::read_to_string(nodes.on("server7", "dnf")).unwrap();
    assert!(asked.starts_with("install -y -q --setopt=install_weak_deps=False corosync dlm drbd9x-utils "), "{asked}");
    let (_, said) = nodes.run("bootstrap.sh", &["--plan"]);
    assert!(said.contains("server7: == packages: already done\n"), "{said}");
}

#[test]
fn what_is_found_on_a_machine_blocks_and_the_rest_is_told_nevertheless() {
    let Some(nodes) = Nodes::prepared() else { return };
    fs::write(nodes.on("server7", "wipefs"), "disk 0x438 ext4 1234 home\n").unwrap();
    fs::write(nodes.on("server4", "addresses"), "192.168.11.4\n").unwrap();
    let (code, said) = nodes.run("bootstrap.sh", &["--plan", "--prove-fencing"]);
    assert_eq!(code, 1, "{said}");
    for line in [
        "server4: == identity: blocked: 10.10.10.4 is on no interface of this node; configure it, or correct the description\n",
        "server7: == identity: already done\n",
        "server4: == drbd-metadata r0: to do\n",
        "server7:    disk 0x438 ext4 1234 home\nserver7: == drbd-metadata r0: blocked: ",
        "\n== prove-fencing: to do\n",
        "server4: == settled: to do\n",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    assert!(said.ends_with("gfs2gen: blocked\n"), "{said}");
}

#[test]
fn a_plan_that_fails_or_is_broken_off_leaves_nothing_behind() {
    let Some(nodes) = Nodes::prepared() else { return };
    let before = ["server4", "server7"].map(|node| nodes.files(node));
    fs::write(nodes.at("fails-at"), "default-cluster").unwrap();
    let (code, said) = nodes.run("bootstrap.sh", &["--plan"]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("server4: stopped here"), "{said}");
    assert_eq!(before, ["server4", "server7"].map(|node| nodes.files(node)), "{said}");

    fs::remove_file(nodes.at("fails-at")).unwrap();
    fs::write(nodes.at("hangs-at"), "default-cluster").unwrap();
    let mut command = nodes.command("bootstrap.sh");
    let mut child = command.arg("--plan").stdout(Stdio::null()).process_group(0).spawn().unwrap();
    let hangs = nodes.at("hangs");
    while !hangs.exists() {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_ne!(before, ["server4", "server7"].map(|node| nodes.files(node)), "the tree is there for the time being");
    // As Ctrl-C does, but with a signal that is never ignored from the start, as INT is in what a shell runs in the background.
    kill_process_group(Pid::from_child(&child), Signal::TERM).unwrap();
    assert_ne!(child.wait().unwrap().code(), Some(0));
    assert_eq!(before, ["server4", "server7"].map(|node| nodes.files(node)));
}

#[test]
fn a_dry_run_of_the_playbook_says_the_same_and_leaves_nothing_either() {
    let Some(nodes) = Nodes::prepared() else { return };
    nodes.write("etc/gfs2gen/secrets/bmc-server4", "everybody's\n", 0o644);
    let before = ["server4", "server7"].map(|node| nodes.files(node));
    let Some((code, said)) = nodes.playbook(&["--check"]) else { return };
    let (_, planned) = nodes.run("bootstrap.sh", &["--plan"]);
    assert!(code == 2 && said.contains("== secrets: blocked: /etc/gfs2gen/secrets/bmc-server4"), "{said}");
    for node in ["server4", "server7"] {
        let open = |line: &&str| line.starts_with(&format!("{node}: == ")) && !line.ends_with(": already done");
        let recap = said.lines().rfind(|line| line.starts_with(node)).unwrap();
        assert!(recap.contains(&format!(" changed={} ", planned.lines().filter(open).count())), "{planned}{said}");
        // The same task fails on both: what is blocked is told at the end.
        assert!(recap.contains(" failed=1 "), "{recap}");
    }
    assert_eq!(before, ["server4", "server7"].map(|node| nodes.files(node)), "{said}");
}
