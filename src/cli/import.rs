//! `gfs2gen import`.

use std::fs::{self, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::input::{self, Input};
use super::options::Import;
use super::{Exit, Terminal, check};
use crate::diag::emit::{self, Report};
use crate::diag::{Diagnostic, Severity};
use crate::import::{self, Collected, Imported};
use crate::source::Source;

/// So many files and bytes of one, and folders in each other, are more than any cluster has.
const MOST_FILES: usize = 5_000;
const MOST_BYTES: u64 = 16 << 20;
const DEEPEST: usize = 16;

pub(super) fn run(args: &Import, terminal: &Terminal) -> Exit {
    let Some(folder) = args.folder.as_ref().filter(|_| !args.collect) else {
        return terminal.data(import::COLLECT);
    };
    let files = match collected(folder) {
        Ok(files) => files,
        Err(error) => {
            terminal.error(&error);
            return Exit::Refused;
        }
    };
    let Some(imported) = import::import(files) else {
        let folder = folder.display();
        terminal
            .error(&format!("nothing in {folder} is of a cluster; `gfs2gen import --collect` prints what gathers it"));
        return Exit::Refused;
    };
    if terminal.verbose {
        imported.passed_over.iter().for_each(|path| terminal.say(&format!("passed over: {path}")));
    }
    let input = described(args, &imported);
    let written = write(args, &imported, terminal);
    if written != Exit::Fine {
        return written;
    }
    told(&imported, &input, terminal);
    let wrong = imported.findings.iter().any(|(_, finding)| finding.severity == Severity::Error);
    let found = if wrong { Exit::Errors } else { Exit::Fine };
    check::verdict(&[input], false).max(found)
}

/// The description, compiled; the domains that it names are those of the collection.
fn described(args: &Import, imported: &Imported) -> Input {
    let name = args.output.clone().unwrap_or_else(|| PathBuf::from("<stdout>"));
    let load = |path: &str| {
        let domain = imported.domains.iter().find(|(known, _)| known == path).map(|(_, text)| text.clone());
        domain.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    };
    input::compiled(&name, imported.text.clone().into_bytes(), &args.judged.today(), &load)
}

/// Says what was found, in the cluster first, then in the description.
fn told(imported: &Imported, input: &Input, terminal: &Terminal) {
    let mut by_file: Vec<(&Source, Vec<Diagnostic>)> =
        imported.sources.iter().map(|source| (source, Vec::new())).collect();
    for (file, finding) in &imported.findings {
        by_file[*file].1.push(finding.clone());
    }
    let found = by_file.iter().filter(|(_, diagnostics)| !diagnostics.is_empty());
    let found = found.map(|(source, diagnostics)| Report { source, document: None, diagnostics });
    let reports: Vec<Report> = found.chain([input.report()]).collect();
    check::show(&reports, terminal);
    if let Some(summary) = emit::summary(&reports) {
        terminal.say(&summary);
        check::hint(&reports, terminal);
    }
    let comments = |word: &str| imported.text.lines().filter(|line| line.contains(&format!("  # {word}"))).count();
    let (fill, all) = (comments("FILL IN"), imported.text.matches("  # ").count());
    if fill > 0 {
        terminal.must_say(&format!("{fill} values have to be filled in: grep for FILL IN"));
    }
    if all > fill {
        terminal.say(&format!("{} values are to be looked at: see their comments", all - fill));
    }
}

/// Writes the description and the domains that it names; nothing is written over.
fn write(args: &Import, imported: &Imported, terminal: &Terminal) -> Exit {
    let Some(file) = &args.output else {
        for (path, _) in &imported.domains {
            terminal.say(&format!("{path} belongs beside the description: with -o FILE it is written, too"));
        }
        return terminal.data(&imported.text);
    };
    let folder = file.parent().unwrap_or(Path::new("."));
    let domains = imported.domains.iter().map(|(path, text)| (folder.join(path), text));
    let all: Vec<(PathBuf, &String)> = domains.chain([(file.clone(), &imported.text)]).collect();
    // What stops one file stops all of them before the first is written.
    if let Some((path, _)) = all.iter().find(|(path, _)| fs::symlink_metadata(path).is_ok()) {
        terminal.error(&format!("{} is already there, and stays as it is; nothing was written", path.display()));
        return Exit::Refused;
    }
    for (path, text) in &all {
        let made = path.parent().map_or(Ok(()), fs::create_dir_all);
        let opened = made.and_then(|()| OpenOptions::new().write(true).create_new(true).open(path));
        if let Err(error) = opened.and_then(|mut opened| opened.write_all(text.as_bytes())) {
            terminal.error(&format!("cannot write {}: {error}", path.display()));
            return Exit::Refused;
        }
        terminal.say(&format!("{}: written", path.display()));
    }
    Exit::Fine
}

/// Every regular file below a folder. Links are passed over: what was collected elsewhere must not lead to files of this host.
fn collected(folder: &Path) -> Result<Vec<Collected>, String> {
    let mut files = Vec::new();
    let mut open = vec![(folder.to_owned(), 0)];
    while let Some((at, depth)) = open.pop() {
        let told = |error: io::Error| format!("cannot read {}: {error}", at.display());
        for entry in fs::read_dir(&at).map_err(told)? {
            let entry = entry.map_err(told)?;
            let kind = entry.file_type().map_err(told)?;
            if kind.is_dir() && depth < DEEPEST {
                open.push((entry.path(), depth + 1));
            } else if kind.is_file() {
                files.push(entry.path());
            }
            if files.len() > MOST_FILES {
                return Err(format!("{} holds more than {MOST_FILES} files: it is no collection", folder.display()));
            }
        }
    }
    let read = |path: PathBuf| {
        let below = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        let mut bytes = Vec::new();
        let opened = fs::File::open(&path).and_then(|file| file.take(MOST_BYTES).read_to_end(&mut bytes));
        opened.map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        Ok(Collected { path: below, text: Source::from_bytes(path.display().to_string(), bytes) })
    };
    files.sort();
    files.into_iter().map(read).collect()
}
