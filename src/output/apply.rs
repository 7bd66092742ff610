//! The only code of this program that writes a tree: a whole new one beside the old one, then one swap.
//!
//! A run that is killed, a full disk or two runs at once leave the old tree or the new one. Files that stay as they are
//! are hard links into the old tree, so they keep their inode and time. Whoever stands inside the old tree with a shell
//! keeps standing in it and has to change into the new one.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use rustix::fs::syncfs;

use super::changes::{Change, Changes, look, or_here};
use super::disk::{self, Moment};
use super::error::OutputError;
use super::stage::Stage;
use super::swap::{Staging, swap};
use crate::bundle::Bundle;

/// What a run has done.
#[derive(Debug)]
pub struct Applied {
    /// What was changed: what the run found under its lock, which is newer than what it was given.
    pub changes: Changes,
    /// The old tree, where it could not be removed, and why.
    pub left: Option<(PathBuf, io::Error)>,
}

/// Makes the tree at the target of `seen` the tree of `bundle`. The disk is looked at again under a lock; `seen` is
/// what the caller has shown, and `force` covers only what is in there.
pub fn apply(seen: &Changes, bundle: &Bundle, force: bool) -> Result<Applied, OutputError> {
    let target = seen.target();
    let Some(name) = target.file_name() else {
        let reason = "a tree needs a folder with a name; choose another with -o".to_owned();
        return Err(OutputError::Target { path: target.to_owned(), reason });
    };
    let parent = or_here(target.parent().unwrap_or(Path::new("")));
    // Before the folder above is made: what cannot work must leave nothing behind.
    seen.permit(force)?;
    fs::create_dir_all(parent).map_err(OutputError::io("create", parent))?;
    let lock = disk::lock(parent)?;
    let staging = Staging::of(target, name);
    clear_leftovers(&staging, target)?;

    // Before the look: what happens after this moment is found at the end.
    let moment = Moment::of(target)?;
    let now = look(target, bundle, seen.cluster())?;
    now.permit(force)?;
    if now.blocked().any(|(path, _)| !now.is_as_in(seen, path)) {
        return Err(OutputError::Raced { target: target.to_owned() });
    }
    let stays = |path, change: &Change| match change {
        Change::Unchanged => true,
        Change::Foreign => now.wanted(path, bundle).is_none(),
        _ => false,
    };
    if now.iter().all(|(path, change)| stays(path, change)) {
        return Ok(Applied { changes: now, left: None });
    }
    let result = replace(&staging, &now, bundle, &moment, &lock);
    if let Err(OutputError::Stranded { .. }) = result {
        // What is in the staging folder is the only one of its kind.
        return result.map(|()| Applied { changes: now, left: None });
    }
    // That the old tree could not be removed harms nobody, but it must be known.
    let left = disk::remove(&staging.folder).err().filter(|error| error.kind() != io::ErrorKind::NotFound);
    result?;
    Ok(Applied { changes: now, left: left.map(|error| (staging.folder, error)) })
}

/// Removes what a killed run left; under the lock nobody uses it.
fn clear_leftovers(staging: &Staging, target: &Path) -> Result<(), OutputError> {
    let Staging { folder, tree, aside } = staging;
    let in_the_way = |reason: &str| Err(OutputError::Target { path: folder.clone(), reason: reason.to_owned() });
    match fs::symlink_metadata(folder) {
        Ok(metadata) if metadata.is_dir() => {}
        Ok(_) => return in_the_way("this is where new trees are made, and it is not a folder; move it away"),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(OutputError::io("look at", folder)(error)),
    }
    for entry in fs::read_dir(folder).map_err(OutputError::io("read", folder))? {
        let path = entry.map_err(OutputError::io("read", folder))?.path();
        if path != *tree && path != *aside {
            return in_the_way("this is where new trees are made, and it holds something else; move it away");
        }
    }
    if staging.holds_the_tree_of(target) {
        fs::rename(aside, target).map_err(OutputError::io("bring back", aside))?;
    }
    disk::remove(folder).map_err(OutputError::io("remove what another run left:", folder))
}

/// Makes the new tree and puts it in its place; the old one is then in the staging folder.
fn replace(
    staging: &Staging,
    changes: &Changes,
    bundle: &Bundle,
    moment: &Moment,
    parent: &File,
) -> Result<(), OutputError> {
    let Staging { folder, tree, .. } = staging;
    let target = changes.target();
    DirBuilder::new().mode(0o700).create(folder).map_err(OutputError::io("create", folder))?;
    let sync = |file: &File| -> io::Result<()> { Ok(syncfs(file)?) };
    // Opened before anything is written: the kernel tells of failed writes since then.
    let opened = File::open(folder).map_err(OutputError::io("open", folder))?;
    Stage { old: target, new: tree }.fill(changes, bundle)?;
    // One flush for all files of the new tree, before it takes the place of the old one.
    sync(&opened).map_err(OutputError::io("sync", folder))?;
    swap(staging, target, moment)?;
    // Both folders have changed, and the old tree goes only when the change is on the disk.
    let synced = parent.sync_all().and_then(|()| opened.sync_all());
    synced.map_err(|source| OutputError::Unsynced { target: target.to_owned(), source })
}
