//! The writer on a real file system: what it finds, what it writes, and what it leaves alone.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use gfs2gen::bundle::{Bundle, File, RelPath};
use gfs2gen::output::{Change, Changes, OutputError, apply, plan};
use proptest::prelude::*;

const MANIFEST: &str = "MANIFEST.json";

fn bundle(files: &[(&str, &str, u32)]) -> Bundle {
    let mut bundle = Bundle::new();
    for (path, content, mode) in files {
        let file = File {
            path: RelPath::new(*path).unwrap(),
            content: (*content).to_owned(),
            mode: *mode,
            owner: "root:root",
            kind: "test",
            reload: None,
        };
        bundle.insert(file).unwrap();
    }
    bundle
}

fn small() -> Bundle {
    bundle(&[
        ("RUNBOOK.md", "read me", 0o644),
        ("nodes/a/etc/x", "x = 1", 0o600),
        ("go.sh", "true", 0o755),
    ])
}

/// An output folder with a tree in it.
struct Place {
    out: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Place {
            out: tempfile::tempdir().unwrap(),
        }
    }

    fn built(bundle: &Bundle) -> Self {
        let place = Place::new();
        place.build(bundle, false).unwrap();
        place
    }

    fn tree(&self) -> PathBuf {
        self.out.path().join("vcluster")
    }

    fn at(&self, path: &str) -> PathBuf {
        self.tree().join(path)
    }

    fn write(&self, path: &str, content: &str) {
        fs::create_dir_all(self.at(path).parent().unwrap()).unwrap();
        fs::write(self.at(path), content).unwrap();
    }

    fn plan(&self, bundle: &Bundle) -> Changes {
        plan(&self.tree(), bundle, "vcluster").unwrap()
    }

    fn build(&self, bundle: &Bundle, force: bool) -> Result<(), OutputError> {
        apply(&plan(&self.tree(), bundle, "vcluster")?, bundle, force)
    }

    /// Path, content and mode of every file, and the names beside the tree.
    fn disk(&self) -> BTreeMap<String, (Vec<u8>, u32)> {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.out.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let metadata = fs::symlink_metadata(&path).unwrap();
                let name = path
                    .strip_prefix(self.out.path())
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned();
                if metadata.is_dir() {
                    folders.push(path);
                } else {
                    let content = if metadata.is_file() {
                        fs::read(&path).unwrap()
                    } else {
                        b"special".to_vec()
                    };
                    found.insert(name, (content, metadata.mode() & 0o7777));
                }
            }
        }
        found
    }

    /// What `bundle` is refused for, with or without force, and that the disk stays as it is.
    fn refusal(&self, bundle: &Bundle, force: bool) -> String {
        let before = self.disk();
        let error = self.build(bundle, force).unwrap_err().to_string();
        assert_eq!(self.disk(), before);
        error
    }
}

fn identity(path: &Path) -> (u64, i64, i64) {
    let metadata = fs::symlink_metadata(path).unwrap();
    (metadata.ino(), metadata.mtime(), metadata.mtime_nsec())
}

#[test]
fn a_new_tree_has_content_modes_and_a_manifest() {
    let place = Place::new();
    assert_eq!(place.plan(&small()).count(&Change::Create), 4);
    place.build(&small(), false).unwrap();
    let disk = place.disk();
    assert_eq!(disk.len(), 4);
    assert_eq!(disk["vcluster/nodes/a/etc/x"], (b"x = 1".to_vec(), 0o600));
    assert_eq!(disk["vcluster/go.sh"].1, 0o755);
    let manifest: serde_json::Value =
        serde_json::from_slice(&disk["vcluster/MANIFEST.json"].0).unwrap();
    assert_eq!(manifest["files"].as_array().unwrap().len(), 3);
    assert_eq!(fs::metadata(place.tree()).unwrap().mode() & 0o700, 0o700);
    assert!(place.plan(&small()).is_clean());
}

