//! What a user meets: exact words, streams and exit codes.

use std::fs;

mod program;

use program::{MINIMAL, run};

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("cluster.yaml"), MINIMAL).unwrap();
    folder
}

#[test]
fn a_typo_is_one_diagnostic_with_its_cure() {
    let folder = folder();
    fs::write(folder.path().join("typo.yaml"), MINIMAL.replace("mount:", "mont:")).unwrap();
    let said = run(folder.path(), &["build", "typo.yaml"], "");
    assert_eq!(said.code, 1);
    assert_eq!(said.out, "");
    assert_eq!(
        said.err,
        "error[GFS101]: unknown key `mont` in entry 1 of `filesystems`
  --> typo.yaml:26:22
   |
26 |       - { name: vms, mont: /srv/vms }
   |                      ^^^^ not a key of the language
   |
   = help: did you mean `mount`?

1 error; nothing was written
`gfs2gen explain GFS101` says more about the error
"
    );
    assert!(!folder.path().join("out").exists());
}

#[test]
fn both_ends_of_a_conflict_are_shown() {
    let folder = folder();
    let text = MINIMAL.replace("        delay: 10s\n", "");
    let said = run(folder.path(), &["check", "-"], &text);
    assert_eq!(said.code, 1);
    assert_eq!(
        said.err.split("\n\n").nth(1).unwrap(),
        "error[GFS405]: `bmc-server4` waits 0 s and `bmc-server7` 0 s: the nodes would shoot each other
  --> <stdin>:10:9
   |
10 |       - name: bmc-server4
   |         ^^^^^^^^^^^^^^^^^ 0 s before `server4` is shot
...
17 |       - name: bmc-server7
   |         ----------------- 0 s before `server7` is shot
   |
   = note: `delay` is not written in entry 1 of `fence`: its default is `0s`
   = help: the node that is shot later survives: give it `delay: 10s` more"
    );
}

#[test]
fn every_error_of_every_file_comes_at_once_and_nothing_is_written() {
    let folder = folder();
    let bad =
        MINIMAL.replace("platform: debian12", "platform: debian21").replace("  name: vcluster", "  nmae: vcluster");
    fs::write(folder.path().join("bad.yaml"), bad).unwrap();
    let said = run(folder.path(), &["check", "--format", "short", "cluster.yaml", "bad.yaml"], "");
    assert_eq!(said.code, 1);
    assert_eq!(said.err, "");
    let lines: Vec<&str> = said.out.lines().collect();
    assert_eq!(lines.len(), 3, "{}", said.out);
    assert!(lines[0].starts_with("cluster.yaml:4:1: warning[GFS307]:"), "{}", lines[0]);
    assert!(lines[1].starts_with("bad.yaml:3:11: error[GFS105]:"), "{}", lines[1]);
    assert!(lines[2].starts_with("bad.yaml:5:3: error[GFS101]:"), "{}", lines[2]);
    let said = run(folder.path(), &["build", "-q", "cluster.yaml", "bad.yaml"], "");
    assert_eq!(said.code, 1);
    assert!(!folder.path().join("out").exists());
}

#[test]
fn json_is_one_document_on_standard_output() {
    let folder = folder();
    let said = run(folder.path(), &["check", "--format", "json", "cluster.yaml"], "");
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let document: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(document["version"], 1);
    assert_eq!(document["diagnostics"][0]["code"], "GFS307");
    assert_eq!(document["diagnostics"][0]["primary"]["path"], "/cluster/links");
    assert_eq!(document["diagnostics"][0]["suggestion"], serde_json::Value::Null);
}

#[test]
fn strict_makes_a_warning_fail() {
    let folder = folder();
    for (words, code, summary) in [
        (&["check", "cluster.yaml"][..], 0, "1 warning"),
        (&["check", "--strict", "cluster.yaml"], 1, "1 warning; with --strict warnings count as errors"),
    ] {
        let said = run(folder.path(), words, "");
        let end = format!("\n{summary}\n`gfs2gen explain GFS307` says more about the warning\n");
        assert!(said.code == code && said.err.ends_with(&end), "{}", said.err);
    }
    for format in ["short", "json", "sarif", "github", "gitlab"] {
        assert_eq!(run(folder.path(), &["check", "--strict", "--format", format, "cluster.yaml"], "").code, 1);
    }
}

