//! What a build would change on disk: every path with one word, found by looking only.
//!
//! Three things are compared: what the tree should be (the bundle), what this program wrote last (the manifest on
//! disk), and what is there. Of the permission bits only the executable one counts, because trees live in git, which
//! keeps no other; the exact mode of each file stands in the manifest.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::{self, Metadata};
use std::io::ErrorKind;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::disk;
use super::error::OutputError;
use super::manifest::{Manifest, sha256};
use super::swap::Staging;
use crate::bundle::{Bundle, MANIFEST};

/// What happens to one path of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is not there yet.
    Create,
    /// It is as we left it, and becomes different.
    Update,
    /// It is what it should be.
    Unchanged,
    /// It is as we left it, and no longer part of the tree.
    Remove,
    /// It was ours and somebody changed it.
    Edited,
    /// It never was ours. A folder that holds nothing of ours is one such path.
    Foreign,
    /// It is in the way and cannot be replaced: why.
    Refused(String),
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Change::Create => "create",
            Change::Update => "update",
            Change::Unchanged => "unchanged",
            Change::Remove => "remove",
            Change::Edited => "edited by hand",
            Change::Foreign => "foreign",
            Change::Refused(reason) => reason,
        })
    }
}

/// All changes of a tree, sorted by path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    target: PathBuf,
    cluster: String,
    manifest: String,
    entries: BTreeMap<PathBuf, Entry>,
}

/// One path: what happens to it, and what is there.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    change: Change,
    was: Option<Was>,
}

impl From<Change> for Entry {
    fn from(change: Change) -> Self {
        Entry { change, was: None }
    }
}

/// A file on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Was {
    /// The whole content.
    pub content: Vec<u8>,
    /// Whether its owner may execute it.
    pub executable: bool,
}

impl Changes {
    /// The folder of the tree.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// The cluster that the tree is for.
    pub fn cluster(&self) -> &str {
        &self.cluster
    }

    /// Every path, relative to the tree, with what happens to it.
    pub fn iter(&self) -> impl Iterator<Item = (&Path, &Change)> {
        self.entries.iter().map(|(path, entry)| (path.as_path(), &entry.change))
    }

    /// What happens to a path; none if nothing is or will be there.
    pub fn get(&self, path: impl AsRef<Path>) -> Option<&Change> {
        self.entries.get(path.as_ref()).map(|entry| &entry.change)
    }

    /// The file that is at a path. Of what is neither ours nor in the way nothing is read, and nothing is kept of what
    /// stays as it is.
    pub fn was(&self, path: &Path) -> Option<&Was> {
        self.entries.get(path)?.was.as_ref()
    }

    /// What should be at a path, with its permission bits: a file of the bundle that was compared, or the manifest.
    pub fn wanted<'a>(&'a self, path: &Path, bundle: &'a Bundle) -> Option<(&'a str, u32)> {
        match path.to_str()? {
            MANIFEST => Some((&self.manifest, MANIFEST_MODE)),
            path => bundle.get(path).map(|file| (file.content.as_str(), file.mode)),
        }
    }

    /// Whether a path is the same in another look, also its content.
    pub(super) fn is_as_in(&self, other: &Changes, path: &Path) -> bool {
        self.entries.get(path) == other.entries.get(path)
    }

    /// How many paths change in this way.
    pub fn count(&self, change: &Change) -> usize {
        self.iter().filter(|(_, known)| *known == change).count()
    }

    /// Whether the disk holds exactly the tree.
    pub fn is_clean(&self) -> bool {
        self.iter().all(|(_, change)| *change == Change::Unchanged)
    }

    /// The paths that stop a write: edited and foreign ones unless forced, and refused ones always.
    pub fn blocked(&self) -> impl Iterator<Item = (&Path, &Change)> {
        self.iter().filter(|(_, change)| matches!(change, Change::Edited | Change::Foreign | Change::Refused(_)))
    }

    /// The paths that stop a write even when forced.
    pub fn refused(&self) -> impl Iterator<Item = (&Path, &Change)> {
        self.iter().filter(|(_, change)| matches!(change, Change::Refused(_)))
    }

    /// Stops at what must not be replaced.
    pub fn permit(&self, force: bool) -> Result<(), OutputError> {
        let stop = |files: Vec<(&Path, &Change)>, forceable| match files.is_empty() {
            true => Ok(()),
            false => Err(OutputError::Blocked {
                target: self.target.clone(),
                files: files.iter().map(|(path, change)| format!("{} ({change})", path.display())).collect(),
                forceable,
            }),
        };
        stop(self.refused().collect(), false)?;
        if force { Ok(()) } else { stop(self.blocked().collect(), true) }
    }
}

