//! Where a reader reads: a folder of its own, and namespaces of its own where it needs them.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::tree::node_of;
use super::{Tools, Tree};
use crate::tool::{Run, Tool};

/// What one reading has at hand. The folder goes with it.
pub struct Desk<'a> {
    /// The tree that is read.
    pub tree: &'a Tree,
    tools: &'a Tools,
    isolation: Option<Isolation>,
    folder: tempfile::TempDir,
}

impl<'a> Desk<'a> {
    pub(super) fn new(tree: &'a Tree, tools: &'a Tools, isolation: Option<Isolation>) -> io::Result<Desk<'a>> {
        Ok(Desk { tree, tools, isolation, folder: tempfile::tempdir()? })
    }

    /// The folder for this reading alone; also the reader's home.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// One of the programs that the reader said it needs.
    pub fn tool(&self, name: &str) -> &Tool {
        &self.tools[name].0
    }

    /// That program's version; empty where it does not say it.
    pub fn version(&self, name: &str) -> &str {
        self.tools[name].1.as_deref().unwrap_or_default()
    }

    /// A run of a program with this desk as its home.
    pub fn run<I: IntoIterator<Item = A>, A: AsRef<OsStr>>(&self, name: &str, arguments: I) -> Run {
        self.tool(name).run(arguments).env("HOME", self.folder())
    }

    /// A run of a shell script as root of namespaces of its own: mounts, network, host name. Only for readers that said
    /// that they need it.
    pub fn isolated<I: IntoIterator<Item = A>, A: AsRef<OsStr>>(&self, script: &str, arguments: I) -> Run {
        let isolation = self.isolation.as_ref().expect("an isolated reader is not run without");
        isolation.run(script).args(arguments).env("HOME", self.folder())
    }

    /// A file in the folder.
    pub fn write(&self, name: &str, text: &str) -> io::Result<PathBuf> {
        let path = self.folder().join(name);
        fs::create_dir_all(path.parent().unwrap_or(&path))?;
        fs::write(&path, text)?;
        Ok(path)
    }

    /// Copies a folder of the tree into this one: some readers write beside what they read.
    pub fn copy(&self, folder: &str) -> io::Result<PathBuf> {
        let below = format!("{folder}/");
        for file in self.tree.files().filter(|file| file.starts_with(&below)) {
            self.write(file, &self.tree.text(file)?)?;
        }
        Ok(self.folder().join(folder))
    }

    /// The name of the node whose file this is.
    pub fn node<'f>(&self, file: &'f str) -> &'f str {
        node_of(file)
    }
}

/// How a reader becomes root of namespaces of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Isolation {
    unshare: &'static [&'static str],
}

/// In a user namespace, which most systems allow to everybody; or without one, which root may.
const WAYS: [&[&str]; 2] = [&["--map-root-user", "--user", "-unm"], &["-unm"]];

impl Isolation {
    /// The first way that works here.
    pub fn find() -> Option<Isolation> {
        let works = |way: &Isolation| {
            let mounts = way.run("hostname here && mount -t tmpfs none /mnt").said();
            mounts.is_ok_and(|said| said.is_fine())
        };
        Tool::find("unshare")?;
        WAYS.into_iter().map(|unshare| Isolation { unshare }).find(works)
    }

    fn run(self, script: &str) -> Run {
        let unshare = Tool::find("unshare").expect("it was found before");
        unshare.run(self.unshare).args(["sh", "-euc", script, "sh"])
    }
}
