//! What the writer does not replace: edited and foreign files, links, special files, and what it cannot read.

mod place;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use gfs2gen::output::{Change, OutputError, apply, plan};
use place::{MANIFEST, Place, Tmpfs, bundle, identity, small};

#[test]
fn edited_files_stop_everything_unless_forced() {
    let place = Place::built(&small());
    place.write("RUNBOOK.md", "mine");
    place.write("nodes/a/etc/x", "mine too");
    let next = bundle(&[("RUNBOOK.md", "read me again", 0o644), ("go.sh", "false", 0o755)]);
    let error = place.refusal(&next, false);
    assert!(error.contains("RUNBOOK.md (edited by hand)") && error.contains("nodes/a/etc/x (edited"), "{error}");
    assert!(error.contains("--force"), "{error}");
    place.build(&next, true).unwrap();
    assert!(place.plan(&next).is_clean());
    assert!(!place.at("nodes").exists());
}

#[test]
fn an_edit_that_is_what_we_would_write_is_no_edit() {
    let place = Place::built(&small());
    place.write("RUNBOOK.md", "read me again");
    let next = bundle(&[("RUNBOOK.md", "read me again", 0o644)]);
    assert_eq!(place.plan(&next).get("RUNBOOK.md"), Some(&Change::Unchanged));
    place.build(&next, false).unwrap();
}

#[test]
fn foreign_files_stop_everything_and_are_kept_when_forced() {
    let place = Place::built(&small());
    place.write("nodes/a/notes.txt", "mine");
    place.write("mine/deep/file", "mine");
    symlink("/nowhere", place.at("link")).unwrap();
    fs::create_dir(place.at("empty")).unwrap();
    let changes = place.plan(&small());
    for path in ["nodes/a/notes.txt", "mine", "link"] {
        assert_eq!(changes.get(path), Some(&Change::Foreign), "{path}");
    }
    assert_eq!(changes.get("empty"), None);
    let next = bundle(&[("RUNBOOK.md", "read me again", 0o644)]);
    assert!(place.refusal(&next, false).contains("mine (foreign)"));
    let before = identity(&place.at("mine/deep/file"));
    place.build(&next, true).unwrap();
    assert_eq!(identity(&place.at("mine/deep/file")), before);
    assert_eq!(fs::read_to_string(place.at("nodes/a/notes.txt")).unwrap(), "mine");
    assert_eq!(fs::read_link(place.at("link")).unwrap(), Path::new("/nowhere"));
    assert_eq!(place.plan(&next).count(&Change::Foreign), 3);
    // Forced again there is nothing to do, and nothing is touched.
    let before = identity(&place.tree());
    place.build(&next, true).unwrap();
    assert_eq!(identity(&place.tree()), before);
}

