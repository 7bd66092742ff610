//! What a tree's files and scripts have to agree on, seen through the programs that read them. That these take every file:
//! tests/verify.rs.

#[allow(dead_code, reason = "each test program uses its part of this")]
mod built;
#[allow(dead_code, reason = "each test program uses its part of this")]
mod readers;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use gfs2gen::tool::Tool;
use gfs2gen::verify::Tree;
use gfs2gen::verify::readers::{drbd, gfs2};
use readers::find;

#[test]
fn the_handler_that_drbd_calls_is_in_the_overlay() {
    let Some(drbdadm) = Tool::find("drbdadm").filter(|_| find("drbdadm").is_some()) else { return };
    let mut seen = std::collections::BTreeSet::new();
    for built in built::all() {
        let tree = Tree::open(&built.root).unwrap();
        seen.insert(tree.drbd.module);
        for (_, overlay) in built.overlays() {
            let run = drbd::drbdadm(&drbdadm, &overlay.join("etc/drbd.conf"), tree.drbd).args(["dump"]);
            let dump = run.said().unwrap().stdout;
            assert!(dump.contains("fencing          resource-and-stonith;"), "{dump}");
            let handler = dump.lines().find_map(|line| line.trim().strip_prefix("fence-peer")).expect("a handler");
            let handler = overlay.join(handler.trim().trim_matches([';', '"']).trim_start_matches('/'));
            let mode = fs::metadata(&handler).expect("the handler is in the overlay").permissions().mode();
            assert_eq!(mode & 0o777, 0o755, "{}", handler.display());
        }
    }
    assert_eq!(seen.len(), 2, "both generations are among the descriptions");
}

/// The lock table of a filesystem as verify.sh reads it.
const READ_TABLE: &str = r#"PATH+=:/usr/sbin:/sbin; eval "$(grep '^lock_table() ' "$1")"; lock_table "$2""#;

#[test]
fn verify_sh_reads_the_lock_table_that_mkfs_wrote() {
    let Some(mkfs) = Tool::find("mkfs.gfs2").filter(|_| find("mkfs.gfs2").is_some()) else { return };
    let bash = Tool::find("bash").expect("bash");
    let folder = tempfile::tempdir().unwrap();
    let device = folder.path().join("volume");
    for built in built::all() {
        let script = built.ending("node.sh").remove(0);
        // The first filesystem of each tree: the others are made by the same lines.
        let arguments = gfs2::arguments(&bash, &script).unwrap().unwrap().remove(0);
        let table = arguments[1 + arguments.iter().position(|word| word == "-t").unwrap()].clone();
        assert!(gfs2::make(&mkfs, &arguments, &device, 8 << 30).unwrap().said().unwrap().is_fine());
        let mut verify = Command::new("bash");
        verify.args(["-c", READ_TABLE, "bash"]).arg(built.root.join("verify.sh")).arg(&device);
        assert_eq!(readers::run(&mut verify, &table).trim(), table, "{}", built.name);
    }
}
