//! An output folder to write trees into, and what can be seen of it.

#![allow(dead_code, reason = "each test program uses its part of this")]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use gfs2gen::bundle::{Bundle, File, RelPath};
use gfs2gen::output::{Changes, OutputError, apply, plan};

pub const MANIFEST: &str = "MANIFEST.json";

pub fn bundle(files: &[(&str, &str, u32)]) -> Bundle {
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

pub fn small() -> Bundle {
    bundle(&[("RUNBOOK.md", "read me", 0o644), ("nodes/a/etc/x", "x = 1", 0o600), ("go.sh", "true", 0o755)])
}

/// An output folder with a tree in it.
pub struct Place {
    pub out: tempfile::TempDir,
}

impl Place {
    pub fn new() -> Self {
        Place { out: tempfile::tempdir().unwrap() }
    }

    pub fn built(bundle: &Bundle) -> Self {
        let place = Place::new();
        place.build(bundle, false).unwrap();
        place
    }

    pub fn tree(&self) -> PathBuf {
        self.out.path().join("vcluster")
    }

    pub fn at(&self, path: &str) -> PathBuf {
        self.tree().join(path)
    }

    pub fn write(&self, path: &str, content: &str) {
        fs::create_dir_all(self.at(path).parent().unwrap()).unwrap();
        fs::write(self.at(path), content).unwrap();
    }

    pub fn plan(&self, bundle: &Bundle) -> Changes {
        plan(&self.tree(), bundle, "vcluster").unwrap()
    }

    pub fn build(&self, bundle: &Bundle, force: bool) -> Result<(), OutputError> {
        apply(&plan(&self.tree(), bundle, "vcluster")?, bundle, force).map(drop)
    }

    /// Path, content and mode of every file, and the names beside the tree.
    pub fn disk(&self) -> BTreeMap<String, (Vec<u8>, u32)> {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.out.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let metadata = fs::symlink_metadata(&path).unwrap();
                let name = path.strip_prefix(self.out.path()).unwrap().to_str().unwrap().to_owned();
                if metadata.is_dir() {
                    folders.push(path);
                } else {
                    let content = if metadata.is_file() { fs::read(&path).unwrap() } else { b"special".to_vec() };
                    found.insert(name, (content, metadata.mode() & 0o7777));
                }
            }
        }
        found
    }

    /// What `bundle` is refused for, with or without force, and that the disk stays as it is.
    pub fn refusal(&self, bundle: &Bundle, force: bool) -> String {
        let before = self.disk();
        let error = self.build(bundle, force).unwrap_err().to_string();
        assert_eq!(self.disk(), before);
        error
    }
}

pub fn identity(path: &Path) -> (u64, i64, i64) {
    let metadata = fs::symlink_metadata(path).unwrap();
    (metadata.ino(), metadata.mtime(), metadata.mtime_nsec())
}

/// A small file system over a folder, as long as this lives.
pub struct Tmpfs<'a>(&'a Path);

impl<'a> Tmpfs<'a> {
    pub fn mount(folder: &'a Path) -> Option<Self> {
        Tmpfs::mount_with(folder, "size=1m")
    }

    pub fn mount_with(folder: &'a Path, options: &str) -> Option<Self> {
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(folder);
        mount.output().is_ok_and(|output| output.status.success()).then_some(Tmpfs(folder))
    }

    /// An overlay over a folder, of the folders `lower`, `upper` and `work` in `layers`.
    pub fn overlay(folder: &'a Path, layers: &Path) -> Option<Self> {
        let at = |layer: &str| layers.join(layer).display().to_string();
        let options = format!("lowerdir={},upperdir={},workdir={}", at("lower"), at("upper"), at("work"));
        let mut mount = Command::new("mount");
        mount.args(["-t", "overlay", "-o", &options, "overlay"]).arg(folder);
        mount.output().is_ok_and(|output| output.status.success()).then_some(Tmpfs(folder))
    }

    pub fn read_only(&self) {
        assert!(Command::new("mount").args(["-o", "remount,ro"]).arg(self.0).status().unwrap().success());
    }
}

impl Drop for Tmpfs<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0).status();
    }
}
