//! What a build changes in a tree, for people and programs to read: file by file, line by line, and in words.
//!
//! It is made of the writer's own list of changes, so it cannot show anything else than what a build does.

pub mod emit;
mod lines;
mod words;

use crate::bundle::{Bundle, MANIFEST};
use crate::output::{Change, Changes, Was};

pub use lines::{Hunk, Line, Part, Side, kept};

/// A file of more bytes or lines than this is not compared line by line: none of ours has so many.
const COMPARABLE: usize = 1 << 20;
const COMPARABLE_LINES: usize = 20_000;

/// All differences of one tree.
#[derive(Debug)]
pub struct TreeDiff {
    /// The folder of the tree, as it was given.
    pub target: String,
    /// The cluster that it is for.
    pub cluster: String,
    /// The paths that are not as they should be, sorted; the manifest last.
    pub files: Vec<FileDiff>,
}

/// What differs at one path.
#[derive(Debug)]
pub struct FileDiff {
    /// Where it stands in the tree.
    pub path: String,
    /// What a build does to it.
    pub change: Change,
    /// What it is, and what has to be told on its node when it changes; nothing if it will not be there.
    pub kind: Option<&'static str>,
    /// What has to be told on the node.
    pub reload: Option<String>,
    /// Whether it may be executed, before and after, where it is there.
    pub executable: [Option<bool>; 2],
    /// What changes, in words.
    pub words: Vec<String>,
    /// What changes, line by line.
    pub body: Body,
    /// Another file of this tree that changes in the same lines: the same one of the first node.
    pub same_as: Option<String>,
}

/// The lines of a difference.
#[derive(Debug, PartialEq, Eq)]
pub enum Body {
    /// None: what is there is not looked into.
    None,
    /// What is there is not text, or too much of it.
    NotShown,
    /// The places that differ; none if only permissions do.
    Lines(Vec<Hunk>),
}

impl FileDiff {
    /// The words, or for a file that changes as it does on another node only that.
    pub fn words_once(&self) -> Vec<String> {
        match self.same_as.as_deref().and_then(|path| path.split('/').nth(1)) {
            Some(node) => vec![format!("as on {node}")],
            None => self.words.clone(),
        }
    }

    /// How many lines are added and removed.
    pub fn counts(&self) -> (usize, usize) {
        let Body::Lines(hunks) = &self.body else { return (0, 0) };
        let count = |side| hunks.iter().flat_map(|hunk| &hunk.lines).filter(|line| line.side == side).count();
        (count(Side::New), count(Side::Old))
    }
}

impl TreeDiff {
    /// The differences that a look at the disk has found. `bundle` is what the look compared with.
    pub fn of(changes: &Changes, bundle: &Bundle) -> Self {
        let differing = changes.iter().filter(|(_, change)| **change != Change::Unchanged);
        let mut files: Vec<FileDiff> = differing
            .map(|(path, change)| {
                let new = changes.wanted(path, bundle);
                let file = path.to_str().and_then(|path| bundle.get(path));
                let mut diff = FileDiff {
                    path: path.to_string_lossy().into_owned(),
                    change: change.clone(),
                    kind: file.map(|file| file.kind),
                    reload: file.and_then(|file| file.reload.clone()),
                    executable: [None, new.map(|(_, mode)| mode & 0o100 != 0)],
                    words: Vec::new(),
                    body: Body::None,
                    same_as: None,
                };
                diff.compare(changes.was(path), new.map(|(content, _)| content));
                diff
            })
            .collect();
        files.sort_by(|a, b| (a.path == MANIFEST, &a.path).cmp(&(b.path == MANIFEST, &b.path)));
        find_twins(&mut files);
        TreeDiff { target: changes.target().display().to_string(), cluster: changes.cluster().to_owned(), files }
    }

    /// How many files change so.
    pub fn count(&self, change: &Change) -> usize {
        self.files.iter().filter(|file| file.change == *change).count()
    }

    /// In one line: how many files, and what happens to them.
    pub fn summary(&self) -> String {
        let refused = self.files.iter().filter(|file| matches!(file.change, Change::Refused(_))).count();
        let counts = [
            (self.count(&Change::Create), "created"),
            (self.count(&Change::Update), "updated"),
            (self.count(&Change::Remove), "removed"),
            (self.count(&Change::Edited), "edited by hand"),
            (self.count(&Change::Foreign), "foreign"),
            (refused, "in the way"),
        ];
        let counts: Vec<String> =
            counts.iter().filter(|(number, _)| *number > 0).map(|(number, word)| format!("{number} {word}")).collect();
        match self.files.len() {
            0 => "nothing changes".to_owned(),
            1 => format!("1 file: {}", counts.join(", ")),
            number => format!("{number} files: {}", counts.join(", ")),
        }
    }
}

impl FileDiff {
    fn compare(&mut self, was: Option<&Was>, new: Option<&str>) {
        self.executable[0] = was.map(|was| was.executable);
        let stays = matches!(self.change, Change::Refused(_)) || was.is_none() && self.change != Change::Create;
        if stays {
            // Something that no build reads or replaces.
            return;
        }
        let old = match was {
            None => "",
            Some(was) if too_much(&was.content) => {
                self.body = Body::NotShown;
                self.words = vec![format!("{} bytes are there, too many to compare", was.content.len())];
                return;
            }
            Some(was) => match std::str::from_utf8(&was.content) {
                Ok(text) => text,
                Err(_) => {
                    self.body = Body::NotShown;
                    self.words = vec!["what is there is not text".to_owned()];
                    return;
                }
            },
        };
        self.words = match (was, new) {
            (None, Some(new)) => vec![format!("new, {}", words::lines(new.lines().count()))],
            (Some(_), None) => vec![format!("goes, {}", words::lines(old.lines().count()))],
            (_, new) => words::summary(&self.path, old, new.unwrap_or_default()),
        };
        match self.executable {
            [Some(false), Some(true)] => self.words.push("becomes executable".to_owned()),
            [Some(true), Some(false)] => self.words.push("is no longer executable".to_owned()),
            _ => {}
        }
        self.body = Body::Lines(lines::hunks(old, new.unwrap_or_default()));
    }
}

fn too_much(content: &[u8]) -> bool {
    content.len() > COMPARABLE || content.iter().filter(|byte| **byte == b'\n').count() > COMPARABLE_LINES
}

/// The path without the node's name, if it is below a node.
fn twin_of(path: &str) -> Option<&str> {
    path.strip_prefix("nodes/")?.split_once('/').map(|(_, rest)| rest)
}

/// Finds the files that change on one node as they do on the other.
fn find_twins(files: &mut [FileDiff]) {
    for at in 1..files.len() {
        let (before, rest) = files.split_at_mut(at);
        let file = &mut rest[0];
        let Some(twin) = twin_of(&file.path) else { continue };
        let same = |other: &&FileDiff| {
            twin_of(&other.path) == Some(twin)
                && matches!(&other.body, Body::Lines(hunks) if !hunks.is_empty())
                && (&other.change, other.executable, &other.body) == (&file.change, file.executable, &file.body)
        };
        file.same_as = before.iter().find(same).map(|other| other.path.clone());
    }
}