#[test]
fn the_folders_above_are_made() {
    let place = Place::new();
    let deep = place.out.path().join("a/b/vcluster");
    apply(&plan(&deep, &small(), "vcluster").unwrap(), &small(), false).unwrap();
    assert!(plan(&deep, &small(), "vcluster").unwrap().is_clean());
}

#[test]
fn nothing_to_do_touches_nothing() {
    let place = Place::built(&small());
    let before = identity(&place.tree());
    place.build(&small(), false).unwrap();
    assert_eq!(identity(&place.tree()), before);
}

#[test]
fn update_and_remove_leave_the_unchanged_files_alone() {
    let place = Place::built(&small());
    let before = identity(&place.at("go.sh"));
    let next = bundle(&[
        ("RUNBOOK.md", "read me again", 0o644),
        ("new", "n", 0o644),
        ("go.sh", "true", 0o755),
    ]);
    let changes = place.plan(&next);
    assert_eq!(changes.get("RUNBOOK.md"), Some(&Change::Update));
    assert_eq!(changes.get(MANIFEST), Some(&Change::Update));
    assert_eq!(changes.get("nodes/a/etc/x"), Some(&Change::Remove));
    assert_eq!(changes.get("new"), Some(&Change::Create));
    assert_eq!(changes.get("go.sh"), Some(&Change::Unchanged));
    assert_eq!(changes.blocked().count(), 0);
    place.build(&next, false).unwrap();
    assert_eq!(identity(&place.at("go.sh")), before);
    assert_eq!(fs::metadata(place.at("go.sh")).unwrap().nlink(), 1);
    assert!(!place.at("nodes").exists());
    assert_eq!(place.disk().len(), 4);
    assert!(place.plan(&next).is_clean());
}

#[test]
fn a_file_deleted_by_hand_comes_back() {
    let place = Place::built(&small());
    fs::remove_file(place.at("go.sh")).unwrap();
    assert_eq!(place.plan(&small()).get("go.sh"), Some(&Change::Create));
    place.build(&small(), false).unwrap();
    assert!(place.plan(&small()).is_clean());
}

