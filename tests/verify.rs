//! `gfs2gen verify`: every tree is accepted by every program that reads it, and each of these programs can refuse.

#[allow(dead_code, reason = "each test program uses its part of this")]
mod built;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use built::Built;
use gfs2gen::verify::{Answer, Reader, Reading, Tree, Verdict, readers, verify_files};

/// Whether a reader that is not installed is a failure here.
fn required() -> bool {
    std::env::var("GFS2GEN_REQUIRE_READERS").is_ok_and(|value| value == "1")
}

fn run(tree: &Path, words: &[&str]) -> Output {
    built::gfs2gen().arg("verify").arg(tree).args(words).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Every tree as users see it. `other version` is the only verdict beside `accepted`: pcs of another dialect.
#[test]
fn every_tree_is_accepted_by_every_reader() {
    let mut seen = BTreeSet::new();
    let require: &[&str] = if required() { &["--require"] } else { &[] };
    for tree in built::all() {
        let before = tree.files();
        let Output { status, stdout, stderr } = run(&tree.root, &[&["--format", "json"], require].concat());
        assert!(status.success(), "{}: {status}\n{}\n{}", tree.name, text(&stderr), text(&stdout));
        assert_eq!(before, tree.files(), "{}: nothing is changed", tree.name);
        let document: serde_json::Value = serde_json::from_slice(&stdout).unwrap();
        for reading in document["readings"].as_array().unwrap() {
            let [file, reader, verdict, says] =
                ["file", "reader", "verdict", "says"].map(|key| reading[key].as_str().unwrap());
            match verdict {
                "accepted" => drop(seen.insert(reader.to_owned())),
                "other version" => assert_eq!((file, reader), ("cluster/*.sh", "pcs -f")),
                _ => assert!(!required(), "{}: {file}: {reader}: {verdict}: {says}", tree.name),
            }
        }
        for file in document["unread"].as_array().unwrap() {
            let known = ["RUNBOOK.md", "hosts", "dlm.conf", "gfs2gen.conf", "blacklist.conf", ".preset"];
            assert!(known.iter().any(|end| file.as_str().unwrap().ends_with(end)), "{file} has no reader");
        }
    }
    if required() {
        let all: BTreeSet<String> = readers::ALL.iter().map(|reader| reader.name.to_owned()).collect();
        assert_eq!(seen, all, "each reads something");
    }
}

/// A file of a tree, a text in it, and what stands in its place so that the reader has to refuse it.
const FAULTS: &[(&str, &str, &str, &str)] = &[
    ("pcs -f", "cluster/30-locking.sh", "interleave=true", "interleave=false"),
    ("pcs -f", "cluster/30-locking.sh", "ocf:pacemaker:controld ", "ocf:pacemaker:controld no_such_option=1 "),
    ("shellcheck", "verify.sh", "set -euo pipefail\n", "set -euo pipefail\nrm $1\n"),
    ("bash -n", "bootstrap.sh", "set -euo pipefail\n", "if set -euo pipefail\n"),
    ("ansible-lint", "ansible/site.yml", "ansible.builtin.copy:", "copy:"),
    ("ansible-playbook --syntax-check", "ansible/site.yml", "ansible.builtin.copy:", "ansible.builtin.coppy:"),
    ("yamllint", "ansible/inventory.yml", "---\n", "---\nno: yes\n"),
    ("crm_verify", "cluster/cib.xml", "with-rsc=\"drbd-r0-clone\"", "with-rsc=\"drbd-r1-clone\""),
    ("xmllint --relaxng", "cluster/cib.xml", "<crm_config>", "<crm_confic/><crm_config>"),
    ("corosync -t", "nodes/alpha/rootfs/etc/corosync/corosync.conf", "transport: knet", "transport: knit"),
    ("drbdadm dump", "nodes/alpha/rootfs/etc/drbd.d/fast.res", "    disk ", "    disc "),
    ("drbdadm adjust", "nodes/alpha/rootfs/etc/drbd.d/fast.res", "on alpha ", "on gamma "),
    ("drbdadm adjust", "nodes/alpha/rootfs/etc/drbd.d/fast.res", "ping-timeout", "# ping-timeout"),
    ("drbd agent", "nodes/alpha/rootfs/etc/drbd.d/fast.res", "allow-two-primaries yes", "allow-two-primaries no"),
    ("lvmconfig --validate", "nodes/alpha/rootfs/etc/lvm/lvm.conf", "use_lvmlockd", "use_lvmlocked"),
    ("mkfs.gfs2", "nodes/alpha/node.sh", " -j 2 ", " -j 0 "),
    ("findmnt --verify", "nodes/alpha/rootfs/etc/gfs2gen/fstab", " gfs2 noauto,_netdev,noatime 0 0", ""),
    (
        "systemd-analyze verify",
        "nodes/alpha/rootfs/etc/systemd/system/gfs2gen-verify-fast.timer",
        "OnCalendar",
        "OnCalender",
    ),
    (
        "systemd-analyze verify",
        "nodes/alpha/rootfs/etc/systemd/system/libvirtd-tls.socket.d/50-gfs2gen.conf",
        "ListenStream=10",
        "ListenStream=x10",
    ),
    ("xmllint", "nodes/alpha/rootfs/etc/firewalld/services/gfs2gen-cluster.xml", "</service>", "</servise>"),
    ("virt-xml-validate", "nodes/alpha/rootfs/etc/gfs2gen/domains/web.xml", "<vcpu placement", "<vcpu placemint"),
    (
        "firewall-offline-cmd --check-config",
        "nodes/alpha/rootfs/etc/firewalld/zones/gfs2-replication.xml",
        "gfs2gen-replication",
        "gfs2gen-replicazione",
    ),
    ("nft -c", "nodes/rack-a.example.net/rootfs/etc/nftables.d/gfs2gen.nft", "chain input", "chian input"),
];

/// A copy of a tree with a text replaced in a file, as if a build had written it so: verify runs no edited script.
fn with_fault(tree: &Built, file: &str, from: &str, to: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, (_, bytes)) in tree.files() {
        let at = folder.path().join(&path);
        fs::create_dir_all(at.parent().unwrap()).unwrap();
        fs::write(at, bytes).unwrap();
    }
    edit(folder.path(), file, from, to);
    let bytes = |root: &Path| gfs2gen::output::sha256(&fs::read(root.join(file)).unwrap());
    edit(folder.path(), "MANIFEST.json", &bytes(&tree.root), &bytes(folder.path()));
    folder
}