/// Compares the tree that `bundle` makes for `cluster` with what is at `target`. Writes nothing; waits for a run that is
/// writing just now.
pub fn plan(target: &Path, bundle: &Bundle, cluster: &str) -> Result<Changes, OutputError> {
    // So as not to see half of the tree before another run and half of the one after it.
    let _lock = target.parent().map(|parent| disk::lock_to_look(or_here(parent))).transpose()?;
    let aside =
        target.file_name().map(|name| Staging::of(target, name)).filter(|staging| staging.holds_the_tree_of(target));
    let changes = look(aside.as_ref().map_or(target, |staging| &staging.aside), bundle, cluster)?;
    Ok(Changes { target: target.to_owned(), ..changes })
}

/// The folder, where an empty path means the one that we are in.
pub(super) fn or_here(folder: &Path) -> &Path {
    if folder == Path::new("") { Path::new(".") } else { folder }
}

/// As [`plan`], for who holds the lock.
pub(super) fn look(target: &Path, bundle: &Bundle, cluster: &str) -> Result<Changes, OutputError> {
    let manifest = Manifest::of(bundle, cluster).to_text();
    let mut wanted: BTreeMap<PathBuf, Wanted> = bundle
        .iter()
        .map(|file| (PathBuf::from(file.path.as_str()), Wanted { content: &file.content, mode: file.mode }))
        .collect();
    wanted.insert(PathBuf::from(MANIFEST), Wanted { content: &manifest, mode: MANIFEST_MODE });

    let mut entries = BTreeMap::new();
    if root_exists(target)? {
        let known = read_manifest(target, cluster)?;
        let owned = known.as_ref().map(Manifest::hashes).unwrap_or_default();
        let owned: BTreeMap<_, _> = owned.into_iter().map(|(path, hash)| (PathBuf::from(path), hash)).collect();
        let mut look = Look {
            target,
            wanted_folders: folders(wanted.keys()),
            owned_folders: folders(owned.keys()),
            wanted: &wanted,
            owned,
            entries: BTreeMap::new(),
        };
        look.folder(Path::new(""))?;
        entries = look.entries;
    }
    for path in wanted.into_keys() {
        entries.entry(path).or_insert(Change::Create.into());
    }
    Ok(Changes { target: target.to_owned(), cluster: cluster.to_owned(), manifest, entries })
}

/// The permission bits of the manifest itself.
pub(super) const MANIFEST_MODE: u32 = 0o644;

struct Wanted<'a> {
    content: &'a str,
    mode: u32,
}

fn folders<'a>(paths: impl Iterator<Item = &'a PathBuf>) -> BTreeSet<PathBuf> {
    paths.flat_map(|path| path.ancestors().skip(1)).map(Path::to_owned).collect()
}

/// Whether there is a tree; anything but a real folder in its place is refused.
fn root_exists(target: &Path) -> Result<bool, OutputError> {
    let refused = |reason: &str| Err(OutputError::Target { path: target.to_owned(), reason: reason.to_owned() });
    match fs::symlink_metadata(target) {
        Ok(metadata) if metadata.is_dir() => Ok(true),
        Ok(metadata) if metadata.is_symlink() => {
            refused("this is a symbolic link, and a tree is never written through one; give the real folder with -o")
        }
        Ok(_) => refused("this is not a folder; move it away, or choose another folder with -o"),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(OutputError::io("look at", target)(error)),
    }
}

fn read_manifest(target: &Path, cluster: &str) -> Result<Option<Manifest>, OutputError> {
    let path = target.join(MANIFEST);
    // Something else than a file in its place is found, and refused, by the look at the folder.
    if !fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_file()) {
        return Ok(None);
    }
    let content = disk::read(&path).map_err(OutputError::io("read", &path))?;
    let manifest = String::from_utf8(content)
        .map_err(|_| "the manifest is not UTF-8".to_owned())
        .and_then(|text| Manifest::read(&text))
        .map_err(|reason| OutputError::Manifest { path, reason })?;
    if manifest.cluster != cluster {
        let reason = format!(
            "this is the tree of the cluster `{}`, not of `{cluster}`; choose another folder with -o",
            manifest.cluster
        );
        return Err(OutputError::Target { path: target.to_owned(), reason });
    }
    Ok(Some(manifest))
}

