//! The tree of every example, byte for byte. `GFS2GEN_BLESS=1 cargo test --test golden` accepts what is built now.

#[allow(dead_code)]
mod built;

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;

use similar::TextDiff;

/// What git keeps of a mode.
fn executable(mode: u32) -> bool {
    mode & 0o100 != 0
}

#[test]
fn the_trees_are_the_expected_ones() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    let examples: BTreeSet<String> = built::examples().into_iter().map(|(name, _)| name).collect();
    if std::env::var("GFS2GEN_BLESS").is_ok() {
        bless(&golden);
    }
    let expected: BTreeSet<String> =
        fs::read_dir(&golden).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(examples, expected, "examples/ and golden/ hold the same names");
    for (name, description) in built::examples() {
        let now = built::build(&description, &name).files();
        let then = built::files(&golden.join(&name));
        let paths: BTreeSet<&String> = now.keys().chain(then.keys()).collect();
        for path in paths {
            match (then.get(path), now.get(path)) {
                (Some(then), Some(now)) => {
                    let (old, new) = (String::from_utf8_lossy(&then.1), String::from_utf8_lossy(&now.1));
                    let diff = TextDiff::from_lines(&*old, &*new);
                    assert!(old == new, "{name}/{path} differs\n{}", diff.unified_diff());
                    assert_eq!(executable(then.0), executable(now.0), "{name}/{path}: mode");
                }
                (None, _) => panic!("{name}/{path} is built but not expected"),
                (_, None) => panic!("{name}/{path} is expected but not built"),
            }
        }
    }
}

fn bless(golden: &Path) {
    // What is expected stays where nothing can be built.
    let trees = built::examples().into_iter().map(|(name, description)| (built::build(&description, &name), name));
    let trees: Vec<_> = trees.collect();
    let _ = fs::remove_dir_all(golden);
    for (tree, name) in &trees {
        for (path, (mode, bytes)) in tree.files() {
            let file = golden.join(name).join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, bytes).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        }
    }
}

#[test]
fn the_manifest_names_every_other_file_with_its_mode() {
    for tree in built::all() {
        let mut files = tree.files();
        let manifest = files.remove("MANIFEST.json").expect("a manifest");
        let manifest: serde_json::Value = serde_json::from_slice(&manifest.1).unwrap();
        let listed: Vec<(String, String)> = manifest["files"]
            .as_array()
            .unwrap()
            .iter()
            .map(|file| (file["path"].as_str().unwrap().to_owned(), file["mode"].as_str().unwrap().to_owned()))
            .collect();
        let found: Vec<(String, String)> =
            files.into_iter().map(|(path, (mode, _))| (path, format!("{mode:04o}"))).collect();
        assert_eq!(listed, found, "{}", tree.name);
    }
}

#[test]
fn another_user_folder_and_locale_give_the_same_bytes() {
    for (name, description) in built::examples() {
        let here = built::build(&description, &name);
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
        let copy = folder.path().join("copied here");
        copy_folder(description.parent().unwrap(), &copy);
        let program = folder.path().join("gfs2gen");
        fs::copy(env!("CARGO_BIN_EXE_gfs2gen"), &program).unwrap();
        let mut command = std::process::Command::new(&program);
        command.env_clear().envs([("LC_ALL", "tr_TR.UTF-8"), ("TZ", "Pacific/Chatham"), ("HOME", "/nonexistent")]);
        command.current_dir(&copy).args(["build", "cluster.yaml", "-o", "../elsewhere"]);
        if rustix::process::getuid().is_root() {
            command.uid(65534).gid(65534);
        }
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let tree = fs::read_dir(folder.path().join("elsewhere")).unwrap().next().unwrap().unwrap().path();
        assert_eq!(here.files(), built::files(&tree), "{name}");
    }
}

#[test]
fn a_host_of_another_name_gives_the_same_bytes() {
    for (name, description) in built::examples() {
        let here = built::build(&description, &name);
        let folder = tempfile::tempdir().unwrap();
        let mut command = std::process::Command::new("unshare");
        command.args(["-Uru", "sh", "-euc", "hostname somewhere-else; exec \"$@\"", "sh"]);
        command.arg(env!("CARGO_BIN_EXE_gfs2gen")).arg("build").arg(&description).arg("-o").arg(folder.path());
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let tree = fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
        assert_eq!(here.files(), built::files(&tree), "{name}");
    }
}

fn copy_folder(from: &Path, to: &Path) {
    for (path, (_, bytes)) in built::files(from) {
        let file = to.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, bytes).unwrap();
    }
}

#[test]
fn no_file_but_the_manifest_knows_the_version_and_none_the_date() {
    let year = std::process::Command::new("date").arg("+%Y-%m").output().unwrap();
    let today = String::from_utf8(year.stdout).unwrap();
    for tree in built::all() {
        for (path, (_, bytes)) in tree.files() {
            let text = String::from_utf8(bytes).unwrap_or_else(|_| panic!("{path} is not UTF-8"));
            assert!(!text.contains(today.trim()), "{path} names the date");
            assert!(!text.contains(env!("CARGO_MANIFEST_DIR")), "{path} names a folder of this machine");
            if path != "MANIFEST.json" {
                assert!(!text.contains(env!("CARGO_PKG_VERSION")), "{path} names the version");
            }
        }
    }
}
