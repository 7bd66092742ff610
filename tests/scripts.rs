//! The scripts as far as they can run without a cluster: what they list, what they refuse, how a step runs.

#[allow(dead_code)]
mod built;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use built::Built;

fn bash(script: &Path, words: &[&str]) -> Output {
    Command::new("bash").arg(script).args(words).output().unwrap()
}

fn lines(output: &Output) -> Vec<String> {
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

fn trees() -> Vec<Built> {
    built::all()
}

#[test]
fn every_step_of_the_bootstrap_is_a_step_of_the_node_or_a_script() {
    for tree in trees() {
        let listed = lines(&bash(&tree.root.join("bootstrap.sh"), &["--list"]));
        assert!(listed.len() > 20, "{}: {listed:?}", tree.name);
        let playbook = fs::read_to_string(tree.root.join("ansible/site.yml")).unwrap();
        for (node, _) in tree.overlays() {
            let script = tree.root.join("nodes").join(node).join("node.sh");
            let known = lines(&bash(&script, &["--list"]));
            for step in &listed {
                let elsewhere = step.starts_with("share-") || step == "prove-fencing";
                assert!(elsewhere || known.contains(step) || tree.root.join("cluster").join(step).is_file(), "{step}");
                assert!(step == "prove-fencing" || playbook.contains(&format!("name: \"{step}\"")), "{step}");
            }
        }
        for script in tree.ending(".sh").iter().filter(|path| path.parent().unwrap().ends_with("cluster")) {
            assert!(listed.contains(&script.file_name().unwrap().to_str().unwrap().to_owned()), "{}", script.display());
        }
    }
}

#[test]
fn fencing_is_proven_before_a_disk_is_written_and_constraints_come_with_what_they_hold() {
    for tree in trees() {
        let listed = lines(&bash(&tree.root.join("bootstrap.sh"), &["--list"]));
        let at =
            |start: &str| listed.iter().position(|step| step.starts_with(start)).unwrap_or_else(|| panic!("{start}"));
        assert!(at("20-fencing.sh") < at("fencing-status") && at("fencing-status") < at("prove-fencing"));
        assert!(at("prove-fencing") < at("fencing-proven") && at("fencing-proven") < at("drbd-metadata-"));
        assert!(at("drbd-metadata-") < at("drbd-up-") && at("drbd-up-") < at("first-sync-"));
        assert!(at("40-drbd.sh") < at("volume-group-") && at("volume-group-") < at("logical-volume-"));
        assert!(at("filesystem-") < at("50-storage.sh") && at("50-storage.sh") < at("filesystems-mounted"));
    }
}

#[test]
fn teardown_wants_the_clusters_name() {
    let tree = &trees()[0];
    let script = tree.root.join("teardown.sh");
    let without = bash(&script, &[]);
    assert_eq!(without.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&without.stderr).contains("--destroy-all-data="));
    let other = bash(&script, &["--destroy-all-data=another"]);
    assert_eq!(other.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&other.stderr).contains("not another"));
}

#[test]
fn a_node_that_is_another_is_refused_and_an_unknown_step_is_usage() {
    for tree in trees() {
        let (node, _) = tree.overlays().remove(0);
        let script = tree.root.join("nodes").join(&node).join("node.sh");
        assert_eq!(bash(&script, &["no-such-step"]).status.code(), Some(2));
        assert_eq!(bash(&script, &[]).status.code(), Some(2));
        if rustix::process::getuid().is_root() {
            let plan = bash(&script, &["--plan", "identity"]);
            let said = String::from_utf8_lossy(&plan.stderr);
            assert!(said.contains(&format!("not {node}")), "{said}");
            assert_eq!(lines(&plan).last().unwrap(), "gfs2gen: unchanged");
            assert_eq!(bash(&script, &["identity"]).status.code(), Some(1));
        }
    }
}

/// A step of files in the current folder: done if `done` is there, safe if `unsafe` is not.
const FAKE: &str = r#"set -eo pipefail
known=()
fake_probe() { echo probe; [ -e done ]; }
fake_gate() { echo gate; [ ! -e unsafe ] || { found 'it is not safe'; return 1; }; }
fake_do() { echo do; touch done; }
fake_check() { echo check; [ ! -e broken ]; }
if [ "${1:-}" = --plan ]; then planning=yes; fi
selected=(fake)
step other missing
step fake fake
echo "changed $changed"
"#;

#[test]
fn a_step_looks_asks_does_and_checks_and_does_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let library = include_str!("../templates/_lib/steps.sh.j2");
    fs::write(folder.path().join("fake.sh"), format!("{library}{FAKE}")).unwrap();
    let run = |words: &[&str]| {
        let output = Command::new("bash").arg("fake.sh").args(words).current_dir(folder.path()).output().unwrap();
        (output.status.code().unwrap(), lines(&output).join("|"))
    };
    let touch = |name: &str| fs::write(folder.path().join(name), "").unwrap();
    assert_eq!(run(&["--plan"]), (0, "probe|gate|== fake: to do|changed no".into()));
    touch("unsafe");
    assert_eq!(run(&["--plan"]), (0, "probe|gate|== fake: would stop, see above|changed no".into()));
    assert_eq!(run(&[]), (1, "probe|gate".into()));
    fs::remove_file(folder.path().join("unsafe")).unwrap();
    assert_eq!(run(&[]), (0, "probe|gate|== fake: doing|do|check|== fake: done|changed yes".into()));
    assert_eq!(run(&[]), (0, "probe|== fake: already done|changed no".into()));
    fs::remove_file(folder.path().join("done")).unwrap();
    touch("broken");
    assert_eq!(run(&[]), (1, "probe|gate|== fake: doing|do|check".into()));
}
