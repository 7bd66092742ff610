//! `gfs2gen verify`.

use serde::Serialize;

use super::list::columns;
use super::options::{TableFormat, Verify};
use super::{Exit, Terminal};
use crate::verify::readers::ALL;
use crate::verify::{self, Reader, Reading, Tree, Verdict};

pub(super) fn run(args: &Verify, terminal: &Terminal) -> Exit {
    let tree = match Tree::open(&args.tree) {
        Ok(tree) => tree,
        Err(why) => {
            terminal.error(&why);
            return Exit::Refused;
        }
    };
    let asked = |reader: &&&'static Reader| args.only.is_empty() || args.only.iter().any(|p| p == reader.programs[0]);
    let readers: Vec<&Reader> = ALL.iter().filter(asked).copied().collect();
    let readings = match verify::verify(&tree, &readers) {
        Ok(readings) => readings,
        Err(error) => {
            terminal.error(&error.to_string());
            return Exit::Refused;
        }
    };
    let written = match args.format {
        TableFormat::Human => terminal.data(&table(&readings)),
        TableFormat::Json => terminal.data(&json(&tree, &readings)),
    };
    explain(&tree, &readings, args.only.is_empty(), terminal);
    written.max(verdict(&readings, args.require))
}

/// How it ends.
fn verdict(readings: &[Reading], require: bool) -> Exit {
    let exit = |reading: &Reading| match reading.answer.verdict {
        Verdict::Accepted | Verdict::Unfit => Exit::Fine,
        Verdict::Missing | Verdict::Skipped if !require => Exit::Fine,
        Verdict::Missing | Verdict::Skipped => Exit::Refused,
        Verdict::Refused => Exit::Errors,
    };
    readings.iter().map(exit).max().unwrap_or(Exit::Fine)
}

fn table(readings: &[Reading]) -> String {
    let head = ["file", "reader", "version", "verdict", "it says"].map(str::to_owned).to_vec();
    let row = |reading: &Reading| {
        let version = reading.version.as_deref().unwrap_or("-");
        let cells = [&reading.file, reading.reader, version, reading.answer.verdict.word(), reading.first_line()];
        cells.map(str::to_owned).to_vec()
    };
    columns(std::iter::once(head).chain(readings.iter().map(row)).collect())
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    cluster: &'a str,
    platform: &'a str,
    drbd: Option<&'a str>,
    readings: Vec<Row<'a>>,
    unread: Vec<&'a str>,
}

#[derive(Serialize)]
struct Row<'a> {
    file: &'a str,
    reader: &'a str,
    version: Option<&'a str>,
    verdict: &'a str,
    says: &'a str,
    output: &'a str,
}

impl<'a> Row<'a> {
    fn of(reading: &'a Reading) -> Row<'a> {
        Row {
            file: &reading.file,
            reader: reading.reader,
            version: reading.version.as_deref(),
            verdict: reading.answer.verdict.word(),
            says: reading.first_line(),
            output: &reading.answer.said,
        }
    }
}

fn json(tree: &Tree, readings: &[Reading]) -> String {
    let manifest = tree.manifest();
    let document = Document {
        version: 1,
        cluster: &manifest.cluster,
        platform: tree.platform.name,
        drbd: manifest.drbd.as_deref(),
        readings: readings.iter().map(Row::of).collect(),
        unread: verify::unread(tree, readings),
    };
    let mut text = serde_json::to_string_pretty(&document).expect("it holds only strings and a number");
    text.push('\n');
    text
}

/// To people: all that was said of what was refused, how much of what there is, and what nobody reads if all were asked.
fn explain(tree: &Tree, readings: &[Reading], all_asked: bool, terminal: &Terminal) {
    for reading in readings.iter().filter(|reading| reading.answer.verdict == Verdict::Refused) {
        terminal.must_say(&format!("{}: {} refuses it:", reading.file, reading.reader));
        reading.answer.said.lines().for_each(|line| terminal.must_say(&format!("   {line}")));
    }
    let all = [Verdict::Accepted, Verdict::Unfit, Verdict::Missing, Verdict::Skipped, Verdict::Refused];
    let count = |verdict| readings.iter().filter(|reading| reading.answer.verdict == verdict).count();
    let counts = all.into_iter().map(|verdict| (count(verdict), verdict)).filter(|(number, _)| *number > 0);
    let counts: Vec<String> = counts.map(|(number, verdict)| format!("{number} {verdict}")).collect();
    let cluster = &tree.manifest().cluster;
    if !all_asked {
        terminal.say(&format!("{cluster}: {}", counts.join(", ")));
        return;
    }
    let unread = verify::unread(tree, readings);
    let (none, files) = (unread.len(), tree.files().count());
    terminal.say(&format!("{cluster}: {}; {none} of {files} files have no reader", counts.join(", ")));
    if terminal.verbose {
        unread.iter().for_each(|file| terminal.say(&format!("   no reader: {file}")));
    }
}
