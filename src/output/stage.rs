//! The new tree, made beside the one that stands.

use std::collections::BTreeSet;
use std::fs::{self, DirBuilder, File, Metadata, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use rustix::io::Errno;

use super::changes::{Change, Changes};
use super::error::OutputError;
use crate::bundle::Bundle;

/// A tree that is being made at `new`, with what stays of the one at `old`.
pub(super) struct Stage<'a> {
    pub old: &'a Path,
    pub new: &'a Path,
}

impl Stage<'_> {
    /// Makes the whole tree.
    pub fn fill(&self, changes: &Changes, bundle: &Bundle) -> Result<(), OutputError> {
        let mut folders = BTreeSet::new();
        self.folder(Path::new(""), &mut folders)?;
        for (path, change) in changes.iter() {
            let ours = changes.wanted(path, bundle);
            match (change, ours) {
                // What is gone from the bundle goes, edited or not; without force nothing edited comes here.
                (Change::Remove | Change::Edited | Change::Refused(_), None) => {}
                (Change::Unchanged, _) | (_, None) => {
                    self.folder(path.parent().unwrap_or(Path::new("")), &mut folders)?;
                    self.carry(path)?;
                }
                (_, Some((content, mode))) => {
                    self.folder(path.parent().unwrap_or(Path::new("")), &mut folders)?;
                    self.write(path, content, mode)?;
                }
            }
        }
        // Innermost first and last of all: a folder may forbid what was just done in it.
        folders.iter().rev().try_for_each(|folder| self.keep_mode(folder))
    }

    fn folder(&self, path: &Path, made: &mut BTreeSet<PathBuf>) -> Result<(), OutputError> {
        if !made.contains(path) {
            if let Some(parent) = path.parent() {
                self.folder(parent, made)?;
            }
            let place = self.new.join(path);
            DirBuilder::new().mode(0o755).create(&place).map_err(OutputError::io("create", &place))?;
            made.insert(path.to_owned());
        }
        Ok(())
    }

    /// A folder that was there keeps its permissions and its owner.
    fn keep_mode(&self, folder: &Path) -> Result<(), OutputError> {
        match fs::symlink_metadata(self.old.join(folder)) {
            Ok(old) if old.is_dir() => {
                let place = self.new.join(folder);
                keep_owner(&place, &old);
                fs::set_permissions(&place, old.permissions()).map_err(OutputError::io("change the mode of", &place))
            }
            _ => Ok(()),
        }
    }

    /// Takes a file, or a foreign folder with all that is in it, over into the new tree as it is.
    fn carry(&self, path: &Path) -> Result<(), OutputError> {
        let (from, to) = (self.old.join(path), self.new.join(path));
        let metadata = fs::symlink_metadata(&from).map_err(OutputError::io("look at", &from))?;
        if !metadata.is_dir() {
            return link(&from, &to, &metadata).map_err(OutputError::io("link", &from));
        }
        fs::create_dir(&to).map_err(OutputError::io("create", &to))?;
        for entry in fs::read_dir(&from).map_err(OutputError::io("read", &from))? {
            let entry = entry.map_err(OutputError::io("read", &from))?;
            self.carry(&path.join(entry.file_name()))?;
        }
        self.keep_mode(path)
    }

    fn write(&self, path: &Path, content: &str, mode: u32) -> Result<(), OutputError> {
        let place = self.new.join(path);
        let write = || {
            let mut file = create(&place)?;
            file.write_all(content.as_bytes())?;
            if let Ok(old) = fs::symlink_metadata(self.old.join(path)) {
                keep_owner(&place, &old);
            }
            // Not at `open`, where the umask would take part.
            file.set_permissions(Permissions::from_mode(mode))
        };
        write().map_err(OutputError::io("write", &place))
    }
}

fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// Somebody else's file stays theirs where root builds. Others may not give files away, and then it is theirs from now on.
fn keep_owner(place: &Path, old: &Metadata) {
    let differs = |new: Metadata| (new.uid(), new.gid()) != (old.uid(), old.gid());
    if fs::symlink_metadata(place).is_ok_and(differs) {
        let _ = chown(place, Some(old.uid()), Some(old.gid()));
    }
}

/// A second name for a file of any kind; where the file system knows no such thing, a copy with the same time.
fn link(from: &Path, to: &Path, metadata: &Metadata) -> io::Result<()> {
    let error = match fs::hard_link(from, to) {
        Err(error) if metadata.is_file() => error,
        result => return result,
    };
    // PERM is also the answer about files of other users: proc(5), protected_hardlinks.
    match Errno::from_io_error(&error) {
        Some(Errno::PERM | Errno::OPNOTSUPP | Errno::NOSYS | Errno::MLINK) => copy(from, to, metadata),
        _ => Err(error),
    }
}

fn copy(from: &Path, to: &Path, metadata: &Metadata) -> io::Result<()> {
    let mut file = create(to)?;
    io::copy(&mut File::open(from)?, &mut file)?;
    keep_owner(to, metadata);
    file.set_modified(metadata.modified()?)?;
    file.set_permissions(metadata.permissions())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_keeps_time_and_mode_also_of_what_forbids_writing() {
        let folder = tempfile::tempdir().unwrap();
        let [from, to] = ["from", "to"].map(|name| folder.path().join(name));
        fs::write(&from, "x").unwrap();
        let long_ago = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
        File::options().write(true).open(&from).unwrap().set_modified(long_ago).unwrap();
        fs::set_permissions(&from, Permissions::from_mode(0o444)).unwrap();
        copy(&from, &to, &fs::metadata(&from).unwrap()).unwrap();
        let copied = fs::metadata(&to).unwrap();
        assert_eq!((copied.modified().unwrap(), copied.mode() & 0o7777), (long_ago, 0o444));
        assert_eq!(fs::read(&to).unwrap(), b"x");
    }
}
