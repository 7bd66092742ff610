//! `gfs2gen import` as people meet it: what it prints of the original project's cluster, what it refuses, what it writes.
//! `GFS2GEN_BLESS=1 cargo test --test import_command` accepts what is printed now.

mod program;

use std::fs;
use std::path::{Path, PathBuf};

use program::run;

fn found() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/found")
}

/// Compares with a file of `tests/found`.
fn expected(name: &str, is: &str) {
    let path = found().join(name);
    if std::env::var("GFS2GEN_BLESS").is_ok() {
        fs::write(&path, is).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap_or_default(), is, "{name}");
}

/// The codes of what was said, in order, each once.
fn codes(err: &str) -> Vec<&str> {
    let heads = err.lines().filter(|line| line.starts_with("error[") || line.starts_with("warning["));
    let mut codes: Vec<&str> = heads.map(|line| &line[line.find('[').unwrap() + 1..line.find(']').unwrap()]).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// The three files that the original project shows: two of DRBD's and what pcs said.
#[test]
fn the_original_samples_are_imported_and_their_mistakes_named() {
    let said = run(&found(), &["import", "samples", "--today", "2026-01-01"], "");
    assert_eq!(said.code, 1);
    expected("samples.yaml", &said.out);
    expected("samples.stderr", &said.err);
    // Two names for a node, DRBD primary at boot, a ban that stays, colocation without a role, locks behind DRBD.
    for code in ["IMP101", "IMP406", "IMP405", "IMP605", "IMP606", "IMP408", "IMP609"] {
        assert!(codes(&said.err).contains(&code), "{code}: {}", said.err);
    }
}

/// The same cluster, as `collect.sh` would bring it.
#[test]
fn the_original_cluster_is_imported_and_its_mistakes_named() {
    let said = run(&found(), &["import", "nodes", "--today", "2026-01-01"], "");
    assert_eq!(said.code, 1);
    expected("nodes.yaml", &said.out);
    expected("nodes.stderr", &said.err);
    // Beside those of the samples: the filter, the monitors, the policy without quorum, a password in the CIB, DRBD at boot.
    for code in ["IMP101", "IMP203", "IMP303", "IMP502", "IMP503", "IMP601", "IMP605", "IMP606", "IMP801"] {
        assert!(codes(&said.err).contains(&code), "{code}: {}", said.err);
    }
}

#[test]
fn nothing_is_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path();
    let from = found().join("nodes");
    let from = from.to_str().unwrap();
    assert_eq!(run(place, &["import", "-q", from, "-o", "new/cluster.yaml"], "").code, 1);
    let written = fs::read_to_string(place.join("new/cluster.yaml")).unwrap();
    assert_eq!(written, run(place, &["import", "-q", from], "").out);
    let again = run(place, &["import", from, "-o", "new/cluster.yaml"], "");
    assert_eq!((again.code, again.out.as_str()), (4, ""));
    assert_eq!(again.err, "gfs2gen: new/cluster.yaml is already there, and stays as it is; nothing was written\n");
}

#[test]
fn what_is_no_cluster_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("notes.txt"), "hello").unwrap();
    let said = run(folder.path(), &["import", "."], "");
    assert_eq!((said.code, said.out.as_str()), (4, ""));
    assert_eq!(said.err, "gfs2gen: nothing in . is of a cluster; `gfs2gen import --collect` prints what gathers it\n");
    let said = run(folder.path(), &["import", "none"], "");
    assert_eq!((said.code, said.out.as_str()), (4, ""));
    assert_eq!(said.err, "gfs2gen: cannot read none: No such file or directory (os error 2)\n");
    assert_eq!(run(folder.path(), &["import"], "").code, 2);
    assert_eq!(run(folder.path(), &["import", ".", "--collect"], "").code, 2);
}

/// The domain of a guest that gfs2gen did not describe goes beside the description; a link in a collection leads nowhere.
#[test]
fn a_built_tree_is_a_collection_too() {
    let folder = tempfile::tempdir().unwrap();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/full/cluster.yaml");
    let built = run(folder.path(), &["build", "-q", example.to_str().unwrap()], "");
    assert_eq!(built.code, 0, "{}", built.err);
    std::os::unix::fs::symlink("/etc/passwd", folder.path().join("out/rack12/nodes/alpha/rootfs/etc/drbd.d/x.res"))
        .unwrap();
    let said = run(folder.path(), &["import", "out/rack12", "-o", "again/cluster.yaml"], "");
    assert!(!said.err.contains("IMP"), "{}", said.err);
    let legacy = fs::read_to_string(folder.path().join("again/domains/legacy.xml")).unwrap();
    assert_eq!(legacy, fs::read_to_string(example.parent().unwrap().join("domains/legacy.xml")).unwrap());
    let text = fs::read_to_string(folder.path().join("again/cluster.yaml")).unwrap();
    assert!(text.contains("\nplatform: debian12  # a guess: /etc/os-release was not found\n"), "{text}");
    assert!(text.contains("\nfirewall:\n  manage: firewalld\n") && !text.contains("  autostart"), "{text}");
}

#[test]
fn a_code_of_an_import_is_explained() {
    let folder = tempfile::tempdir().unwrap();
    for word in ["IMP101", "names-differ"] {
        let said = run(folder.path(), &["explain", word], "");
        assert_eq!((said.code, said.err.as_str()), (0, ""));
        assert!(said.out.starts_with("## IMP101: names-differ (error)\n"), "{}", said.out);
        assert!(!said.out.contains("IMP102"));
    }
}
