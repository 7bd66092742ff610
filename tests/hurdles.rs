//! The program where something is in its way: every time the old tree stands, exit code 4, and a message that says what.

mod place;
mod program;
mod user;

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::Path;
use std::process::{Child, Command};

use gfs2gen::output::{Change, apply, plan};
use place::{Place, Tmpfs, bundle, small};
use rustix::fs::{FlockOperation, flock};
use user::{NOBODY, User, root, said};

fn fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn something_else_is_where_the_trees_go() {
    type Hurdle = (&'static str, fn(&Path));
    let hurdles: [Hurdle; 4] = [
        ("a part of the path is a file", |path| fs::write(path, "mine").unwrap()),
        ("a part of the path is a file", fifo),
        ("a part of the path is a file", |path| drop(std::os::unix::net::UnixListener::bind(path).unwrap())),
        ("File exists", |path| symlink("/nowhere", path).unwrap()),
    ];
    for (reason, make) in hurdles {
        let user = User::new();
        make(&user.at("out"));
        let said = user.build(&["a.yaml"]);
        assert!(said.code == 4 && said.err.contains(reason), "{}", said.err);
        assert_eq!(user.names(""), ["a.yaml", "out"]);
    }
}

#[test]
fn something_else_is_where_new_trees_are_made() {
    type Hurdle = (&'static str, fn(&Path));
    let hurdles: [Hurdle; 4] = [
        ("it is not a folder", |path| fs::write(path, "mine").unwrap()),
        ("it is not a folder", fifo),
        ("it is not a folder", |path| symlink("/tmp", path).unwrap()),
        ("it holds something else", |path| fs::create_dir_all(path.join("mine")).unwrap()),
    ];
    for (reason, make) in hurdles {
        let user = User::built();
        user.describe("a", "6s");
        make(&user.at("out/.a.gfs2gen-new"));
        user.is_refused(&[], &[reason, "move it away", ".a.gfs2gen-new"]);
        assert_eq!(user.names("out"), [".a.gfs2gen-new", "a"]);
    }
}

#[test]
fn links_pipes_and_folders_are_in_the_tree() {
    for (what, make) in
        [("a named pipe", fifo as fn(&Path)), ("a symbolic link", |path| symlink("/etc/passwd", path).unwrap())]
    {
        let user = User::built();
        user.describe("a", "6s");
        let file = user.at("out/a/nodes/server4/rootfs/etc/corosync/corosync.conf");
        fs::remove_file(&file).unwrap();
        make(&file);
        user.is_refused(&["--force"], &[what, "corosync.conf", "move away what is in the way"]);
    }
    let user = User::built();
    fs::rename(user.at("out/a"), user.at("out/b")).unwrap();
    symlink("b", user.at("out/a")).unwrap();
    user.is_refused(&["--force"], &["symbolic link", "give the real folder with -o"]);
}

#[test]
fn permissions_are_taken_away() {
    let cases: [(&str, u32, &str); 4] = [
        // What cannot be read cannot be compared.
        ("out/a/RUNBOOK.md", 0, "cannot read out/a/RUNBOOK.md: Permission denied"),
        ("out/a/nodes", 0, "cannot read out/a/nodes: Permission denied"),
        // No new tree can be made beside the old one.
        ("out", 0o555, "cannot create out/.a.gfs2gen-new: Permission denied"),
        // And this one cannot be moved.
        ("out/a", 0o555, "cannot replace out/a: Permission denied"),
    ];
    for (path, mode, reason) in cases {
        let user = User::built();
        user.describe("a", "6s");
        let before = user.tree("a");
        let allowed = fs::metadata(user.at(path)).unwrap().permissions();
        fs::set_permissions(user.at(path), Permissions::from_mode(mode)).unwrap();
        let said = user.build(&["a.yaml"]);
        fs::set_permissions(user.at(path), allowed).unwrap();
        assert!(said.code == 4 && said.err.contains(reason), "{path}: {}", said.err);
        assert!(said.err.contains("give yourself access to it"), "{}", said.err);
        assert!(user.tree("a") == before && user.names("out") == ["a"], "{path}");
    }
}

#[test]
fn a_folder_that_forbids_its_owner_to_write_leaves_nothing_behind() {
    let user = User::built();
    for token in ["6s", "7s"] {
        fs::set_permissions(user.at("out/a/nodes/server4"), Permissions::from_mode(0o555)).unwrap();
        user.describe("a", token);
        let said = user.build(&["a.yaml"]);
        assert_eq!((said.code, said.err.as_str()), (0, ""));
        assert_eq!(user.names("out"), ["a"]);
        assert_eq!(fs::metadata(user.at("out/a/nodes/server4")).unwrap().mode() & 0o777, 0o555);
    }
    assert_eq!(user.run(&["build", "--check", "-q", "a.yaml"]).code, 0);
}

#[test]
fn an_old_tree_that_cannot_be_removed_is_said() {
    if !root() {
        eprintln!("skipped: only root can give folders away");
        return;
    }
    let user = User::built();
    chown(user.at("out/a/nodes/server4"), Some(0), Some(0)).unwrap();
    user.describe("a", "6s");
    let said = user.build(&["a.yaml"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(
        said.err.contains("the former tree could not be removed") && said.err.contains(".a.gfs2gen-new"),
        "{}",
        said.err
    );
    assert_eq!(user.run(&["build", "--check", "-q", "a.yaml"]).code, 0);
    user.describe("a", "7s");
    user.is_refused(&[], &["cannot remove what another run left: out/.a.gfs2gen-new", "Permission denied"]);
}

#[test]
fn root_leaves_files_to_their_owner() {
    if !root() {
        eprintln!("skipped: only root can give files away");
        return;
    }
    let user = User::built();
    user.describe("a", "6s");
    let words = ["build", "-q", "a.yaml"];
    assert_eq!(program::run(user.folder.path(), &words, "").code, 0);
    for path in ["", "nodes", "nodes/server4/rootfs/etc/corosync/corosync.conf", "MANIFEST.json", "bootstrap.sh"] {
        assert_eq!(fs::metadata(user.at("out/a").join(path)).unwrap().uid(), NOBODY, "{path}");
    }
}

#[test]
fn builds_at_once_leave_one_whole_tree() {
    let user = User::new();
    for (name, token) in [("x", "6s"), ("y", "7s")] {
        user.describe(name, token);
        let text = fs::read_to_string(user.at(&format!("{name}.yaml"))).unwrap();
        fs::write(user.at(&format!("{name}.yaml")), text.replace(&format!("name: {name}\n"), "name: a\n")).unwrap();
    }
    let runs: Vec<Child> =
        (0..4).flat_map(|_| ["x", "y"]).map(|name| user.start(&["build", "-q", &format!("{name}.yaml")])).collect();
    for run in runs {
        let said = said(run);
        assert_eq!((said.code, said.err.as_str()), (0, ""));
    }
    let fitting = ["x.yaml", "y.yaml"].map(|file| user.run(&["build", "--check", "-q", file]).code);
    assert!([[0, 3], [3, 0]].contains(&fitting), "{fitting:?}");
    assert_eq!(user.names("out"), ["a"]);
}

#[test]
fn a_build_that_does_not_end_is_not_waited_for_for_ever() {
    let user = User::built();
    user.describe("a", "6s");
    let folder = fs::File::open(user.at("out")).unwrap();
    flock(&folder, FlockOperation::LockExclusive).unwrap();
    user.is_refused(&[], &["out: another gfs2gen has been writing here for half a minute"]);
    flock(&folder, FlockOperation::Unlock).unwrap();
    assert_eq!(user.build(&["a.yaml"]).code, 0);
}

#[test]
fn one_tree_that_is_refused_stops_all_before_the_first_write() {
    let user = User::built();
    user.describe("b", "5s");
    assert_eq!(user.build(&["b.yaml"]).code, 0);
    fs::write(user.at("out/b/RUNBOOK.md"), "mine").unwrap();
    user.describe("a", "6s");
    user.is_refused(&["b.yaml"], &["out/b has files", "RUNBOOK.md (edited by hand)"]);
}

#[test]
fn the_disk_is_full() {
    for options in ["size=1m", "nr_inodes=60"] {
        let user = User::new();
        let out = user.at("out");
        fs::create_dir(&out).unwrap();
        let Some(_mounted) = Tmpfs::mount_with(&out, &format!("{options},mode=777")) else {
            eprintln!("skipped: no tmpfs can be mounted here");
            return;
        };
        // The first tree fits, and what is left does not hold a second one.
        let filler = if options.starts_with("size") { 600 << 10 } else { 0 };
        let said = user.build(&["a.yaml"]);
        match filler {
            0 => {
                assert!(said.code == 4 && said.err.contains("free some space"), "{}", said.err);
                assert_eq!(user.names("out"), [""; 0]);
            }
            bytes => {
                assert_eq!(said.code, 0, "{}", said.err);
                fs::write(user.at("out/filler"), vec![0; bytes]).unwrap();
                let text = fs::read_to_string(user.at("a.yaml")).unwrap();
                fs::write(user.at("a.yaml"), text.replace("server7", "server9").replace("server4", "server5")).unwrap();
                user.is_refused(&[], &["No space left on device", "free some space and run again"]);
                assert_eq!(user.names("out"), ["a", "filler"]);
            }
        }
    }
}

#[test]
fn the_tree_lies_in_a_lower_layer() {
    let user = User::new();
    let layers = user.at("layers");
    fs::create_dir(&layers).unwrap();
    fs::create_dir(user.at("out")).unwrap();
    let Some(_mounted) = Tmpfs::mount_with(&layers, "size=8m,mode=777") else {
        eprintln!("skipped: no tmpfs can be mounted here");
        return;
    };
    for layer in ["lower", "upper", "work"] {
        fs::create_dir(layers.join(layer)).unwrap();
        fs::set_permissions(layers.join(layer), Permissions::from_mode(0o777)).unwrap();
    }
    assert_eq!(user.build(&["a.yaml", "-o", "layers/lower"]).code, 0);
    let out = user.at("out");
    let Some(_overlay) = Tmpfs::overlay(&out, &layers) else {
        eprintln!("skipped: no overlay can be mounted here");
        return;
    };
    user.describe("a", "6s");
    user.is_refused(
        &[],
        &["cannot replace out/a", "a lower layer of an overlay file system", "choose another folder with -o"],
    );
    assert_eq!(user.names("out"), ["a"]);
}

#[test]
fn a_file_system_is_mounted_in_the_tree() {
    let place = Place::built(&small());
    let mine = place.at("mine");
    fs::create_dir(&mine).unwrap();
    let Some(_mounted) = Tmpfs::mount(&mine) else {
        eprintln!("skipped: no tmpfs can be mounted here");
        return;
    };
    place.write("mine/file", "mine");
    let next = bundle(&[("RUNBOOK.md", "read me again", 0o644)]);
    assert!(place.refusal(&next, true).contains("mine: a file system is mounted here"));
}

#[test]
fn an_edit_while_the_new_tree_is_made_is_kept() {
    // Long enough to make that an edit falls into it: the tree takes a moment to write.
    let files: Vec<(String, String)> = (0..200).map(|i| (format!("f{i}"), "x".repeat(9_000))).collect();
    let many = |suffix: &str| {
        let texts: Vec<(String, String)> =
            files.iter().map(|(path, text)| (path.clone(), format!("{text}{suffix}"))).collect();
        bundle(&texts.iter().map(|(path, text)| (path.as_str(), text.as_str(), 0o644)).collect::<Vec<_>>())
    };
    let mut raced = 0;
    for round in 0..20 {
        let place = Place::built(&many("old"));
        let next = many("new");
        let seen = plan(&place.tree(), &next, "vcluster").unwrap();
        let file = place.at("f199");
        let mine = format!("mine {round}");
        let outcome = std::thread::scope(|scope| {
            let run = scope.spawn(|| apply(&seen, &next, false));
            std::thread::sleep(std::time::Duration::from_micros(700 * round));
            // As an editor does: a new file in the place of the old one, if the tree is still the old one.
            let edited = fs::read_to_string(&file).is_ok_and(|text| text.ends_with("old"));
            if edited {
                fs::write(place.out.path().join("mine"), &mine).unwrap();
                fs::rename(place.out.path().join("mine"), &file).unwrap();
            }
            run.join().unwrap().map(|_| edited)
        });
        let now = fs::read_to_string(&file).unwrap();
        match outcome {
            // Nobody edited, or somebody the new tree in the moment after the swap.
            Ok(edited) => assert!(now.ends_with("new") && !edited || now == mine, "{round}: {}", now.len()),
            Err(error) => {
                raced += 1;
                assert_eq!(now, mine, "{error}");
                assert_eq!(place.plan(&next).get("f199"), Some(&Change::Edited));
            }
        }
    }
    eprintln!("{raced} of 20 builds met the edit");
}