fn edit(root: &Path, file: &str, from: &str, to: &str) {
    let old = fs::read_to_string(root.join(file)).unwrap();
    assert!(old.contains(from), "{from} is not in {file}\n{old}");
    fs::write(root.join(file), old.replace(from, to)).unwrap();
}

/// What one reader says of a file of a tree, or of the files that it reads together with it.
fn asked(root: &Path, reader: &'static Reader, file: &str) -> Reading {
    let tree = Tree::open(root).unwrap();
    let together = |name: &String| name.split_once('*').is_some_and(|(start, _)| file.starts_with(start));
    let files = (reader.files)(&tree);
    let name = files.iter().find(|name| *name == file).or_else(|| files.iter().find(|name| together(name)));
    // The CIB is what the scripts have to make.
    let name = name.unwrap_or(&files[0]).clone();
    verify_files(&tree, &[(reader, name)]).unwrap().remove(0)
}

#[test]
fn each_reader_can_refuse() {
    let trees = [built::example("minimal"), built::example("full"), built::unlike_on("debian12")];
    let faulty: BTreeSet<&str> = FAULTS.iter().map(|(reader, ..)| *reader).collect();
    assert_eq!(faulty, readers::ALL.iter().map(|reader| reader.name).collect(), "each reader has a fault here");
    let mut taken = Vec::new();
    for (name, file, from, to) in FAULTS {
        let reader = readers::named(name).unwrap();
        let tree = trees.iter().find(|tree| tree.root.join(file).is_file()).unwrap();
        let folder = with_fault(tree, file, from, to);
        let reading = asked(folder.path(), reader, file);
        match reading.answer.verdict {
            Verdict::Refused => assert_ne!(reading.first_line(), "", "{name} says why"),
            Verdict::Missing | Verdict::Skipped if !required() => {}
            _ => taken.push(format!("{to} in {file}: {reading:?}")),
        }
    }
    assert!(taken.is_empty(), "taken with a fault: {taken:#?}");
}

#[test]
fn a_script_that_was_edited_is_not_run() {
    let tree = built::example("minimal");
    for (file, reader) in [("cluster/30-locking.sh", "pcs -f"), ("nodes/server4/node.sh", "mkfs.gfs2")] {
        edit(&tree.root, file, "set -euo pipefail\n", "set -euo pipefail\ntouch /tmp/gfs2gen-was-here\n");
        let answer = asked(&tree.root, readers::named(reader).unwrap(), file).answer;
        assert!(matches!(answer.verdict, Verdict::Skipped | Verdict::Missing), "{answer:#?}");
        assert!(!Path::new("/tmp/gfs2gen-was-here").exists());
    }
}

