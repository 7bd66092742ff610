//! A tree on disk, with what its manifest says of it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::bundle::MANIFEST;
use crate::model::DrbdMajor;
use crate::output::{Manifest, sha256};
use crate::platform::{DrbdFacts, PLATFORMS, Platform, drbd_facts};

/// A tree that a build wrote.
#[derive(Debug)]
pub struct Tree {
    root: PathBuf,
    manifest: Manifest,
    /// What is true of the nodes' platform.
    pub platform: &'static Platform,
    /// What is true of the DRBD that they run.
    pub drbd: &'static DrbdFacts,
}

impl Tree {
    /// The tree in a folder, or why it cannot be judged.
    pub fn open(folder: &Path) -> Result<Tree, String> {
        let at = folder.join(MANIFEST);
        let cannot = |error: io::Error| format!("{} cannot be read: {error}", at.display());
        let text = fs::read_to_string(&at)
            .map_err(|error| format!("{}; verify wants the folder that `gfs2gen build` wrote", cannot(error)))?;
        // Readers run elsewhere.
        let root = fs::canonicalize(folder).map_err(cannot)?;
        let manifest = Manifest::read(&text).map_err(|reason| format!("{}: {reason}", at.display()))?;
        let (Some(platform), Some(drbd)) = (&manifest.platform, &manifest.drbd) else {
            let why = "an older version of gfs2gen built this tree and did not say for which platform; build it again";
            return Err(format!("{}: {why}", at.display()));
        };
        let unknown = |what: &str| {
            format!("{}: the tree is for {what}, which this version of gfs2gen does not know", at.display())
        };
        let row = PLATFORMS.iter().find(|row| row.name == platform).ok_or_else(|| unknown(platform))?;
        let major = DrbdMajor::ALL.into_iter().find(|major| major.as_str() == drbd);
        let drbd = drbd_facts(major.ok_or_else(|| unknown(&format!("DRBD {drbd}")))?);
        if let Some(gone) = manifest.files.iter().find(|file| !root.join(&file.path).is_file()) {
            return Err(format!("{} lists {}, which is not there; build the tree again", at.display(), gone.path));
        }
        Ok(Tree { root, manifest, platform: row, drbd })
    }

    /// What the tree says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Where a file of it is.
    pub fn path(&self, file: &str) -> PathBuf {
        self.root.join(file)
    }

    /// The text of a file.
    pub fn text(&self, file: &str) -> io::Result<String> {
        fs::read_to_string(self.path(file))
    }

    /// The paths of all files, sorted.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.manifest.files.iter().map(|file| file.path.as_str())
    }

    /// The files whose path ends so.
    pub fn ending(&self, ending: &str) -> Vec<String> {
        self.files().filter(|path| path.ends_with(ending)).map(str::to_owned).collect()
    }

    /// The files at or below a path of the nodes' file systems.
    pub fn on_nodes(&self, below: &str) -> Vec<String> {
        let there = |path: &&str| path.split_once("/rootfs/").is_some_and(|(_, rest)| rest.starts_with(below));
        self.files().filter(there).map(str::to_owned).collect()
    }

    /// The first file that is not as the build wrote it. Only scripts of the build's own are run.
    pub fn edited<'a>(&self, files: impl IntoIterator<Item = &'a str>) -> io::Result<Option<&'a str>> {
        for file in files {
            let known = self.manifest.files.iter().find(|known| known.path == file);
            if known.map(|known| &known.sha256) != Some(&sha256(&fs::read(self.path(file))?)) {
                return Ok(Some(file));
            }
        }
        Ok(None)
    }
}

/// The name of the node whose file this is.
pub(super) fn node_of(file: &str) -> &str {
    file.strip_prefix("nodes/").and_then(|rest| rest.split('/').next()).unwrap_or_default()
}
