//! The table: for every key of the description what an edit of it means for the running cluster.
//!
//! Data only, split by family. The first row that fits an edit counts; the last row of a key fits any.

mod cluster;
mod fence;
mod filesystems;
mod guests;
mod nodes;
mod rest;
mod storage;

use std::cmp::Ordering;

use super::class::Class;
use super::difference::{Edit, Kind};
use super::side::Sides;

/// What an edit of a key means.
#[derive(Clone, Copy)]
pub struct Row {
    /// The key, as in [`Edit::key`].
    pub key: &'static str,
    /// Which edits of it.
    pub on: On,
    /// What the cluster goes through.
    pub class: Class,
    /// Why, in one sentence. `{name}` and `{of}` are the last and the first name of the edit, `{old}` and `{new}` its values.
    pub why: &'static str,
    /// What must hold before, each a sentence.
    pub before: &'static [&'static str],
    /// The way round, where there is none or only one that costs too much.
    pub instead: Option<&'static str>,
    /// How it is done.
    pub does: Does,
}

/// Which edits of a key a row is for.
#[derive(Clone, Copy)]
pub enum On {
    /// Every one.
    Any,
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// A quantity became more.
    Grown,
    /// A quantity became less.
    Shrunk,
    /// Where this holds, in words and as a test.
    If(&'static str, fn(&Edit, &Sides) -> bool),
}

impl On {
    fn fits(self, edit: &Edit, sides: &Sides) -> bool {
        match self {
            On::Any => true,
            On::Added => edit.kind == Kind::Added,
            On::Removed => edit.kind == Kind::Removed,
            On::Grown => edit.direction() == Some(Ordering::Greater),
            On::Shrunk => edit.direction() == Some(Ordering::Less),
            On::If(_, test) => test(edit, sides),
        }
    }

    /// In words, for people.
    pub fn words(self) -> &'static str {
        match self {
            On::Any => "any",
            On::Added => "new",
            On::Removed => "gone",
            On::Grown => "more",
            On::Shrunk => "less",
            On::If(words, _) => words,
        }
    }
}

/// How an edit is done beside what follows from the files and resources that differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    /// Nothing but what follows.
    Follows,
    /// The disk under a DRBD resource has grown: everything on it grows, too.
    GrowDisk,
    /// A logical volume grows, and the filesystem on it.
    GrowVolume,
    /// A filesystem gets journals.
    Journals,
    /// A filesystem is mounted with other options while it stays mounted.
    Remount,
    /// The node that is out takes the change when it comes back; then the other one.
    EachOut,
    /// DRBD connects anew while one node is out.
    Reconnect,
    /// A disk is another one: everything is copied to it.
    ReplaceDisk,
    /// A node is another machine under the same name.
    ReplaceNode,
    /// A DRBD resource is made on new disks.
    AddStorage,
    /// A DRBD resource is taken down; its disks are left as they are.
    RemoveStorage,
    /// A filesystem is made.
    AddFilesystem,
    /// A filesystem and its volume are destroyed.
    RemoveFilesystem,
    /// A volume group, logical volume, lock table or mount point gets another name while nobody uses it.
    RenameBelow,
    /// A guest is shut down and started with what is new.
    RestartGuest,
    /// A guest is shut down and leaves the cluster.
    RemoveGuest,
    /// A guest gets or loses an image, or one that is larger, elsewhere, or of another format.
    Images,
    /// Everything stops, and starts as the new cluster.
    Restart,
    /// No steps.
    Nothing,
}

const fn row(key: &'static str, on: On, class: Class, why: &'static str) -> Row {
    Row { key, on, class, why, before: &[], instead: None, does: Does::Follows }
}

impl Row {
    const fn before(mut self, before: &'static [&'static str]) -> Row {
        self.before = before;
        self
    }

    const fn instead(mut self, instead: &'static str) -> Row {
        self.instead = Some(instead);
        self
    }

    const fn does(mut self, does: Does) -> Row {
        self.does = does;
        self
    }
}

/// An edit of this has no steps.
const fn nothing(key: &'static str, on: On, why: &'static str) -> Row {
    row(key, on, Class::Nothing, why).does(Does::Nothing)
}

const fn online(key: &'static str, on: On, why: &'static str) -> Row {
    row(key, on, Class::Online, why)
}

const fn impossible(key: &'static str, on: On, why: &'static str, instead: &'static str) -> Row {
    row(key, on, Class::Impossible, why).instead(instead).does(Does::Nothing)
}

/// Every row, in the order of the description.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    let families =
        [cluster::ROWS, nodes::ROWS, fence::ROWS, storage::ROWS, filesystems::ROWS, guests::ROWS, rest::ROWS];
    families.into_iter().flatten()
}

/// What an edit means.
///
/// # Panics
///
/// Where a key has no row: that is a bug of ours, and a test looks for it.
pub fn meaning(edit: &Edit, sides: &Sides) -> &'static Row {
    let found = rows().find(|row| row.key == edit.key && row.on.fits(edit, sides));
    found.unwrap_or_else(|| panic!("no row for an edit of {}", edit.key))
}
