//! The writer on a real file system: what it finds, what it writes, and what it leaves alone.

mod place;

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use gfs2gen::bundle::{Bundle, File, RelPath};
use gfs2gen::output::{Change, apply, plan};
use place::{MANIFEST, Place, bundle, identity, small};
use proptest::prelude::*;

#[test]
fn a_new_tree_has_content_modes_and_a_manifest() {
    let place = Place::new();
    assert_eq!(place.plan(&small()).count(&Change::Create), 4);
    place.build(&small(), false).unwrap();
    let disk = place.disk();
    assert_eq!(disk.len(), 4);
    assert_eq!(disk["vcluster/nodes/a/etc/x"], (b"x = 1".to_vec(), 0o600));
    assert_eq!(disk["vcluster/go.sh"].1, 0o755);
    let manifest: serde_json::Value = serde_json::from_slice(&disk["vcluster/MANIFEST.json"].0).unwrap();
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
    let next = bundle(&[("RUNBOOK.md", "read me again", 0o644), ("new", "n", 0o644), ("go.sh", "true", 0o755)]);
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
fn leftovers_of_killed_runs_go_and_others_stay() {
    let place = Place::built(&small());
    for name in [".vcluster.gfs2gen-new", ".other.gfs2gen-new", ".git"] {
        fs::create_dir_all(place.out.path().join(name).join("tree/x")).unwrap();
    }
    place.build(&bundle(&[("a", "a", 0o644)]), false).unwrap();
    let mut names: Vec<_> = fs::read_dir(place.out.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, [".git", ".other.gfs2gen-new", "vcluster"]);
}

#[test]
fn a_tree_left_aside_by_a_killed_run_comes_back() {
    let place = Place::built(&small());
    place.write("mine", "mine");
    let seen = place.plan(&small());
    let staging = place.out.path().join(".vcluster.gfs2gen-new");
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
    place.build(&bundle(&[("nodes/a/etc/x", "x = 2", 0o600)]), false).unwrap();
    assert_eq!(fs::metadata(place.at("nodes/a")).unwrap().mode() & 0o777, 0o750);
    assert_eq!(fs::metadata(place.tree()).unwrap().mode() & 0o777, 0o711);
}

#[test]
fn many_runs_at_once_leave_one_whole_tree() {
    let place = Place::new();
    let trees: Vec<_> = (0..4)
        .map(|i| {
            bundle(&[("a", &format!("{i}"), 0o644), ("b/c", &format!("{i}"), 0o644), (&format!("d{i}"), "", 0o644)])
        })
        .collect();
    std::thread::scope(|scope| {
        for tree in &trees {
            let place = &place;
            scope.spawn(move || {
                for _ in 0..8 {
                    place.build(tree, false).unwrap();
                }
            });
        }
    });
    let whole = trees.iter().filter(|tree| place.plan(tree).is_clean()).count();
    assert_eq!(whole, 1);
    assert_eq!(fs::read_dir(place.out.path()).unwrap().count(), 1);
}

fn any_bundle() -> impl Strategy<Value = Bundle> {
    let path = "[ab](/[ab]){0,3}";
    let file = (path, "[xyz]{0,2}", prop::sample::select(vec![0o600, 0o644, 0o755]));
    prop::collection::vec(file, 0..8).prop_map(|files| {
        let mut bundle = Bundle::new();
        for (path, content, mode) in files {
            let path = RelPath::new(path).unwrap();
            // Paths that are taken are left out.
            let _ = bundle.insert(File { path, content, mode, owner: "root:root", kind: "test", reload: None });
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
            Ok(_) => {
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
