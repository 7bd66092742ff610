//! The script of a change: shellcheck takes it, every step has its four parts, and run where every program of a node is a fake (but
//! for Pacemaker's and pcs's own, on a CIB in a file) it does each thing once, also when it is cut off anywhere.

#[allow(dead_code)]
mod built;
mod edits;
#[allow(dead_code)]
mod readers;

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use edits::{FULL, LEGACY, edited};

const FAKE: &str = include_str!("change_script/fake");

/// Programs of a node that the fake stands for.
const FAKES: &[&str] = &[
    "blockdev",
    "cibadmin",
    "corosync-cfgtool",
    "corosync-cmapctl",
    "corosync-quorumtool",
    "crm_attribute",
    "crm_mon",
    "crm_node",
    "crm_resource",
    "crm_verify",
    "df",
    "drbdadm",
    "findmnt",
    "gfs2_edit",
    "gfs2_grow",
    "gfs2_jadd",
    "id",
    "lvchange",
    "lvextend",
    "lvs",
    "mount",
    "pcs",
    "ssh",
    "sync",
    "systemctl",
    "uname",
    "vgs",
];

/// Edits that are done while the cluster runs, together: what grows, what is mounted otherwise, a guest that starts anew, DRBD's
/// settings, a fence device.
const RUNNING: &[(&str, &str)] = &[
    ("size: 600GiB", "size: 700GiB"),
    ("journals: 3", "journals: 4"),
    ("commit=30", "commit=60"),
    ("memory: 16GiB", "memory: 24GiB"),
    ("max_rate: 400MiB", "max_rate: 300MiB"),
    ("secrets/bmc-beta", "secrets/ipmi-beta"),
    ("    prefer: alpha\n", "    prefer: beta\n"),
];

/// What else there is, in as few scripts as can hold it.
const OTHERS: &[&[(&str, &str)]] = &[
    &[
        ("- name: slow\n", "- name: cold\n"),
        ("volume_group: archive", "volume_group: attic"),
        ("{ name: iso, logical_volume: iso", "{ name: dvd, logical_volume: dvd"),
        ("filesystem: logs, file: web-logs.qcow2, size: 100GiB", "filesystem: vms, file: web-logs.qcow2, size: 120GiB"),
        ("  - name: legacy\n    domain: domains/legacy.xml\n", ""),
        ("size: 900GiB", "size: 1200GiB"),
        ("beta: eui.0025385b71b00d44", "beta: eui.0025385b71b00e55"),
        ("migration: { address: migration", "migration: { address: replication"),
        ("links: [cluster, replication]", "links: [cluster, replication, migration]"),
    ],
    &[
        ("name: rack12", "name: rack13"),
        ("name: beta\n", "name: gamma\n"),
        ("beta: /dev", "gamma: /dev"),
        ("beta: eui", "gamma: eui"),
        (
            "      - { name: iso, logical_volume: iso, size: 80%, mount: /srv/iso }",
            "      - { name: new, size: 80%, mount: /srv/new }",
        ),
    ],
    &[
        ("port: 7800", "port: 7801"),
        (
            "vms:\n",
            "  - { name: more, disk: /dev/disk/by-partlabel/more, filesystems: [ { name: more, mount: /srv/more } ] }\nvms:\n",
        ),
    ],
    &[("minor: 10", "minor: 11"), ("[noatime, commit=30]", "[noatime]")],
];

/// The folder in which a change is made: `old.yaml`, `new.yaml`, the new tree in `out`, `change.sh`.
struct Bench {
    folder: tempfile::TempDir,
    cluster: String,
}

impl Bench {
    fn new(edits: &[(&str, &str)]) -> Bench {
        Bench::with(edits, &[])
    }

    fn with(edits: &[(&str, &str)], options: &[&str]) -> Bench {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir(root.join("domains")).unwrap();
        for (name, text) in [("old.yaml", FULL), ("new.yaml", &edited(FULL, edits)), ("domains/legacy.xml", LEGACY)] {
            fs::write(root.join(name), text).unwrap();
        }
        let run = |words: &[&str]| {
            let output = built::gfs2gen().current_dir(root).args(words).output().unwrap();
            assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8(output.stdout).unwrap()
        };
        run(&["build", "-q", "old.yaml", "-o", "before"]);
        run(&["build", "-q", "new.yaml"]);
        let plan = ["plan", "--allow-destroy", "--format", "script", "before/rack12", "new.yaml"];
        let script = run(&[&plan[..], options].concat());
        let cluster =
            fs::read_dir(root.join("out")).unwrap().next().unwrap().unwrap().file_name().into_string().unwrap();
        fs::write(root.join("change.sh"), script).unwrap();
        Bench { folder, cluster }
    }

    fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn script(&self) -> String {
        fs::read_to_string(self.at("change.sh")).unwrap()
    }

    /// Two nodes on which every program is a fake, and the old configuration runs.
    fn nodes(&self) {
        let bin = self.at("bin");
        fs::create_dir(&bin).unwrap();
        write(&bin.join("fake"), FAKE);
        for name in FAKES {
            symlink("fake", bin.join(name)).unwrap();
        }
        for node in ["alpha", "beta"] {
            fs::create_dir_all(self.at(node)).unwrap();
            // The steps of node.sh have tests of their own.
            let said = "#!/bin/bash\n[ \"$1\" = --mode=plan ] || echo \"$(uname -n): node.sh ${*:2}\" >>\"$LAB/log\"\necho 'gfs2gen: unchanged'\n";
            write(&self.tree().join(format!("nodes/{node}/node.sh")), said);
        }
        write(&self.tree().join("verify.sh"), "#!/bin/bash\necho 'here: verify.sh' >>\"$LAB/log\"\n");
        fs::copy(self.at("before/rack12/cluster/cib.xml"), self.at("cib.xml")).unwrap();
        let script = self.script();
        let path = format!("export PATH={}:/usr/sbin:/usr/bin:/sbin:/bin", bin.display());
        let script = script.replace("export PATH=/usr/sbin:/usr/bin:/sbin:/bin", &path);
        let script = script.replace("STATE=/var/lib/gfs2gen\n", "STATE=state\n");
        let script = script.replace("/run/gfs2gen.lock", "lock");
        write(&self.at("change.sh"), &script);
    }

    fn tree(&self) -> PathBuf {
        self.at("out").join(&self.cluster)
    }

    /// Runs the script; what it says, with its exit code.
    fn run(&self, arguments: &[&str], fails_at: &str) -> (i32, String) {
        let mut command = Command::new("bash");
        command.arg(self.at("change.sh")).arg(self.tree()).args(arguments);
        command.env("LAB", self.folder.path()).env("FAILS_AT", fails_at);
        command.env("PATH", format!("{}:/usr/sbin:/usr/bin:/sbin:/bin", self.at("bin").display()));
        let output = command.output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.code().unwrap(), String::from_utf8(said).unwrap())
    }

    fn log(&self) -> Vec<String> {
        let log = fs::read_to_string(self.at("log")).unwrap_or_default();
        log.lines().map(str::to_owned).collect()
    }

    /// The log without what only looks: what node.sh and verify.sh were asked.
    fn done(&self) -> Vec<String> {
        self.log().into_iter().filter(|line| !line.contains("node.sh") && !line.contains("verify.sh")).collect()
    }
}

