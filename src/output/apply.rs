//! The only code of this program that writes: a whole new tree beside the old one, then one swap.
//!
//! A run that is killed, a full disk or two runs at once leave the old tree or the new one. Files that stay as they are
//! are hard links into the old tree, so they keep their inode and time. Whoever stands inside the old tree with a shell
//! keeps standing in it and has to change into the new one.

use std::collections::BTreeSet;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, FlockOperation, RenameFlags, flock, renameat_with, syncfs};
use rustix::io::Errno;

use super::changes::{Change, Changes, MANIFEST_MODE, look, or_here};
use super::error::OutputError;
use super::manifest::Manifest;
use crate::bundle::{Bundle, MANIFEST};

/// Where the old tree stands in the staging folder during a swap without exchange.
const ASIDE: &str = "old";

/// Makes the tree at the target of `seen` the tree of `bundle`. The disk is looked at again under a lock; `seen` is
/// what the caller has shown, and `force` covers only what is in there.
pub fn apply(seen: &Changes, bundle: &Bundle, force: bool) -> Result<(), OutputError> {
    let target = seen.target();
    let Some(name) = target.file_name() else {
        let reason = "a tree needs a folder with a name; choose another with -o".to_owned();
        return Err(OutputError::Target { path: target.to_owned(), reason });
    };
    let parent = or_here(target.parent().unwrap_or(Path::new("")));
    // Before the folder above is made: what cannot work must leave nothing behind.
    check(seen, seen, force)?;
    fs::create_dir_all(parent).map_err(OutputError::io("create", parent))?;
    let _lock = lock(parent)?;
    let prefix = format!(".{}.gfs2gen-new-", name.to_string_lossy());
    clear_leftovers(parent, &prefix, target)?;

    let now = look(target, bundle, seen.cluster())?;
    check(&now, seen, force)?;
    let carried_only = |(path, change): (&Path, &Change)| match change {
        Change::Unchanged => true,
        Change::Foreign => !is_ours(path, bundle),
        _ => false,
    };
    if now.iter().all(carried_only) {
        return Ok(());
    }
    let staging = tempfile::Builder::new()
        .prefix(&prefix)
        .tempdir_in(parent)
        .map_err(OutputError::io("create a folder in", parent))?;
    let stage = Stage { old: target, new: staging.path().join("tree") };
    stage.fill(&now, bundle)?;
    sync(staging.path())?;
    swap(&stage.new, target, &staging.path().join(ASIDE))?;
    // The new tree stands. That the old one could not be removed harms nobody, and the next run tries again.
    drop(staging);
    File::open(parent).and_then(|folder| folder.sync_all()).map_err(OutputError::io("sync", parent))
}

fn is_ours(path: &Path, bundle: &Bundle) -> bool {
    path.to_str().is_some_and(|path| path == MANIFEST || bundle.get(path).is_some())
}

/// Stops at what must not be replaced.
fn check(now: &Changes, seen: &Changes, force: bool) -> Result<(), OutputError> {
    let blocked = |files: Vec<(&Path, &Change)>, forceable| OutputError::Blocked {
        target: now.target().to_owned(),
        files: files.iter().map(|(path, change)| format!("{} ({change})", path.display())).collect(),
        forceable,
    };
    let refused: Vec<_> = now.refused().collect();
    if !refused.is_empty() {
        return Err(blocked(refused, false));
    }
    let files: Vec<_> = now.blocked().collect();
    if !force && !files.is_empty() {
        return Err(blocked(files, true));
    }
    match files.iter().all(|(path, change)| seen.get(path) == Some(change)) {
        true => Ok(()),
        false => Err(OutputError::Raced { target: now.target().to_owned() }),
    }
}

/// Waits until no other run writes below this folder.
fn lock(parent: &Path) -> Result<File, OutputError> {
    let folder = File::open(parent).map_err(OutputError::io("open", parent))?;
    flock(&folder, FlockOperation::LockExclusive).map_err(|errno| OutputError::io("lock", parent)(errno.into()))?;
    Ok(folder)
}

/// Removes what killed runs left; under the lock nobody uses it.
fn clear_leftovers(parent: &Path, prefix: &str, target: &Path) -> Result<(), OutputError> {
    for entry in fs::read_dir(parent).map_err(OutputError::io("read", parent))? {
        let entry = entry.map_err(OutputError::io("read", parent))?;
        let ours = entry.file_name().to_string_lossy().starts_with(prefix);
        if ours && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            let aside = entry.path().join(ASIDE);
            if aside.is_dir() && fs::symlink_metadata(target).is_err() {
                // Killed between the two renames of a swap without exchange: this is the tree.
                fs::rename(&aside, target).map_err(OutputError::io("bring back", &aside))?;
            }
            fs::remove_dir_all(entry.path()).map_err(OutputError::io("remove", &entry.path()))?;
        }
    }
    Ok(())
}

/// The tree that is being made, beside the one that stands.
struct Stage<'a> {
    old: &'a Path,
    new: PathBuf,
}

