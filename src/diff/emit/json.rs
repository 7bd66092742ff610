//! For programs: one document.

use serde::Serialize;

use super::verdict;
use crate::diff::{Body, FileDiff, Line, Side, TreeDiff};
use crate::output::Change;

/// The form of the document; keys may be added to it.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    trees: Vec<Tree<'a>>,
}

#[derive(Serialize)]
struct Tree<'a> {
    tree: &'a str,
    cluster: &'a str,
    up_to_date: bool,
    files: Vec<File<'a>>,
}

#[derive(Serialize)]
struct File<'a> {
    path: &'a str,
    change: &'static str,
    reason: Option<String>,
    kind: Option<&'static str>,
    reload: Option<&'a str>,
    words: &'a [String],
    executable_before: Option<bool>,
    executable_after: Option<bool>,
    added: usize,
    removed: usize,
    same_as: Option<&'a str>,
    hunks: Option<Vec<Hunk<'a>>>,
}

#[derive(Serialize)]
struct Hunk<'a> {
    old_start: usize,
    old_lines: usize,
    new_start: usize,
    new_lines: usize,
    section: &'a str,
    lines: Vec<HunkLine>,
}

#[derive(Serialize)]
struct HunkLine {
    side: &'static str,
    text: String,
    /// Characters, from 0, that are marked: the first, and the one after the last.
    marked: Vec<[usize; 2]>,
    ended: bool,
}

/// The differences of all trees.
pub fn json(trees: &[TreeDiff]) -> String {
    let trees = trees.iter().map(|tree| Tree {
        tree: &tree.target,
        cluster: &tree.cluster,
        up_to_date: tree.files.is_empty(),
        files: tree.files.iter().map(file).collect(),
    });
    let document = Document { version: VERSION, trees: trees.collect() };
    serde_json::to_string_pretty(&document).expect("strings and numbers serialize") + "\n"
}

fn file(file: &FileDiff) -> File<'_> {
    let (change, stops) = match &file.change {
        Change::Create => ("create", false),
        Change::Update => ("update", false),
        Change::Unchanged => ("unchanged", false),
        Change::Remove => ("remove", false),
        Change::Edited => ("edited", true),
        Change::Foreign => ("foreign", true),
        Change::Refused(_) => ("refused", true),
    };
    let (added, removed) = file.counts();
    File {
        path: &file.path,
        change,
        reason: stops.then(|| verdict(file)),
        kind: file.kind,
        reload: file.reload.as_deref(),
        words: &file.words,
        executable_before: file.executable[0],
        executable_after: file.executable[1],
        added,
        removed,
        same_as: file.same_as.as_deref(),
        hunks: match &file.body {
            Body::Lines(hunks) => Some(hunks.iter().map(hunk).collect()),
            Body::None | Body::NotShown => None,
        },
    }
}

fn hunk(hunk: &crate::diff::Hunk) -> Hunk<'_> {
    Hunk {
        old_start: hunk.old.0,
        old_lines: hunk.old.1,
        new_start: hunk.new.0,
        new_lines: hunk.new.1,
        section: &hunk.section,
        lines: hunk.lines.iter().map(line).collect(),
    }
}

fn line(line: &Line) -> HunkLine {
    let mut marked = Vec::new();
    let mut at = 0;
    for part in &line.parts {
        let end = at + part.text.chars().count();
        if part.marked {
            marked.push([at, end]);
        }
        at = end;
    }
    let side = match line.side {
        Side::Both => "both",
        Side::Old => "old",
        Side::New => "new",
    };
    HunkLine { side, text: line.text(), marked, ended: line.ended }
}