#[test]
fn modes_count_as_git_keeps_them() {
    let place = Place::built(&small());
    fs::set_permissions(place.at("nodes/a/etc/x"), fs::Permissions::from_mode(0o664)).unwrap();
    assert!(place.plan(&small()).is_clean());
    fs::set_permissions(place.at("go.sh"), fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(place.plan(&small()).get("go.sh"), Some(&Change::Update));
    place.build(&small(), false).unwrap();
    assert_eq!(place.disk()["vcluster/go.sh"].1, 0o755);
}

#[test]
fn edited_files_stop_everything_unless_forced() {
    let place = Place::built(&small());
    place.write("RUNBOOK.md", "mine");
    place.write("nodes/a/etc/x", "mine too");
    let next = bundle(&[
        ("RUNBOOK.md", "read me again", 0o644),
        ("go.sh", "false", 0o755),
    ]);
    let error = place.refusal(&next, false);
    assert!(
        error.contains("RUNBOOK.md (edited by hand)") && error.contains("nodes/a/etc/x (edited"),
        "{error}"
    );
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
    assert_eq!(
        place.plan(&next).get("RUNBOOK.md"),
        Some(&Change::Unchanged)
    );
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
    assert_eq!(
        fs::read_to_string(place.at("nodes/a/notes.txt")).unwrap(),
        "mine"
    );
    assert_eq!(
        fs::read_link(place.at("link")).unwrap(),
        Path::new("/nowhere")
    );
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
    let hurdles: [(&str, fn(&Path)); 4] = [
        ("a symbolic link", |path| {
            symlink("/etc/passwd", path).unwrap()
        }),
        ("a named pipe", |path| {
            assert!(Command::new("mkfifo").arg(path).status().unwrap().success())
        }),
        ("a socket", |path| {
            drop(std::os::unix::net::UnixListener::bind(path).unwrap())
        }),
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
    assert!(
        place
            .refusal(&small(), true)
            .contains("nodes (a symbolic link")
    );
    fs::remove_file(place.at("nodes")).unwrap();
    place.write("nodes", "mine");
    assert!(
        place
            .refusal(&small(), true)
            .contains("a file is where a folder must go")
    );
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
    assert!(
        place
            .refusal(&file, true)
            .contains("a folder is where a file must go")
    );
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
    let error = plan(&below, &small(), "vcluster")
        .and_then(|seen| apply(&seen, &small(), false))
        .unwrap_err();
    assert!(
        error.to_string().contains("choose another folder"),
        "{error}"
    );
}

#[test]
fn a_manifest_that_is_broken_or_of_another_cluster_stops_everything() {
    let place = Place::built(&small());
    assert!(
        plan(&place.tree(), &small(), "other")
            .unwrap_err()
            .to_string()
            .contains("`vcluster`, not of `other`")
    );
    for broken in ["{", "{\"schema\": 2}", "[]", ""] {
        place.write(MANIFEST, broken);
        assert!(place.refusal(&small(), true).contains("restore it"));
    }
    fs::remove_file(place.at(MANIFEST)).unwrap();
    assert_eq!(
        place.plan(&small()).get("RUNBOOK.md"),
        Some(&Change::Unchanged)
    );
    place.build(&small(), false).unwrap();
    assert!(place.plan(&small()).is_clean());
}

#[test]
fn leftovers_of_killed_runs_go_and_others_stay() {
    let place = Place::built(&small());
    for name in [
        ".vcluster.gfs2gen-new-1",
        ".vcluster.gfs2gen-new-2",
        ".other.gfs2gen-new-1",
        ".git",
    ] {
        fs::create_dir_all(place.out.path().join(name).join("tree/x")).unwrap();
    }
    place.build(&bundle(&[("a", "a", 0o644)]), false).unwrap();
    let mut names: Vec<_> = fs::read_dir(place.out.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    names.sort();
    assert_eq!(names, [".git", ".other.gfs2gen-new-1", "vcluster"]);
}

#[test]
fn a_tree_left_aside_by_a_killed_run_comes_back() {
    let place = Place::built(&small());
    place.write("mine", "mine");
    let seen = place.plan(&small());
    let staging = place.out.path().join(".vcluster.gfs2gen-new-1");
    fs::create_dir(&staging).unwrap();
    fs::rename(place.tree(), staging.join("old")).unwrap();
    apply(&seen, &small(), true).unwrap();
    assert_eq!(fs::read_to_string(place.at("mine")).unwrap(), "mine");
    assert!(!staging.exists());
}

#[test]
fn a_folder_keeps_its_mode() {
    let place = Place::built(&small());
    fs::set_permissions(place.at("nodes/a"), fs::Permissions::from_mode(0o750)).unwrap();
    fs::set_permissions(place.tree(), fs::Permissions::from_mode(0o711)).unwrap();
    place
        .build(&bundle(&[("nodes/a/etc/x", "x = 2", 0o600)]), false)
        .unwrap();
    assert_eq!(
        fs::metadata(place.at("nodes/a")).unwrap().mode() & 0o777,
        0o750
    );
    assert_eq!(fs::metadata(place.tree()).unwrap().mode() & 0o777, 0o711);
}

#[test]
fn an_edit_after_the_look_is_not_covered_by_force() {
    let place = Place::built(&small());
    let next = bundle(&[("RUNBOOK.md", "read me again", 0o644)]);
    let seen = place.plan(&next);
    place.write("RUNBOOK.md", "mine");
    assert!(matches!(
        apply(&seen, &next, true),
        Err(OutputError::Raced { .. })
    ));
    assert!(matches!(
        apply(&seen, &next, false),
        Err(OutputError::Blocked { .. })
    ));
    assert_eq!(fs::read_to_string(place.at("RUNBOOK.md")).unwrap(), "mine");
}

#[test]
fn many_runs_at_once_leave_one_whole_tree() {
    let place = Place::new();
    let trees: Vec<_> = (0..4)
        .map(|i| {
            bundle(&[
                ("a", &format!("{i}"), 0o644),
                ("b/c", &format!("{i}"), 0o644),
                (&format!("d{i}"), "", 0o644),
            ])
        })
        .collect();
    std::thread::scope(|scope| {
        for tree in &trees {
            let place = &place;
            scope.spawn(move || {
                for _ in 0..8 {
                    // The look happens without the lock, so it may see the tree in the middle of another run's swap.
                    let _ = place.build(tree, false);
                }
            });
        }
    });
    let whole = trees
        .iter()
        .filter(|tree| place.plan(tree).is_clean())
        .count();
    assert_eq!(whole, 1);
    assert_eq!(fs::read_dir(place.out.path()).unwrap().count(), 1);
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
    assert!(
        error.contains("free some space") && error.contains("big"),
        "{error}"
    );
    assert_eq!(place.disk(), before);
    mounted.read_only();
    let error = place.build(&bundle(&[]), false).unwrap_err().to_string();
    assert!(
        error.contains("choose a folder that can be written"),
        "{error}"
    );
    assert_eq!(place.disk(), before);
}

/// A small file system over a folder, as long as this lives.
struct Tmpfs<'a>(&'a Path);

impl<'a> Tmpfs<'a> {
    fn mount(folder: &'a Path) -> Option<Self> {
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"])
            .arg(folder);
        mount
            .output()
            .is_ok_and(|output| output.status.success())
            .then_some(Tmpfs(folder))
    }

    fn read_only(&self) {
        assert!(
            Command::new("mount")
                .args(["-o", "remount,ro"])
                .arg(self.0)
                .status()
                .unwrap()
                .success()
        );
    }
}

impl Drop for Tmpfs<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0).status();
    }
}