fn write(path: &Path, text: &str) {
    let _ = fs::remove_file(path);
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn shellcheck_takes_the_scripts_and_every_step_has_four_parts() {
    let Some(shellcheck) = readers::find("shellcheck") else { return };
    let mut kinds = BTreeSet::new();
    let machine: &[(&str, &str)] = &[("ip: 10.0.99.4,", "ip: 10.0.99.5,")];
    let all = OTHERS.iter().chain([&RUNNING]).map(|edits| (*edits, &[] as &[&str]));
    for (edits, options) in all.chain([(machine, &["--replaced", "alpha"] as &[&str])]) {
        let bench = Bench::with(edits, options);
        let output = Command::new(&shellcheck).arg(bench.at("change.sh")).output().unwrap();
        assert!(output.status.success(), "{edits:?}\n{}", String::from_utf8_lossy(&output.stdout));
        let script = bench.script();
        let list = Command::new("bash").arg(bench.tree().join("nodes/alpha/node.sh")).arg("--list").output().unwrap();
        let steps = String::from_utf8(list.stdout).unwrap();
        let (_, main) = script.split_once("\nmain() {").unwrap();
        let mut number = 0;
        for line in main.lines().map(str::trim) {
            let words: Vec<&str> = line.split(' ').collect();
            match words[..] {
                ["own", _, function, ..] | ["own_both", function, ..] if function.starts_with("step_") => {
                    let parts: &[&str] =
                        if function.ends_with("_cib") { &[""] } else { &["_probe", "_gate", "_do", "_check"] };
                    for part in parts {
                        assert!(script.contains(&format!("\n{function}{part}() {{")), "{function}{part}");
                    }
                    number += 1;
                }
                ["node", _, step, ..] | ["at_both", step, ..] => {
                    assert!(steps.lines().any(|known| known == step), "{step} is no step of node.sh");
                }
                _ => {}
            }
        }
        assert!(number > 3, "{main}");
        let json = built::gfs2gen()
            .current_dir(bench.folder.path())
            .args(["plan", "--allow-destroy", "--format", "json", "before/rack12", "new.yaml"])
            .output()
            .unwrap();
        let plan: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
        for step in plan["steps"].as_array().unwrap() {
            kinds.insert(step["title"].as_str().unwrap().split(' ').next_back().unwrap().to_owned());
        }
    }
    assert!(kinds.len() > 20, "{kinds:?}");
}

#[test]
fn each_thing_is_done_once_also_when_it_is_cut_off() {
    if ["pcs", "cibadmin", "crm_diff", "crm_simulate", "crm_verify", "crm_attribute"]
        .iter()
        .any(|name| readers::find(name).is_none())
    {
        return;
    }
    let bench = Bench::new(RUNNING);
    bench.nodes();
    let (code, said) = bench.run(&["--plan"], "");
    assert_eq!((code, said.lines().last()), (0, Some("gfs2gen: would change")), "{said}");
    assert_eq!(bench.log(), Vec::<String>::new());
    for node in ["alpha", "beta"] {
        assert!(!bench.at(node).join("state").exists(), "a plan leaves nothing");
    }
    // What is to be done, in its order: each stops the run once, before it is done, and the next run goes on there.
    let order = [
        "alpha: pcs resource disable vm-web",
        "alpha: drbdadm adjust fast",
        "beta: drbdadm adjust fast",
        "alpha: pcs property set maintenance-mode=true",
        "alpha: mount -o remount,noatime,commit=60 /srv/logs",
        "beta: mount -o remount,noatime,commit=60 /srv/logs",
        "alpha: crm_resource --refresh --resource fs-logs",
        "alpha: pcs property unset maintenance-mode",
        "alpha: lvextend -L 751619276800b vg_fast/lv_vms",
        "beta: lvchange --refresh vg_fast/lv_vms",
        "alpha: gfs2_grow /srv/vms",
        "alpha: gfs2_jadd -j 1 -J 128 /srv/vms",
        "alpha: pcs resource enable vm-web",
    ];
    for command in [order[0], order[1], order[4], order[6], order[8], order[11], order[12]] {
        let (code, said) = bench.run(&[], command);
        assert_eq!(code, 1, "{command}\n{said}");
        assert!(said.contains("Run this again when it is put right"), "{said}");
        assert!(!bench.done().iter().any(|done| done == command), "{command}");
    }
    let (code, said) = bench.run(&[], "");
    assert_eq!((code, said.lines().last()), (0, Some("gfs2gen: changed")), "{said}");
    let mut done = bench.done();
    let position =
        |what: &str| done.iter().position(|line| line == what).unwrap_or_else(|| panic!("{what}: {done:#?}"));
    let positions: Vec<usize> = order.iter().map(|what| position(what)).collect();
    // What is done on both nodes is done at once.
    let sorted = positions.windows(2).all(|pair| pair[0] < pair[1] || pair[0] - pair[1] == 1);
    assert!(sorted, "{done:#?}");
    done.retain(|line| !line.contains("cibadmin --patch"));
    assert_eq!(done.len(), order.len(), "each once: {done:#?}");
    let cib = fs::read_to_string(bench.at("cib.xml")).unwrap();
    assert!(cib.contains("noatime,commit=60") && cib.contains("ipmi-beta"), "{cib}");
    assert!(cib.contains("location-vm-web-beta-50") && !cib.contains("location-vm-web-alpha-50"), "{cib}");
    // Again: nothing.
    let before = bench.done();
    let (code, said) = bench.run(&[], "");
    assert_eq!((code, said.lines().last()), (0, Some("gfs2gen: unchanged")), "{said}");
    assert_eq!(bench.done(), before);
    // Another tree is refused.
    fs::write(bench.tree().join("MANIFEST.json"), "{}").unwrap();
    let (code, said) = bench.run(&[], "");
    assert_eq!(code, 1);
    assert!(said.contains("is not the tree that this change leads to"), "{said}");
}