#[test]
fn build_check_says_whether_the_tree_is_up_to_date() {
    let folder = folder();
    let before = run(folder.path(), &["build", "-q", "--check", "cluster.yaml"], "");
    assert_eq!(before.code, 3, "{}", before.err);
    assert!(!folder.path().join("out").exists());
    assert_eq!(run(folder.path(), &["build", "-q", "cluster.yaml"], "").code, 0);
    let after = run(folder.path(), &["build", "--check", "cluster.yaml", "-q"], "");
    assert_eq!((after.code, after.err.as_str()), (0, ""));
    let text = MINIMAL.replace("  name: vcluster", "  name: vcluster\n  token: 8s");
    fs::write(folder.path().join("cluster.yaml"), text).unwrap();
    let changed = run(folder.path(), &["build", "--check", "-q", "cluster.yaml"], "");
    assert_eq!(changed.code, 3);
    assert!(changed.err.contains("update: nodes/server4/rootfs/etc/corosync/corosync.conf"), "{}", changed.err);
}

#[test]
fn a_file_that_somebody_edited_stops_the_build() {
    let folder = folder();
    assert_eq!(run(folder.path(), &["build", "-q", "cluster.yaml"], "").code, 0);
    let runbook = folder.path().join("out/vcluster/RUNBOOK.md");
    fs::write(&runbook, "mine").unwrap();
    let said = run(folder.path(), &["build", "-q", "cluster.yaml"], "");
    assert_eq!(said.code, 4, "{}", said.err);
    assert!(said.err.contains("RUNBOOK.md") && said.err.contains("--force"), "{}", said.err);
    assert_eq!(fs::read_to_string(&runbook).unwrap(), "mine");
    assert_eq!(run(folder.path(), &["build", "-q", "--force", "cluster.yaml"], "").code, 0);
    assert_ne!(fs::read_to_string(&runbook).unwrap(), "mine");
}

#[test]
fn two_descriptions_of_one_cluster_are_refused() {
    let folder = folder();
    fs::write(folder.path().join("b.yaml"), MINIMAL).unwrap();
    let said = run(folder.path(), &["build", "-q", "cluster.yaml", "b.yaml"], "");
    assert_eq!(said.code, 4);
    assert_eq!(
        said.err,
        "gfs2gen: cluster.yaml and b.yaml both describe the cluster `vcluster`: they would be one tree\n"
    );
}

#[test]
fn what_cannot_be_read_is_said() {
    let folder = folder();
    let said = run(folder.path(), &["check", "none.yaml"], "");
    assert_eq!((said.code, said.out.as_str()), (4, ""));
    assert_eq!(said.err, "gfs2gen: cannot read none.yaml: No such file or directory (os error 2)\n");
    fs::write(folder.path().join("latin.yaml"), b"cluster: \xe4\n").unwrap();
    let said = run(folder.path(), &["check", "--format", "short", "latin.yaml"], "");
    assert_eq!(said.code, 1);
    assert!(said.out.starts_with("latin.yaml:1:10: error[GFS001]"), "{}", said.out);
}

#[test]
fn standard_input_is_one_file_among_others_and_is_read_once_and_never_without_end() {
    let folder = folder();
    let said = run(folder.path(), &["check", "--format", "short", "-", "cluster.yaml", "-"], "a: 1\n");
    assert_eq!(said.code, 4);
    assert_eq!(said.err, "gfs2gen: cannot read <stdin>: it has been read already\n");
    assert!(said.out.starts_with("<stdin>:1:1: error[GFS1") && said.out.contains("\ncluster.yaml:4:1: warning"));
    let said = run(folder.path(), &["check", "--format", "short", "/dev/zero", "cluster.yaml"], "");
    assert_eq!(said.code, 1);
    assert!(said.out.starts_with("/dev/zero:1:1: error[GFS002]") && said.out.contains("\ncluster.yaml:4:1"));
    let said = run(folder.path(), &["build", "cluster.yaml", "none.yaml", "-q"], "");
    assert_eq!(said.code, 4);
    assert_eq!(
        said.err,
        "gfs2gen: cannot read none.yaml: No such file or directory (os error 2)\n1 warning; nothing was written\n"
    );
    assert!(!folder.path().join("out").exists());
}