fn any_bundle() -> impl Strategy<Value = Bundle> {
    let path = "[ab](/[ab]){0,3}";
    let file = (
        path,
        "[xyz]{0,2}",
        prop::sample::select(vec![0o600, 0o644, 0o755]),
    );
    prop::collection::vec(file, 0..8).prop_map(|files| {
        let mut bundle = Bundle::new();
        for (path, content, mode) in files {
            let path = RelPath::new(path).unwrap();
            // Paths that are taken are left out.
            let _ = bundle.insert(File {
                path,
                content,
                mode,
                owner: "root:root",
                kind: "test",
                reload: None,
            });
        }
        bundle
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_applied_is_unchanged(bundles in prop::collection::vec(any_bundle(), 1..5)) {
        let place = Place::new();
        for bundle in &bundles {
            place.build(bundle, false).unwrap();
            prop_assert!(place.plan(bundle).is_clean());
            prop_assert_eq!(place.disk().len(), bundle.len() + 1);
        }
    }

    #[test]
    fn looking_never_writes_and_force_loses_nothing_foreign(
        first in any_bundle(),
        second in any_bundle(),
        mine in prop::collection::btree_map("[ab]/m[ab]{0,2}", "[mn]{1,2}", 0..4),
    ) {
        let place = Place::built(&first);
        let mine: Vec<_> = mine.into_iter().filter(|(path, _)| place.at(path).parent().unwrap().is_dir()).collect();
        for (path, content) in &mine {
            place.write(path, content);
        }
        let before = place.disk();
        let seen = place.plan(&second);
        prop_assert_eq!(place.disk(), before);
        match apply(&seen, &second, true) {
            Ok(()) => {
                for file in second.iter() {
                    prop_assert_eq!(&fs::read_to_string(place.at(file.path.as_str())).unwrap(), &file.content);
                }
                for (path, content) in &mine {
                    prop_assert_eq!(&fs::read_to_string(place.at(path)).unwrap(), content);
                }
            }
            Err(_) => prop_assert!(seen.refused().next().is_some()),
        }
    }
}