#[test]
fn a_refusal_is_shown_in_full_and_ends_with_1() {
    let tree = built::example("minimal");
    let conf = "nodes/server7/rootfs/etc/lvm/lvm.conf";
    edit(&tree.root, conf, "use_lvmlockd", "use_lvmlocked");
    let Output { status, stdout, stderr } = run(&tree.root, &["--only", "lvmconfig", "--only", "drbdadm"]);
    if gfs2gen::tool::Tool::find("lvmconfig").is_none() {
        assert!(!required());
        return;
    }
    assert_eq!(status.code(), Some(1), "{}", text(&stderr));
    let said = text(&stderr);
    assert!(said.contains(&format!("{conf}: lvmconfig --validate refuses it:\n")), "{said}");
    assert!(said.contains("use_lvmlocked") && said.contains(" 1 refused\n"), "{said}");
    let table = text(&stdout);
    assert!(table.starts_with("file  ") && table.lines().all(|line| !line.ends_with(' ')), "{table}");
    let row = table.lines().find(|line| line.starts_with(conf)).unwrap();
    assert!(row.contains("  refused  "), "{row}");
}

static NOBODY_HAS_IT: Reader = Reader {
    name: "no-such-program",
    proves: "",
    blind: "",
    programs: &["no-such-program-anywhere"],
    version: (&["--version"], ""),
    isolated: false,
    files: |tree| tree.ending("RUNBOOK.md"),
    read: |_, _| Ok(Answer::new(Verdict::Accepted, "it was run")),
};

#[test]
fn a_program_that_is_not_there_is_missing() {
    let tree = built::example("minimal");
    let reading = asked(&tree.root, &NOBODY_HAS_IT, "RUNBOOK.md");
    assert_eq!(reading.answer, Answer::new(Verdict::Missing, "no-such-program-anywhere is not installed"));
}

#[test]
fn what_is_no_tree_is_refused() {
    let tree = built::example("minimal");
    let said = || {
        let Output { status, stdout, stderr } = run(&tree.root, &[]);
        assert_eq!((status.code(), stdout.len()), (Some(4), 0), "{}", text(&stderr));
        text(&stderr)
    };
    let manifest = tree.root.join("MANIFEST.json");
    let whole = fs::read_to_string(&manifest).unwrap();
    for (from, to, why) in [
        ("\"platform\": \"debian12\",", "", "build it again"),
        ("\"debian12\"", "\"plan9\"", "the tree is for plan9, which this version of gfs2gen does not know"),
        ("\"drbd\": \"8.4\"", "\"drbd\": \"12\"", "the tree is for DRBD 12, which"),
        ("\"schema\": 1", "\"schema\": 9", "schema 9"),
        ("\"path\": \"verify.sh\"", "\"path\": \"gone.sh\"", "lists gone.sh, which is not there"),
    ] {
        assert!(whole.contains(from), "{from}");
        fs::write(&manifest, whole.replacen(from, to, 1)).unwrap();
        let said = said();
        assert!(said.contains(why), "{said}");
    }
    fs::remove_file(&manifest).unwrap();
    assert!(said().contains("verify wants the folder that `gfs2gen build` wrote"));
}

/// Everybody can verify: what only root may do is done in namespaces where that is allowed, and else skipped.
#[test]
fn verify_needs_no_rights_and_no_home() {
    if !rustix::process::getuid().is_root() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let tree = built::example("minimal");
    let copy = with_fault(&tree, "RUNBOOK.md", "#", "#");
    let program = folder.path().join("gfs2gen");
    fs::copy(env!("CARGO_BIN_EXE_gfs2gen"), &program).unwrap();
    let mut open = Command::new("chmod");
    assert!(open.args(["-R", "a+rX"]).args([folder.path(), copy.path()]).status().unwrap().success());
    let mut command = Command::new(&program);
    std::os::unix::process::CommandExt::uid(&mut command, 65534);
    std::os::unix::process::CommandExt::gid(&mut command, 65534);
    // Not those that take long: what they need is what the others need.
    let slow = ["pcs", "shellcheck", "ansible-lint"];
    let asked = readers::ALL.iter().map(|reader| reader.programs[0]).filter(|program| !slow.contains(program));
    command.env_clear().current_dir("/").arg("verify").arg(copy.path());
    command.args(asked.flat_map(|program| ["--only", program]));
    let Output { status, stdout, stderr } = command.output().unwrap();
    assert!(status.success(), "{}\n{}", text(&stderr), text(&stdout));
    assert!(!required() || !text(&stderr).contains("missing"), "{}", text(&stderr));
}
