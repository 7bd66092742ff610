//! Trees as the program itself writes them.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A tree in a folder that goes with it.
pub struct Built {
    /// The description's name, for messages.
    pub name: String,
    /// The tree's root.
    pub root: PathBuf,
    _folder: tempfile::TempDir,
}

/// The program, without what the environment could change.
pub fn gfs2gen() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gfs2gen"));
    command.env_clear().env("PATH", "/usr/bin:/bin");
    command
}

/// Builds a description, which must be fine.
pub fn build(description: &Path, name: &str) -> Built {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = gfs2gen().arg("build").arg(description).arg("-o").arg(folder.path()).output().expect("it starts");
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    let root = fs::read_dir(folder.path()).unwrap().next().expect("a tree").unwrap().path();
    Built { name: name.to_owned(), root, _folder: folder }
}

/// Every description that has an expected tree, by name.
pub fn examples() -> Vec<(String, PathBuf)> {
    descriptions(&Path::new(ROOT).join("examples"))
}

/// Every description that a tree is built of here: the examples, and those that no example resembles.
pub fn all() -> Vec<Built> {
    let unlike = descriptions(&Path::new(ROOT).join("tests/descriptions"));
    examples().into_iter().chain(unlike).map(|(name, path)| build(&path, &name)).collect()
}

/// The tree of one example.
pub fn example(name: &str) -> Built {
    build(&Path::new(ROOT).join("examples").join(name).join("cluster.yaml"), name)
}

/// The description `unlike` on another platform.
pub fn unlike_on(platform: &str) -> Built {
    let text = fs::read_to_string(Path::new(ROOT).join("tests/descriptions/unlike/cluster.yaml")).unwrap();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("cluster.yaml");
    fs::write(&path, text.replace("platform: debian12", &format!("platform: {platform}"))).unwrap();
    build(&path, &format!("unlike on {platform}"))
}

fn descriptions(folder: &Path) -> Vec<(String, PathBuf)> {
    let mut found: Vec<(String, PathBuf)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| (entry.file_name().into_string().unwrap(), entry.path().join("cluster.yaml")))
        .collect();
    found.sort();
    assert!(!found.is_empty());
    found
}

impl Built {
    /// Every file by its path from the root, with its mode and bytes.
    pub fn files(&self) -> BTreeMap<String, (u32, Vec<u8>)> {
        files(&self.root)
    }

    /// The files whose path ends so.
    pub fn ending(&self, ending: &str) -> Vec<PathBuf> {
        self.files().keys().filter(|path| path.ends_with(ending)).map(|path| self.root.join(path)).collect()
    }

    /// The overlay of each node, with the node's name.
    pub fn overlays(&self) -> Vec<(String, PathBuf)> {
        let nodes = fs::read_dir(self.root.join("nodes")).unwrap().map(|node| node.unwrap());
        nodes.map(|node| (node.file_name().into_string().unwrap(), node.path().join("rootfs"))).collect()
    }
}

/// Every file below a folder.
pub fn files(root: &Path) -> BTreeMap<String, (u32, Vec<u8>)> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o7777;
                let below = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                found.insert(below, (mode, fs::read(&path).unwrap()));
            }
        }
    }
    found
}
