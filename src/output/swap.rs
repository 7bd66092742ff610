//! One folder in the place of another, so that there is always one of them; and back, if the old one was not what it
//! should be.

use std::fs;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

use super::disk::Moment;
use super::error::OutputError;

/// Where a tree is made, beside its place. The name is always the same, so that the next run finds what a killed one left.
pub(super) struct Staging {
    /// The folder.
    pub folder: PathBuf,
    /// The new tree; after an exchange the old one.
    pub tree: PathBuf,
    /// The old tree during a swap without exchange.
    pub aside: PathBuf,
}

impl Staging {
    pub fn of(target: &Path, name: &std::ffi::OsStr) -> Self {
        let mut hidden = std::ffi::OsString::from(".");
        hidden.push(name);
        hidden.push(".gfs2gen-new");
        let folder = target.with_file_name(hidden);
        Staging { tree: folder.join("tree"), aside: folder.join("old"), folder }
    }

    /// Whether a run that could not exchange was killed between its two renames: the tree stands aside.
    pub fn holds_the_tree_of(&self, target: &Path) -> bool {
        self.aside.is_dir() && fs::symlink_metadata(target).is_err()
    }
}

/// Puts the new tree in the place of `target`, which is still what it was at `then`, and what was there into the staging
/// folder. Whatever fails, `target` is as it was.
pub(super) fn swap(staging: &Staging, target: &Path, then: &Moment) -> Result<(), OutputError> {
    let raced = || OutputError::Raced { target: target.to_owned() };
    let flags = if then.exists() { RenameFlags::EXCHANGE } else { RenameFlags::NOREPLACE };
    match renameat_with(CWD, &staging.tree, CWD, target, flags) {
        Ok(()) if !then.exists() => return Ok(()),
        Ok(()) => {}
        // The target came or went since the look.
        Err(Errno::EXIST | Errno::NOENT) => return Err(raced()),
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => return rename_twice(staging, target, then),
        Err(errno) => return Err(OutputError::io("replace", target)(errno.into())),
    }
    if is_still(then, &staging.tree) {
        return Ok(());
    }
    // Somebody has written into the tree while the new one was made: what they wrote must not go with it.
    match renameat_with(CWD, &staging.tree, CWD, target, RenameFlags::EXCHANGE) {
        Ok(()) => Err(raced()),
        Err(_) => Err(OutputError::Stranded { target: target.to_owned(), old: staging.tree.clone() }),
    }
}

fn is_still(then: &Moment, place: &Path) -> bool {
    Moment::of(place).is_ok_and(|now| now == *then)
}

/// The swap for file systems that cannot exchange: some network and FUSE ones. There is a moment without a tree between
/// the two renames; a run killed just there leaves the old tree aside, and the next run brings it back.
fn rename_twice(staging: &Staging, target: &Path, then: &Moment) -> Result<(), OutputError> {
    let Staging { tree: new, aside, .. } = staging;
    if !then.exists() {
        return fs::rename(new, target).map_err(OutputError::io("replace", target));
    }
    let stranded = |_| OutputError::Stranded { target: target.to_owned(), old: aside.clone() };
    fs::rename(target, aside).map_err(OutputError::io("move aside", target))?;
    if let Err(error) = fs::rename(new, target) {
        fs::rename(aside, target).map_err(stranded)?;
        return Err(OutputError::io("replace", target)(error));
    }
    if is_still(then, aside) {
        return Ok(());
    }
    fs::rename(target, new).and_then(|()| fs::rename(aside, target)).map_err(stranded)?;
    Err(OutputError::Raced { target: target.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_renames_swap_or_leave_the_old_tree() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("target");
        let staging = Staging::of(&target, "target".as_ref());
        let again = || rename_twice(&staging, &target, &Moment::of(&target).unwrap());
        fs::create_dir_all(&staging.tree).unwrap();
        again().unwrap();
        assert!(target.is_dir() && !staging.tree.exists() && !staging.aside.exists());

        fs::write(target.join("old"), "").unwrap();
        assert!(again().is_err());
        assert!(target.join("old").exists() && !staging.aside.exists());

        fs::create_dir(&staging.tree).unwrap();
        let then = Moment::of(&target).unwrap();
        fs::write(target.join("old"), "edited").unwrap();
        assert!(matches!(rename_twice(&staging, &target, &then), Err(OutputError::Raced { .. })));
        assert!(target.join("old").exists() && staging.tree.exists());

        again().unwrap();
        assert!(!target.join("old").exists() && staging.aside.join("old").exists());
    }

    #[test]
    fn an_edit_during_the_run_comes_back_from_an_exchange() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("target");
        let staging = Staging::of(&target, "target".as_ref());
        fs::create_dir_all(&staging.tree).unwrap();
        fs::create_dir(&target).unwrap();
        let then = Moment::of(&target).unwrap();
        fs::write(target.join("mine"), "").unwrap();
        assert!(matches!(swap(&staging, &target, &then), Err(OutputError::Raced { .. })));
        assert!(target.join("mine").exists() && staging.tree.exists());
        swap(&staging, &target, &Moment::of(&target).unwrap()).unwrap();
        assert!(!target.join("mine").exists() && staging.tree.join("mine").exists());
    }
}
