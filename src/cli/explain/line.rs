//! `gfs2gen explain TREE/FILE:LINE`.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::super::input::{self, Input};
use super::super::options::{Explain, PageFormat};
use super::super::{Exit, Terminal, check};
use super::tree::{self, Found};
use crate::bundle::MANIFEST;
use crate::diag::emit::Report;
use crate::diff;
use crate::trace::{self, Explained, Line, Places, Trouble, report};

/// A file, and a line of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Asked {
    pub file: PathBuf,
    /// From 1; none for all.
    pub line: Option<usize>,
}

/// What a person means by `FILE:LINE` or `FILE`.
pub(in crate::cli) fn asked(text: &str) -> Result<Asked, String> {
    let whole = Asked { file: PathBuf::from(text), line: None };
    match text.rsplit_once(':') {
        Some((file, number)) if !file.is_empty() && !Path::new(text).exists() => match number.parse() {
            Ok(0) | Err(_) => Err(format!("`{number}` is no line: lines are numbers from 1")),
            Ok(line) => Ok(Asked { file: PathBuf::from(file), line: Some(line) }),
        },
        _ => Ok(whole),
    }
}

/// What stops the command: the reason, and what to do.
pub(super) struct Stop {
    pub exit: Exit,
    pub reason: String,
    pub help: String,
}

impl Stop {
    pub(super) fn refused(reason: impl Into<String>, help: impl Into<String>) -> Stop {
        Stop { exit: Exit::Refused, reason: reason.into(), help: help.into() }
    }
}

pub(super) fn run(asked: &Asked, args: &Explain, terminal: &Terminal) -> Exit {
    let places = match &args.description {
        Some(file) => match description(file, args, terminal) {
            Ok(read) => Some(read),
            Err(exit) => return exit,
        },
        None => None,
    };
    match explain(asked, args, places, terminal) {
        Ok(text) => terminal.data(&text),
        Err(stop) => {
            terminal.error(&stop.reason);
            terminal.must_say(&format!("help: {}", stop.help));
            stop.exit
        }
    }
}

/// The places in a description, and the description with its defaults written out.
fn description(file: &Path, args: &Explain, terminal: &Terminal) -> Result<(Places, Value), Exit> {
    let (mut inputs, unread) = input::read(&[file.to_owned()], &args.judged, terminal);
    if unread != Exit::Fine || !inputs.iter().all(|input| input.compiled.is_fine()) {
        let reports: Vec<Report> = inputs.iter().map(Input::report).collect();
        check::show(&reports, terminal);
        return Err(check::verdict(&inputs, false).max(unread));
    }
    let input = inputs.pop().ok_or(Exit::Bug)?;
    let (_, bundle) = input.compiled.built.ok_or(Exit::Bug)?;
    let document = input.compiled.document.ok_or(Exit::Bug)?;
    Ok((Places::of_description(input.source, document), bundle.description().clone()))
}

fn explain(asked: &Asked, args: &Explain, read: Option<(Places, Value)>, terminal: &Terminal) -> Result<String, Stop> {
    let found = tree::find(&asked.file)?;
    let made_of = &found.manifest.description;
    if let Some((places, description)) = &read
        && description != made_of
    {
        return Err(Stop {
            exit: Exit::Differs,
            reason: format!("{} was not made of {} as it is now", found.root.display(), places.file),
            help: format!("`gfs2gen diff {}` shows what differs; build it, or leave --description out", places.file),
        });
    }
    let load = |domain: &str| found.domain(domain);
    let explained = if found.below == MANIFEST {
        trace::explain_manifest(&found.text)
    } else {
        trace::explain(made_of, &load, &found.below).map_err(|trouble| stop(trouble, &found))?
    };
    let line = line(asked, &found, &explained, terminal)?;
    let places = match read {
        Some((places, _)) => Some(places),
        None => Places::of_manifest(MANIFEST, &found.text),
    };
    let tree = found.root.display().to_string();
    let context = report::Context::new(made_of, &load, places.as_ref(), &tree);
    let lines: Vec<&Line> = match line {
        Some(number) => explained.lines.iter().filter(|line| line.number == number).collect(),
        None => explained.lines.iter().collect(),
    };
    Ok(match (args.format, lines.as_slice()) {
        (PageFormat::Json, _) => report::json(&explained, &lines, &context),
        (PageFormat::Human, [one]) if line.is_some() => report::human(&explained, one, &context),
        (PageFormat::Human, _) => report::listing(&explained, &context),
    })
}

fn stop(trouble: Trouble, found: &Found) -> Stop {
    let root = found.root.display();
    match trouble {
        Trouble::Description => Stop::refused(
            format!("this version of gfs2gen does not accept the description that {root} was made of"),
            format!("the tree was written by {}; build it again", found.manifest.generator),
        ),
        Trouble::NoFile => other_version(found),
        Trouble::Bug => Stop {
            exit: Exit::Bug,
            reason: format!("a template fails on the description that {root} was made of"),
            help: "this is a bug in gfs2gen, please report it".into(),
        },
    }
}

fn other_version(found: &Found) -> Stop {
    Stop::refused(
        format!("this version of gfs2gen makes {} otherwise", found.below),
        format!("{} was written by {}; build it again", found.root.display(), found.manifest.generator),
    )
}

/// The line of what would be built, for a line of what is on disk: a file that somebody edited has others.
fn line(asked: &Asked, found: &Found, explained: &Explained, terminal: &Terminal) -> Result<Option<usize>, Stop> {
    let path = found.root.join(&found.below);
    let on_disk = fs::read(&path).map_err(|error| {
        let name = path.display();
        Stop::refused(format!("cannot read {name}: {error}"), "`gfs2gen build` writes the tree as it should be")
    })?;
    let on_disk = String::from_utf8_lossy(&on_disk);
    let edited = on_disk != explained.text;
    if edited && found.is_as_written(&on_disk) {
        return Err(other_version(found));
    }
    let number = match asked.line {
        None => {
            if edited {
                terminal.say("note: somebody has edited this file; these are the lines that were built");
            }
            return Ok(None);
        }
        Some(number) => number,
    };
    let lines = on_disk.lines().count();
    if number > lines {
        let (is, s) = if lines == 1 { ("is", "") } else { ("are", "s") };
        let reason = format!("{} has no line {number}: there {is} {lines} line{s}", path.display());
        return Err(Stop::refused(reason, "without :LINE every line is listed"));
    }
    if !edited {
        return Ok(Some(number));
    }
    match diff::kept(&on_disk, &explained.text).get(number - 1).copied().flatten() {
        Some(built) => {
            terminal.say(&format!("note: somebody has edited this file; this is line {} of what was built", built + 1));
            Ok(Some(built + 1))
        }
        None => Err(Stop::refused(
            format!("line {number} of {} is not gfs2gen's: somebody has edited the file", path.display()),
            "without :LINE the lines that were built are listed; `gfs2gen diff` shows what was edited",
        )),
    }
}
