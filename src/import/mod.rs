//! A description from what a running cluster says of itself, and what in that cluster is not as it should be.
//!
//! Readers take one kind of text each; `gather` gives every file to its reader; `describe` makes the description, with a
//! comment beside each key that was guessed; `judge` names what the description cannot say, because gfs2gen never does so.

mod block;
mod cib;
mod codes;
mod corosync;
mod describe;
mod domain;
mod drbd;
mod facts;
mod found;
mod gather;
mod judge;
mod lvm;
mod names;
mod report;
mod status;
mod xml;
mod yaml;

use crate::diag::{At, Diagnostic};
use crate::source::{NotUtf8, Source, Span};

pub use codes::codes;

/// What nodes are asked with: read-only, one command for each node.
pub const COLLECT: &str = include_str!("collect.sh");

/// One file of the collection.
#[derive(Debug, Clone)]
pub struct Collected {
    /// Its path below the folder, with slashes.
    pub path: String,
    /// What is in it, as it was read.
    pub text: Result<Source, Box<NotUtf8>>,
}

/// What came of a collection.
#[derive(Debug)]
pub struct Imported {
    /// The description.
    pub text: String,
    /// The files that the description names, as (path, text).
    pub domains: Vec<(String, String)>,
    /// The files of the collection.
    pub sources: Vec<Source>,
    /// What was found in them, each with the file's position.
    pub findings: Vec<(usize, Diagnostic)>,
    /// Files that are not of any kind that is known here.
    pub passed_over: Vec<String>,
}

/// A place in a file of the collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    file: usize,
    span: Span,
}

/// A text that stands somewhere.
#[derive(Debug, Clone)]
struct Said {
    text: String,
    at: Place,
}

/// What is found, on its way to the user.
#[derive(Debug, Default)]
struct Findings {
    found: Vec<(usize, Diagnostic)>,
}

impl Findings {
    /// A finding at a place; it comes back for more words.
    fn at(&mut self, name: &str, place: Place, message: impl Into<String>) -> &mut Diagnostic {
        let code = codes::by_name(name);
        let finding = Diagnostic::new(code, message, At::Span(place.span)).help(code.summary);
        self.found.push((place.file, finding));
        &mut self.found.last_mut().expect("one was just pushed").1
    }

    /// Two places that contradict each other, in two files.
    fn both(&mut self, name: &str, first: &Said, second: &Said, files: &[Source], message: impl Into<String>) {
        let there = where_is(second.at, files);
        let label = format!("`{}` here", first.text);
        let finding = self.at(name, first.at, message);
        finding.set_label(label);
        finding.notes.push(format!("`{}` in {there}", second.text));
    }
}

/// A place as people write it.
fn where_is(place: Place, files: &[Source]) -> String {
    let file = &files[place.file];
    format!("{}:{}", file.name(), file.position(place.span.start).line)
}

/// Makes a description of a collection; none if nothing in it is of a cluster.
pub fn import(files: Vec<Collected>) -> Option<Imported> {
    let mut findings = Findings::default();
    let seen = gather::gather(files, &mut findings);
    if seen.nodes.iter().all(gather::Node::is_empty) {
        return None;
    }
    let names = names::names(&seen);
    let described = describe::describe(&seen, &names);
    judge::judge(&seen, &names, &mut findings);
    Some(Imported {
        text: described.text,
        domains: described.domains,
        sources: seen.files,
        findings: findings.found,
        passed_over: seen.passed_over,
    })
}