/// The walk over what is on disk.
struct Look<'a> {
    target: &'a Path,
    wanted: &'a BTreeMap<PathBuf, Wanted<'a>>,
    wanted_folders: BTreeSet<PathBuf>,
    owned: BTreeMap<PathBuf, &'a str>,
    owned_folders: BTreeSet<PathBuf>,
    entries: BTreeMap<PathBuf, Entry>,
}

impl Look<'_> {
    fn folder(&mut self, folder: &Path) -> Result<(), OutputError> {
        let place = self.target.join(folder);
        for entry in fs::read_dir(&place).map_err(OutputError::io("read", &place))? {
            let entry = entry.map_err(OutputError::io("read", &place))?;
            let path = folder.join(entry.file_name());
            let metadata = entry.metadata().map_err(OutputError::io("look at", &entry.path()))?;
            if metadata.is_dir() {
                self.inner_folder(path)?;
            } else {
                let entry = self.file(&path, &metadata)?;
                self.entries.insert(path, entry);
            }
        }
        Ok(())
    }

    /// A folder is looked into only where something of ours is or will be; any other is one foreign path.
    fn inner_folder(&mut self, path: PathBuf) -> Result<(), OutputError> {
        let in_the_way = self.wanted.contains_key(&path);
        if self.wanted_folders.contains(&path) || self.owned_folders.contains(&path) {
            self.folder(&path)?;
            let mut below = self.entries.range(path.clone()..).take_while(|(below, _)| below.starts_with(&path));
            // A folder of ours whose files all go may give way to a file.
            if !in_the_way || below.all(|(_, entry)| entry.change == Change::Remove) {
                return Ok(());
            }
        } else if !in_the_way {
            // One that cannot be read may well hold something.
            let holds_something =
                fs::read_dir(self.target.join(&path)).map_or(true, |mut inside| inside.next().is_some());
            if holds_something {
                self.entries.insert(path, Change::Foreign.into());
            }
            return Ok(());
        }
        self.entries.insert(path, Change::Refused("a folder is where a file must go".to_owned()).into());
        Ok(())
    }

    fn file(&self, path: &Path, metadata: &Metadata) -> Result<Entry, OutputError> {
        let wanted = self.wanted.get(path);
        let needed = wanted.is_some() || self.wanted_folders.contains(path);
        if !metadata.is_file() {
            let in_the_way = || Change::Refused(format!("{} is in the way", name_of(metadata)));
            return Ok(if needed { in_the_way() } else { Change::Foreign }.into());
        }
        let owned = self.owned.get(path).copied();
        if !needed && owned.is_none() {
            return Ok(Change::Foreign.into());
        }
        let place = self.target.join(path);
        let content = disk::read(&place).map_err(OutputError::io("read", &place))?;
        let executable = |mode: u32| mode & 0o100 != 0;
        let was = Was { content, executable: executable(metadata.permissions().mode()) };
        let as_left = path == Path::new(MANIFEST) || owned.is_some_and(|hash| hash == sha256(&was.content));
        let change = match wanted {
            None if needed && !as_left => Change::Refused("a file is where a folder must go".to_owned()),
            None if as_left => Change::Remove,
            None => Change::Edited,
            Some(wanted) if wanted.content.as_bytes() == was.content => {
                match executable(wanted.mode) == was.executable {
                    true => return Ok(Change::Unchanged.into()),
                    false => Change::Update,
                }
            }
            Some(_) if as_left => Change::Update,
            Some(_) if owned.is_some() => Change::Edited,
            Some(_) => Change::Foreign,
        };
        Ok(Entry { change, was: Some(was) })
    }
}

fn name_of(metadata: &Metadata) -> &'static str {
    let kind = metadata.file_type();
    match () {
        () if kind.is_symlink() => "a symbolic link",
        () if kind.is_fifo() => "a named pipe",
        () if kind.is_socket() => "a socket",
        () => "a device",
    }
}