impl Stage<'_> {
    fn fill(&self, changes: &Changes, bundle: &Bundle) -> Result<(), OutputError> {
        let manifest = Manifest::of(bundle, changes.cluster()).to_text();
        let mut folders = BTreeSet::new();
        self.folder(Path::new(""), &mut folders)?;
        for (path, change) in changes.iter() {
            let ours = match path.to_str() {
                Some(MANIFEST) => Some((manifest.as_str(), MANIFEST_MODE)),
                Some(path) => bundle.get(path).map(|file| (file.content.as_str(), file.mode)),
                None => None,
            };
            match (change, ours) {
                // What is gone from the bundle goes, edited or not; without force nothing edited comes here.
                (Change::Remove | Change::Edited | Change::Refused(_), None) => {}
                (Change::Unchanged, _) | (_, None) => {
                    self.folder(path.parent().unwrap_or(Path::new("")), &mut folders)?;
                    self.carry(path)?;
                }
                (_, Some((content, mode))) => {
                    self.folder(path.parent().unwrap_or(Path::new("")), &mut folders)?;
                    write(&self.new.join(path), content, mode)?;
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

    /// A folder that was there keeps its permissions.
    fn keep_mode(&self, folder: &Path) -> Result<(), OutputError> {
        match fs::symlink_metadata(self.old.join(folder)) {
            Ok(old) if old.is_dir() => {
                let place = self.new.join(folder);
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
            return link(&from, &to).map_err(OutputError::io("link", &from));
        }
        fs::create_dir(&to).map_err(OutputError::io("create", &to))?;
        for entry in fs::read_dir(&from).map_err(OutputError::io("read", &from))? {
            let entry = entry.map_err(OutputError::io("read", &from))?;
            self.carry(&path.join(entry.file_name()))?;
        }
        self.keep_mode(path)
    }
}

/// A second name for a file of any kind; where the file system knows no such thing, a copy with the same time.
fn link(from: &Path, to: &Path) -> io::Result<()> {
    let error = match fs::hard_link(from, to) {
        Err(error) if fs::symlink_metadata(from)?.is_file() => error,
        result => return result,
    };
    let copied = matches!(
        Errno::from_io_error(&error),
        Some(Errno::PERM | Errno::OPNOTSUPP | Errno::NOSYS | Errno::MLINK | Errno::XDEV)
    );
    if !copied {
        return Err(error);
    }
    fs::copy(from, to)?;
    File::options().write(true).open(to)?.set_modified(fs::metadata(from)?.modified()?)
}

fn write(path: &Path, content: &str, mode: u32) -> Result<(), OutputError> {
    let write = || {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(content.as_bytes())?;
        // Not at `open`, where the umask would take part.
        file.set_permissions(Permissions::from_mode(mode))
    };
    write().map_err(OutputError::io("write", path))
}

/// One flush for all files of the new tree, before it takes the place of the old one.
fn sync(staging: &Path) -> Result<(), OutputError> {
    let folder = File::open(staging).map_err(OutputError::io("open", staging))?;
    syncfs(&folder).map_err(|errno| OutputError::io("sync", staging)(errno.into()))
}

/// Puts `new` in the place of `target`, and what was there in the place of `new` or to `aside`.
fn swap(new: &Path, target: &Path, aside: &Path) -> Result<(), OutputError> {
    let failed = |errno: Errno| OutputError::io("replace", target)(errno.into());
    // A target that came up since the look is not replaced: an exchange needs both, a plain rename neither.
    let there = fs::symlink_metadata(target).is_ok();
    let flags = if there { RenameFlags::EXCHANGE } else { RenameFlags::NOREPLACE };
    match renameat_with(CWD, new, CWD, target, flags) {
        Ok(()) => return Ok(()),
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {}
        Err(errno) => return Err(failed(errno)),
    }
    rename_twice(new, target, aside)
}

/// The swap for file systems that cannot exchange: some network and FUSE ones. There is a moment without a tree between
/// the two renames; a run killed just there leaves the old tree aside, and the next run brings it back.
fn rename_twice(new: &Path, target: &Path, aside: &Path) -> Result<(), OutputError> {
    let there = fs::symlink_metadata(target).is_ok();
    if there {
        fs::rename(target, aside).map_err(OutputError::io("move aside", target))?;
    }
    fs::rename(new, target).map_err(|error| {
        if there {
            // If this fails too, the first error still says more.
            let _ = fs::rename(aside, target);
        }
        OutputError::io("replace", target)(error)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_renames_swap_or_leave_the_old_tree() {
        let folder = tempfile::tempdir().unwrap();
        let [new, target, aside] = ["new", "target", "aside"].map(|name| folder.path().join(name));
        fs::create_dir(&new).unwrap();
        rename_twice(&new, &target, &aside).unwrap();
        assert!(target.is_dir() && !new.exists() && !aside.exists());

        fs::write(target.join("old"), "").unwrap();
        assert!(rename_twice(&new, &target, &aside).is_err());
        assert!(target.join("old").exists() && !aside.exists());

        fs::create_dir(&new).unwrap();
        rename_twice(&new, &target, &aside).unwrap();
        assert!(!target.join("old").exists() && aside.join("old").exists());
    }
}
