//! `gfs2gen diff` as a reviewer and a bot read it.

mod program;
#[allow(dead_code)]
mod readers;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use program::{Said, run};
use serde_json::Value;

const FULL: &str = include_str!("../examples/full/cluster.yaml");
const DOMAIN: &str = include_str!("../examples/full/domains/legacy.xml");
const NODE: &str = "out/rack12/nodes/alpha/rootfs/etc";

/// A folder with the tree of the full example in it.
fn built() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("domains")).unwrap();
    fs::write(folder.path().join("domains/legacy.xml"), DOMAIN).unwrap();
    edit(folder.path(), &[]);
    assert_eq!(run(folder.path(), &["build", "-q", "cluster.yaml"], "").code, 0);
    folder
}

/// Describes the example with texts replaced.
fn edit(folder: &Path, edits: &[(&str, &str)]) {
    let mut text = FULL.to_owned();
    for (from, to) in edits {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    fs::write(folder.join("cluster.yaml"), text).unwrap();
}

fn diff(folder: &Path, words: &[&str]) -> Said {
    run(folder, &[&["diff", "-q", "cluster.yaml"], words].concat(), "")
}

fn json(folder: &Path) -> Value {
    serde_json::from_str(&diff(folder, &["--format", "json"]).out).unwrap()
}

/// The words for each file.
fn words(folder: &Path) -> BTreeMap<String, String> {
    let document = json(folder);
    let files = document["trees"][0]["files"].as_array().unwrap().clone();
    let of = |file: &Value| {
        let words: Vec<&str> = file["words"].as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
        (file["path"].as_str().unwrap().to_owned(), words.join("; "))
    };
    files.iter().map(of).collect()
}

#[test]
fn a_change_is_said_in_words() {
    type Case = (&'static [(&'static str, &'static str)], &'static [(&'static str, &'static str)]);
    let cases: [Case; 9] = [
        (
            &[("port: 7800", "port: 7801")],
            &[
                ("nodes/alpha/rootfs/etc/drbd.d/slow.res", "resource slow: port 7800 to 7801"),
                (
                    "nodes/alpha/rootfs/etc/firewalld/services/gfs2gen-replication.xml",
                    "description changes; port 7800 to 7801",
                ),
                ("RUNBOOK.md", "2 lines changed in “The stack”, “The graphs as Mermaid”"),
            ],
        ),
        (
            &[("token: 5s", "token: 8s")],
            &[
                (
                    "nodes/alpha/rootfs/etc/corosync/corosync.conf",
                    "totem: token 5000 to 8000; totem: consensus 6000 to 9600",
                ),
                (
                    "cluster/cib.xml",
                    "clone drbd-fast-clone, primitive drbd-fast, op demote, op promote and op stop: timeout 155s to 165s; \
                     clone drbd-slow-clone, primitive drbd-slow, op demote, op promote and op stop: timeout 155s to 165s",
                ),
                ("nodes/beta/rootfs/usr/local/sbin/gfs2gen-fence-peer.sh", "4 lines changed"),
            ],
        ),
        (
            &[("10.10.10.4", "10.10.10.14")],
            &[
                ("nodes/beta/rootfs/etc/drbd.d/fast.res", "resource fast, on alpha: address 10.10.10.4 to 10.10.10.14"),
                (
                    "nodes/alpha/rootfs/etc/corosync/corosync.conf",
                    "nodelist, node alpha: ring1_addr 10.10.10.4 to 10.10.10.14",
                ),
                ("nodes/alpha/node.sh", "ADDRESSES: 10.10.10.4 to 10.10.10.14"),
            ],
        ),
        (
            &[("commit=30", "commit=60")],
            &[
                ("cluster/50-storage.sh", "fs-logs: options noatime,commit=30 to noatime,commit=60"),
                (
                    "nodes/alpha/rootfs/etc/gfs2gen/fstab",
                    "/srv/logs: options noauto,_netdev,noatime,commit=30 to noauto,_netdev,noatime,commit=60",
                ),
            ],
        ),
        (
            &[("memory: 16GiB", "memory: 24GiB"), ("vcpus: 8", "vcpus: 4")],
            &[("nodes/beta/rootfs/etc/gfs2gen/domains/web.xml", "memory 16777216 KiB to 25165824 KiB; vcpu 8 to 4")],
        ),
        (
            &[("  - name: legacy\n    domain: domains/legacy.xml\n", "")],
            &[
                ("nodes/alpha/rootfs/etc/gfs2gen/domains/legacy.xml", "goes, 27 lines"),
                (
                    "verify.sh",
                    "GUESTS: legacy is gone; FILES_1 and FILES_2: 0644 etc/gfs2gen/domains/legacy.xml is gone",
                ),
                (
                    "cluster/60-vms.sh",
                    "vm-legacy, order-storage-vms-clone-vm-legacy-mandatory and \
                     colocation-vm-legacy-storage-vms-clone-INFINITY are gone",
                ),
            ],
        ),
        (
            &[("    local_pvs: [/dev/disk/by-id/nvme-eui.0025385b71b00b22-part3]\n", "")],
            &[(
                "nodes/beta/rootfs/etc/lvm/lvm.conf",
                r#"devices, global_filter: "a|^/dev/disk/by-id/nvme-eui\\.0025385b71b00b22-part3$|" is gone"#,
            )],
        ),
        (
            &[("autostart: true", "autostart: false")],
            &[(
                "nodes/alpha/rootfs/etc/systemd/system-preset/10-gfs2gen.preset",
                "corosync.service enable to disable; pacemaker.service enable to disable",
            )],
        ),
        (
            &[("manage: firewalld, zones: { cluster: internal }", "manage: nftables")],
            &[("nodes/alpha/rootfs/etc/nftables.d/gfs2gen.nft", "new, 43 lines")],
        ),
    ];
    let folder = built();
    for (edits, expected) in cases {
        edit(folder.path(), edits);
        let said = words(folder.path());
        for (path, words) in expected {
            assert_eq!(said.get(*path).map(String::as_str), Some(*words), "{edits:?}: {path}");
        }
    }
}

#[test]
fn what_no_setting_says_is_counted() {
    let folder = built();
    let path = folder.path().join(NODE).join("corosync/corosync.conf");
    let text = fs::read_to_string(&path).unwrap();
    let said = |text: &str| {
        fs::write(&path, text).unwrap();
        words(folder.path())["nodes/alpha/rootfs/etc/corosync/corosync.conf"].clone()
    };
    assert_eq!(said(&format!("# mine\n{text}")), "1 line changed, in comments, order or layout only");
    assert_eq!(said(&text.replace('}', "")), format!("{} lines changed", text.matches('}').count()));
    assert_eq!(
        said(&text.replace("token: 5000", "tokens: 5000")),
        "totem: token 5000 is new; totem: tokens 5000 is gone"
    );
}

#[test]
fn the_form_for_people_is_a_diff_that_patch_takes() {
    let folder = built();
    let before = copy_of(folder.path());
    edit(
        folder.path(),
        &[
            ("port: 7800", "port: 7801"),
            ("notify: { mail: root@example.com }\n", ""),
            ("vms, file: web", "vms, file: w"),
        ],
    );
    let said = diff(folder.path(), &[]);
    assert_eq!((said.code, said.err.as_str()), (3, ""));
    assert!(
        said.out.contains(
            "nodes/alpha/rootfs/etc/drbd.d/slow.res: update
  resource slow: port 7800 to 7801
  then on the node: drbdadm adjust all
--- out/rack12/nodes/alpha/rootfs/etc/drbd.d/slow.res
+++ out/rack12/nodes/alpha/rootfs/etc/drbd.d/slow.res
@@ -37,13 +37,13 @@ resource slow {
         meta-disk internal;
     }
     on alpha {
-        address ipv4 10.10.10.4:7800;
+        address ipv4 10.10.10.4:7801;
"
        ),
        "{}",
        said.out
    );
    assert!(said.out.contains("nodes/beta/rootfs/etc/drbd.d/slow.res: update\n  as on alpha\n"), "{}", said.out);
    assert!(said.out.contains("\ncluster/80-alerts.sh: remove\n  goes, ") && said.out.contains("\n+++ /dev/null\n"));
    // Whoever applies it to the old tree has the new one.
    fs::write(before.path().join("changes"), &said.out).unwrap();
    let Some(patch) = readers::find("patch") else { return };
    let patched = std::process::Command::new(patch)
        .args(["-p0", "--posix", "-s", "-i", "changes"])
        .current_dir(before.path())
        .output()
        .unwrap();
    assert!(patched.status.success(), "{}", String::from_utf8_lossy(&patched.stdout));
    assert_eq!(run(folder.path(), &["build", "-q", "cluster.yaml"], "").code, 0);
    for (path, bytes) in files(&folder.path().join("out")) {
        assert!(files(&before.path().join("out"))[&path] == bytes, "{path}");
    }
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let (mut found, mut folders) = (BTreeMap::new(), vec![folder.to_owned()]);
    while let Some(inner) = folders.pop() {
        for path in fs::read_dir(inner).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    found
}

fn copy_of(folder: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for (path, bytes) in files(folder) {
        let place = copy.path().join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, bytes).unwrap();
    }
    copy
}

#[test]
fn nothing_is_said_where_nothing_differs() {
    let folder = built();
    for form in ["human", "markdown", "json"] {
        let said = run(folder.path(), &["diff", "cluster.yaml", "--format", form], "");
        assert_eq!(said.code, 0, "{}", said.err);
        match form {
            "human" => assert_eq!((said.out.as_str(), said.err.lines().last()), ("", Some("out/rack12: up to date"))),
            "markdown" => assert_eq!(said.out, "### `rack12`: the tree is up to date\n\n"),
            _ => assert_eq!(json(folder.path())["trees"][0]["up_to_date"], true),
        }
    }
}

#[test]
fn stat_is_one_line_for_each_file() {
    let folder = built();
    edit(folder.path(), &[("min_rate: 50MiB", "min_rate: 60MiB")]);
    let said = diff(folder.path(), &["--stat"]);
    assert_eq!(said.code, 3);
    assert_eq!(
        said.out,
        " nodes/alpha/rootfs/etc/drbd.d/fast.res | 2 +- resource fast, disk: c-min-rate 51200k to 61440k
 nodes/beta/rootfs/etc/drbd.d/fast.res  | 2 +- as on alpha
 MANIFEST.json                          | 6 +++--- description, storage fast, drbd, resync: min_rate 50MiB to 60MiB; 2 other lines changed
 3 files: 3 updated; 5 lines added, 5 removed
"
    );
    let green = diff(folder.path(), &["--stat", "--color", "always"]).out;
    assert!(green.contains("\x1b[32m+\x1b[0m\x1b[31m-\x1b[0m"), "{green}");
}

#[test]
fn words_that_differ_are_marked_in_colour_and_in_json() {
    let folder = built();
    edit(folder.path(), &[("min_rate: 50MiB", "min_rate: 60MiB")]);
    let said = diff(folder.path(), &["--color", "always"]).out;
    assert!(said.contains("\x1b[32m+\x1b[0m\x1b[32m        c-min-rate \x1b[0m\x1b[32;7m61440k;\x1b[0m\n"), "{said}");
    let document = json(folder.path());
    let file = &document["trees"][0]["files"][0];
    assert_eq!(
        (&file["change"], &file["kind"], &file["reload"]),
        (&"update".into(), &"drbd".into(), &"drbdadm adjust all".into())
    );
    let line = file["hunks"][0]["lines"].as_array().unwrap().iter().find(|line| line["side"] == "new").unwrap();
    assert_eq!(
        (&line["text"], &line["marked"]),
        (&"        c-min-rate 61440k;".into(), &serde_json::json!([[19, 26]]))
    );
    assert_eq!(document["trees"][0]["files"][1]["same_as"], file["path"]);
}

#[test]
fn what_is_not_ours_is_named_with_what_stops() {
    let folder = built();
    let at = |path: &str| folder.path().join(NODE).join(path);
    fs::write(at("dlm/dlm.conf"), "protocol=tcp\n").unwrap();
    fs::write(at("notes"), "mine").unwrap();
    fs::write(at("drbd.conf"), [0xff, 0xfe]).unwrap();
    fs::remove_file(at("gfs2gen/hosts")).unwrap();
    std::os::unix::fs::symlink("/etc/hosts", at("gfs2gen/hosts")).unwrap();
    let said = diff(folder.path(), &["--stat"]).out;
    for (path, expected) in [
        ("dlm/dlm.conf", "3 ++- edited by hand; only --force replaces it; protocol tcp to sctp"),
        ("drbd.conf", "0  edited by hand; only --force replaces it; what is there is not text"),
        ("gfs2gen/hosts", "0  a symbolic link is in the way; move it away"),
        ("notes", "0  not ours; --force leaves it"),
    ] {
        let start = format!(" nodes/alpha/rootfs/etc/{path} ");
        let line = said.lines().find(|line| line.starts_with(&start)).unwrap();
        assert_eq!(line[start.len()..].trim_start_matches([' ', '|']), expected);
    }
    let markdown = diff(folder.path(), &["--format", "markdown"]).out;
    assert!(markdown.contains("A build stops") && markdown.contains("<summary>⚠ <code>"), "{markdown}");
}

#[test]
fn build_shows_the_same_difference() {
    let folder = built();
    edit(folder.path(), &[("port: 7800", "port: 7801")]);
    let shown = diff(folder.path(), &[]).out;
    let check = run(folder.path(), &["build", "-q", "--check", "--diff", "cluster.yaml"], "");
    assert_eq!((check.code, &check.out), (3, &shown));
    let build = run(folder.path(), &["build", "-q", "--diff", "cluster.yaml"], "");
    assert_eq!((build.code, &build.out), (0, &shown));
    assert_eq!(diff(folder.path(), &[]).code, 0);
}

#[test]
fn errors_of_the_description_come_first() {
    let folder = built();
    edit(folder.path(), &[("port: 7800", "port: 0")]);
    let said = run(folder.path(), &["diff", "cluster.yaml"], "");
    assert!(said.code == 1 && said.out.is_empty() && said.err.contains("; nothing was compared\n"), "{}", said.err);
}

#[test]
fn what_others_wrote_into_the_tree_can_neither_steer_a_terminal_nor_a_comment() {
    let folder = built();
    let path = folder.path().join(NODE).join("dlm/dlm.conf");
    fs::write(&path, "\x1b[2J\r\u{202e}````</details>\n@everyone=<b>#1\n").unwrap();
    let said = diff(folder.path(), &[]).out;
    assert!(said.contains("-\u{241b}[2J\u{240d}\\u{202e}````</details>\n"), "{said}");
    assert!(!said.contains(['\x1b', '\r', '\u{202e}']));
    let markdown = diff(folder.path(), &["--format", "markdown"]).out;
    // Outside of the fence there is only what we wrote: its folds open and close.
    let fence = markdown.lines().find(|line| line.starts_with("```")).unwrap().trim_end_matches("diff").to_owned();
    assert_eq!(fence, "`````");
    let outside: String = markdown.split(fence.as_str()).step_by(2).collect();
    assert_eq!(outside.matches("<details>").count(), outside.matches("</details>").count(), "{outside}");
    let head = outside.lines().find(|line| line.contains("dlm.conf")).unwrap();
    // GitHub makes nothing of what is in a code span.
    let spans: String = head.split("<code>").skip(1).map(|span| span.split("</code>").next().unwrap()).collect();
    assert!(spans.contains("@everyone &lt;b&gt;#1 is gone"), "{head}");
}

#[test]
fn a_comment_is_never_too_long_and_says_what_it_left_out() {
    let folder = built();
    edit(folder.path(), &[("name: web", "name: www"), ("token: 5s", "token: 8s")]);
    let whole = diff(folder.path(), &["--format", "markdown"]).out;
    assert!(!whole.contains("Not all is shown") && whole.contains("The same lines as in `nodes/alpha/"), "{whole}");
    let mut lengths = Vec::new();
    for limit in [20_000, 6_000, 500, 0] {
        let said = diff(folder.path(), &["--format", "markdown", "--limit", &limit.to_string()]).out;
        assert!(said.chars().count() <= limit.max(100), "{limit}: {}", said.chars().count());
        assert!(said.contains("_Not all is shown"), "{limit}: {said}");
        assert_eq!(said.matches("<details>").count(), said.matches("</details>").count());
        assert_eq!(said.lines().filter(|line| line.starts_with("```")).count() % 2, 0);
        lengths.push(said.len());
    }
    assert!(lengths.is_sorted_by(|a, b| a >= b), "{lengths:?}");
    // With room for all heads every file is named.
    let heads = diff(folder.path(), &["--format", "markdown", "--limit", "20000"]).out;
    for path in words(folder.path()).keys() {
        assert!(heads.contains(&format!("<code>{path}</code>")), "{path}");
    }
}
