//! What the programs that read generated files on a node say of a tree.
//!
//! Each is run on copies and in temporary folders, without the host's own configuration; nothing of the tree or the host is
//! changed. What they are blind to stands in docs/verify.md.

mod desk;
mod parallel;
pub mod readers;
mod tree;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io;

use crate::tool::{Said, Tool};

pub use desk::{Desk, Isolation};
pub use tree::Tree;

/// A program that reads generated files.
#[derive(Debug)]
pub struct Reader {
    /// How people call it: the program, and what it is asked for.
    pub name: &'static str,
    /// What it proves of a file that it accepts.
    pub proves: &'static str,
    /// What it does not see.
    pub blind: &'static str,
    /// The programs that it needs; the first is the one whose version counts.
    pub programs: &'static [&'static str],
    /// How that one is asked for its version, and what stands before it in the answer.
    pub version: (&'static [&'static str], &'static str),
    /// Whether it needs to be root, in namespaces of its own at least.
    pub isolated: bool,
    /// The files of a tree that it reads, one reading for each.
    pub files: fn(&Tree) -> Vec<String>,
    /// Reads one of them.
    pub read: fn(&Desk, &str) -> io::Result<Answer>,
}

/// How a reading ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The reader understands the file and has nothing to say against it.
    Accepted,
    /// The reader that is here is of another version than the platform's, and cannot read the file.
    Unfit,
    /// It is not installed, or something that it needs.
    Missing,
    /// It cannot be run here, or must not.
    Skipped,
    /// It found something wrong.
    Refused,
}

impl Verdict {
    /// The verdict in a word or two.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Accepted => "accepted",
            Verdict::Unfit => "other version",
            Verdict::Missing => "missing",
            Verdict::Skipped => "skipped",
            Verdict::Refused => "refused",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// What a reader answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// How it ended.
    pub verdict: Verdict,
    /// What it said, or why it was not asked; may be empty.
    pub said: String,
}

impl Answer {
    /// An answer in our words.
    pub fn new(verdict: Verdict, said: impl Into<String>) -> Answer {
        Answer { verdict, said: said.into() }
    }

    /// The answer of a program: it accepts if it ends with 0 and says nothing on standard error but lines that hold one of
    /// `noise`. Such lines are left out of what is shown.
    pub fn of(said: &Said, noise: &[&str]) -> Answer {
        let silent = |line: &&str| !noise.iter().any(|known| line.contains(known)) && !line.trim().is_empty();
        let wrong = said.stderr.lines().any(|line| silent(&line));
        let mut text: String = said.lines().filter(silent).map(|line| format!("{line}\n")).collect();
        if !said.is_fine() {
            text += &format!("{}\n", said.end);
        }
        let verdict = if said.is_fine() && !wrong { Verdict::Accepted } else { Verdict::Refused };
        Answer::new(verdict, text)
    }

    /// The same, with something that was wrong besides.
    pub fn but(mut self, wrong: Option<String>) -> Answer {
        if let Some(wrong) = wrong {
            self.verdict = Verdict::Refused;
            self.said = format!("{wrong}\n{}", self.said);
        }
        self
    }
}

/// One file, as one reader saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The file's path in the tree; a pattern where several are read as one.
    pub file: String,
    /// The reader's name.
    pub reader: &'static str,
    /// Its version, where it says one.
    pub version: Option<String>,
    /// What it answered.
    pub answer: Answer,
}

impl Reading {
    /// The first line of what was said.
    pub fn first_line(&self) -> &str {
        self.answer.said.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default()
    }
}

/// Gives every file of a tree to all of these readers that read it; sorted by file, then in the order of the readers.
pub fn verify(tree: &Tree, readers: &[&'static Reader]) -> Result<Vec<Reading>, VerifyError> {
    let of =
        |reader: &&'static Reader| (reader.files)(tree).into_iter().map(|file| (*reader, file)).collect::<Vec<_>>();
    let mut readings = verify_files(tree, &readers.iter().flat_map(of).collect::<Vec<_>>())?;
    // What one reader says of one file stands in the readers' order.
    readings.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(readings)
}

/// Gives these files to these readers, each as [`Reader::files`] names it; in their order.
pub fn verify_files(tree: &Tree, work: &[(&'static Reader, String)]) -> Result<Vec<Reading>, VerifyError> {
    let isolation = work.iter().any(|(reader, _)| reader.isolated).then(Isolation::find).flatten();
    let tools = tools(work);
    let read = |(reader, file): &(&'static Reader, String)| {
        let failed = |source| VerifyError { reader: reader.name, file: file.clone(), source };
        let answer = read(reader, file, tree, &tools, isolation).map_err(failed)?;
        let version = tools.get(reader.programs[0]).and_then(|(_, version)| version.clone());
        Ok(Reading { file: file.clone(), reader: reader.name, version, answer })
    };
    parallel::map(work, read).into_iter().collect()
}

/// The programs that are there, each with the version of those that are asked for it.
type Tools = BTreeMap<&'static str, (Tool, Option<String>)>;

fn tools(work: &[(&'static Reader, String)]) -> Tools {
    let asked: BTreeMap<_, _> = work.iter().map(|(reader, _)| (reader.programs[0], reader.version)).collect();
    let names: BTreeSet<&str> = work.iter().flat_map(|(reader, _)| reader.programs).copied().collect();
    let names: Vec<&str> = names.into_iter().collect();
    let found = parallel::map(&names, |name| {
        let tool = Tool::find(name)?;
        let version = asked.get(name).and_then(|(arguments, after)| tool.version(arguments, after));
        Some((*name, (tool, version)))
    });
    found.into_iter().flatten().collect()
}

fn read(reader: &Reader, file: &str, tree: &Tree, tools: &Tools, isolation: Option<Isolation>) -> io::Result<Answer> {
    if let Some(missing) = reader.programs.iter().find(|name| !tools.contains_key(*name)) {
        return Ok(Answer::new(Verdict::Missing, format!("{missing} is not installed")));
    }
    if reader.isolated && isolation.is_none() {
        return Ok(Answer::new(Verdict::Skipped, "needs root, or the right to make namespaces (unshare)"));
    }
    (reader.read)(&Desk::new(tree, tools, isolation)?, file)
}

/// The files of a tree that none of these readers reads.
pub fn unread<'a>(tree: &'a Tree, readings: &[Reading]) -> Vec<&'a str> {
    let read = |file: &str| {
        readings.iter().any(|reading| match reading.file.split_once('*') {
            Some((start, end)) => file.starts_with(start) && file.ends_with(end),
            None => reading.file == file,
        })
    };
    tree.files().filter(|file| !read(file)).collect()
}

/// A reader could not be run, or a file could not be read.
#[derive(Debug)]
pub struct VerifyError {
    /// The reader's name.
    pub reader: &'static str,
    /// The file.
    pub file: String,
    /// What the system said.
    pub source: io::Error,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let VerifyError { reader, file, source } = self;
        write!(f, "{file} could not be given to {reader}: {source}")
    }
}

impl std::error::Error for VerifyError {}