#[test]
fn init_writes_what_check_accepts_and_never_over_a_file() {
    let folder = tempfile::tempdir().unwrap();
    for platform in ["el7", "el8", "el9", "debian12", "debian13", "ubuntu2404"] {
        let said = run(folder.path(), &["init", "--platform", platform, "-"], "");
        assert_eq!(said.code, 0);
        assert_eq!(run(folder.path(), &["check", "-"], &said.out).code, 0, "{}", said.out);
        assert!(said.out.contains(&format!("platform: {platform}")));
        // Where `gfs2gen schema > cluster.schema.json` puts it, as the line above says.
        assert!(said.out.contains("\n# yaml-language-server: $schema=cluster.schema.json\n"));
    }
    assert_eq!(run(folder.path(), &["init"], "").code, 0);
    let again = run(folder.path(), &["init"], "");
    assert_eq!(again.code, 4);
    assert!(again.err.contains("already there"), "{}", again.err);
}

#[test]
fn usage_is_exit_2_and_help_has_examples() {
    let folder = folder();
    assert_eq!(run(folder.path(), &["bulid"], "").code, 2);
    assert_eq!(run(folder.path(), &["build"], "").code, 2);
    for command in ["build", "check", "schema", "init", "explain", "simulate", "list"] {
        let said = run(folder.path(), &[command, "--help"], "");
        assert_eq!((said.code, said.err.as_str()), (0, ""));
        assert!(said.out.contains("Example"), "{command}: {}", said.out);
    }
    assert!(run(folder.path(), &["--help"], "").out.contains("70  a bug in gfs2gen"));
}

#[test]
fn colour_is_only_where_it_is_asked_for() {
    let folder = folder();
    let with = |words: &[&str]| run(folder.path(), words, "").err.contains('\x1b');
    assert!(!with(&["check", "cluster.yaml"]));
    assert!(with(&["check", "--color", "always", "cluster.yaml"]));
}

#[test]
fn lists_are_for_people_and_programs() {
    let folder = folder();
    let rules = run(folder.path(), &["list", "rules"], "");
    assert!(rules.out.lines().any(|line| line.starts_with("GFS405  error    fence-race ")), "{}", rules.out);
    let codes: Vec<&str> = rules.out.lines().map(|line| &line[..6]).collect();
    assert!(codes.is_sorted());
    assert!(run(folder.path(), &["list", "platforms"], "").out.contains("debian12"));
    assert!(run(folder.path(), &["list", "artifacts"], "").out.contains("corosync"));
}

#[test]
fn a_code_is_explained_by_its_code_or_name() {
    let folder = folder();
    let page = include_str!("../docs/rules/GFS405.md");
    for word in ["GFS405", "gfs405", "fence-race"] {
        let said = run(folder.path(), &["explain", word], "");
        assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (0, page, ""));
    }
    let said = run(folder.path(), &["explain", "GFS405", "--format", "json"], "");
    let document: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    let keys: Vec<&String> = document.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["code", "name", "severity", "summary", "page"]);
    assert_eq!((&document["code"], &document["page"]), (&"GFS405".into(), &page.into()));
}

#[test]
fn an_unknown_code_is_a_mistake_of_usage() {
    let folder = folder();
    let said = run(folder.path(), &["explain", "fence-rase"], "");
    assert_eq!((said.code, said.out.as_str()), (2, ""));
    let expected = "error: invalid value 'fence-rase' for '<CODE|TREE/FILE[:LINE]>': no rule has this code or name; did you mean `fence-race`? \
                    `gfs2gen list rules` prints all";
    assert_eq!(said.err.lines().next(), Some(expected));
    assert_eq!(run(folder.path(), &["explain", "GFS999"], "").code, 2);
}
