//! A user with descriptions and trees, for whom permissions are, and the program as this user runs it.

#![allow(dead_code, reason = "each test program uses its part of this")]

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use crate::program::{MINIMAL, Said};

/// Nobody's number on every system that tests run on.
pub const NOBODY: u32 = 65534;

/// A user's folder with a description of each name and, below `out`, the trees. They belong to who runs the program.
pub struct User {
    pub folder: tempfile::TempDir,
}

pub type Files = BTreeMap<PathBuf, (Vec<u8>, u64)>;

impl User {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        if root() {
            chown(folder.path(), Some(NOBODY), Some(NOBODY)).unwrap();
        }
        let user = User { folder };
        user.describe("a", "5s");
        user
    }

    pub fn built() -> Self {
        let user = User::new();
        let said = user.build(&["a.yaml"]);
        assert_eq!(said.code, 0, "{}", said.err);
        user
    }

    /// Writes the description of a cluster whose name is the file's.
    pub fn describe(&self, name: &str, token: &str) {
        let text = MINIMAL.replace("  name: vcluster", &format!("  name: {name}\n  token: {token}"));
        fs::write(self.at(&format!("{name}.yaml")), text).unwrap();
    }

    pub fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// The program, as a user that permissions are for.
    pub fn start(&self, words: &[&str]) -> Child {
        let mut command = Command::new(program_for_all());
        command.args(words).current_dir(self.folder.path()).env_clear();
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        if root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        command.spawn().unwrap()
    }

    pub fn run(&self, words: &[&str]) -> Said {
        said(self.start(words))
    }

    pub fn build(&self, words: &[&str]) -> Said {
        self.run(&[&["build", "-q"], words].concat())
    }

    /// Content and inode of every file of a tree.
    pub fn tree(&self, name: &str) -> Files {
        let (mut files, mut folders) = (Files::new(), vec![self.at("out").join(name)]);
        while let Some(folder) = folders.pop() {
            for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                let metadata = fs::symlink_metadata(&path).unwrap();
                if metadata.is_dir() {
                    folders.push(path);
                } else {
                    let content = if metadata.is_file() { fs::read(&path).unwrap() } else { Vec::new() };
                    files.insert(path, (content, metadata.ino()));
                }
            }
        }
        files
    }

    /// Builds what is now described of `a`: it must be refused for this reason and leave the tree as it is.
    pub fn is_refused(&self, words: &[&str], reasons: &[&str]) {
        let before = self.tree("a");
        let said = self.build(&[&["a.yaml"], words].concat());
        assert_eq!(said.code, 4, "{}", said.err);
        assert!(
            said.err.starts_with("gfs2gen: ") && reasons.iter().all(|reason| said.err.contains(reason)),
            "{}",
            said.err
        );
        assert!(self.tree("a") == before, "{}", said.err);
    }

    pub fn names(&self, folder: &str) -> Vec<String> {
        let names =
            fs::read_dir(self.at(folder)).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }
}

pub fn said(child: Child) -> Said {
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

pub fn root() -> bool {
    rustix::process::geteuid().is_root()
}

/// The program where any user can start it.
pub fn program_for_all() -> &'static Path {
    static COPY: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = COPY.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        let path = folder.path().join("gfs2gen");
        fs::copy(env!("CARGO_BIN_EXE_gfs2gen"), &path).unwrap();
        (folder, path)
    });
    path
}