#[test]
fn a_foreign_file_in_the_way_is_replaced_only_when_forced() {
    let place = Place::new();
    place.write("RUNBOOK.md", "mine");
    place.write("go.sh", "true");
    fs::set_permissions(place.at("go.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    let changes = place.plan(&small());
    assert_eq!(changes.get("RUNBOOK.md"), Some(&Change::Foreign));
    assert_eq!(changes.get("go.sh"), Some(&Change::Unchanged));
    place.refusal(&small(), false);
    place.build(&small(), true).unwrap();
    assert!(place.plan(&small()).is_clean());
}

#[test]
fn links_and_special_files_in_the_way_are_refused_even_when_forced() {
    type Hurdle = (&'static str, fn(&Path));
    let hurdles: [Hurdle; 4] = [
        ("a symbolic link", |path| symlink("/etc/passwd", path).unwrap()),
        ("a named pipe", |path| assert!(Command::new("mkfifo").arg(path).status().unwrap().success())),
        ("a socket", |path| drop(std::os::unix::net::UnixListener::bind(path).unwrap())),
        ("a folder", |path| fs::create_dir(path).unwrap()),
    ];
    for (what, make) in hurdles {
        for path in ["RUNBOOK.md", "nodes/a/etc/x", MANIFEST] {
            let place = Place::built(&small());
            fs::remove_file(place.at(path)).unwrap();
            make(&place.at(path));
            let error = place.refusal(&small(), true);
            assert!(error.contains(what) && error.contains(path), "{error}");
        }
    }
}

#[test]
fn a_link_or_file_in_place_of_a_folder_is_refused() {
    let place = Place::built(&small());
    fs::rename(place.at("nodes"), place.out.path().join("elsewhere")).unwrap();
    symlink("../elsewhere", place.at("nodes")).unwrap();
    assert!(place.refusal(&small(), true).contains("nodes (a symbolic link"));
    fs::remove_file(place.at("nodes")).unwrap();
    place.write("nodes", "mine");
    assert!(place.refusal(&small(), true).contains("a file is where a folder must go"));
}

#[test]
fn our_own_files_and_folders_may_change_places() {
    let file = bundle(&[("x", "file", 0o644)]);
    let folder = bundle(&[("x/y/z", "below", 0o644)]);
    let place = Place::built(&file);
    place.build(&folder, false).unwrap();
    assert!(place.plan(&folder).is_clean());
    place.build(&file, false).unwrap();
    assert!(place.plan(&file).is_clean());
    place.build(&folder, false).unwrap();
    place.write("x/y/mine", "mine");
    assert!(place.refusal(&file, true).contains("a folder is where a file must go"));
}

#[test]
fn the_root_of_the_tree_must_be_a_real_folder() {
    let place = Place::built(&small());
    fs::rename(place.tree(), place.out.path().join("real")).unwrap();
    symlink("real", place.tree()).unwrap();
    assert!(place.refusal(&small(), true).contains("symbolic link"));
    fs::remove_file(place.tree()).unwrap();
    fs::write(place.tree(), "").unwrap();
    assert!(place.refusal(&small(), true).contains("not a folder"));
    let below = place.tree().join("vcluster");
    let error = plan(&below, &small(), "vcluster").and_then(|seen| apply(&seen, &small(), false)).unwrap_err();
    assert!(error.to_string().contains("choose another folder"), "{error}");
}

#[test]
fn a_manifest_that_is_broken_or_of_another_cluster_stops_everything() {
    let place = Place::built(&small());
    assert!(plan(&place.tree(), &small(), "other").unwrap_err().to_string().contains("`vcluster`, not of `other`"));
    for broken in ["{", "{\"schema\": 2}", "[]", ""] {
        place.write(MANIFEST, broken);
        assert!(place.refusal(&small(), true).contains("restore it"));
    }
    fs::remove_file(place.at(MANIFEST)).unwrap();
    assert_eq!(place.plan(&small()).get("RUNBOOK.md"), Some(&Change::Unchanged));
    place.build(&small(), false).unwrap();
    assert!(place.plan(&small()).is_clean());
}

#[test]
fn an_edit_after_the_look_is_not_covered_by_force() {
    let place = Place::built(&small());
    let next = bundle(&[("RUNBOOK.md", "read me again", 0o644)]);
    let seen = place.plan(&next);
    place.write("RUNBOOK.md", "mine");
    assert!(matches!(apply(&seen, &next, true), Err(OutputError::Raced { .. })));
    assert!(matches!(apply(&seen, &next, false), Err(OutputError::Blocked { .. })));
    assert_eq!(fs::read_to_string(place.at("RUNBOOK.md")).unwrap(), "mine");
}

#[test]
fn where_nothing_can_be_written_the_error_says_so() {
    let place = Place::built(&small());
    let next = bundle(&[("big", &"x".repeat(4 << 20), 0o644)]);
    let Some(mounted) = Tmpfs::mount(place.out.path()) else {
        eprintln!("skipped: no tmpfs can be mounted here");
        return;
    };
    let full = plan(&place.tree(), &small(), "vcluster").unwrap();
    apply(&full, &small(), false).unwrap();
    let before = place.disk();
    let error = place.build(&next, false).unwrap_err().to_string();
    assert!(error.contains("free some space") && error.contains("big"), "{error}");
    assert_eq!(place.disk(), before);
    mounted.read_only();
    let error = place.build(&bundle(&[]), false).unwrap_err().to_string();
    assert!(error.contains("choose a folder that can be written"), "{error}");
    assert_eq!(place.disk(), before);
}
