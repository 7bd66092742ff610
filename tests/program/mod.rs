//! The program as a user runs it: words, streams, exit codes.

#![allow(dead_code, reason = "each test program uses its part of this")]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use gfs2gen::compile::compile;
use gfs2gen::diag::emit::{self, Report};
use gfs2gen::source::Source;

pub const MINIMAL: &str = include_str!("../../examples/minimal/cluster.yaml");

/// What a run said.
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// Runs the program in a folder, with nothing of this environment.
pub fn run(folder: &Path, words: &[&str], stdin: impl AsRef<[u8]>) -> Said {
    let mut child = Command::new(env!("CARGO_BIN_EXE_gfs2gen"))
        .args(words)
        .current_dir(folder)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that does not read standard input may have closed it.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_ref());
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

/// What `check` says of a description to people on a day, without starting it: as `cluster.yaml`, with `domains/` beside it.
pub fn said_on(today: &str, text: &str) -> String {
    const DOMAIN: &str = include_str!("../../examples/full/domains/legacy.xml");
    let source = Source::new("cluster.yaml", text);
    let compiled = compile(&source, today, &|_| Ok(DOMAIN.to_owned()));
    let document = compiled.document.as_ref().map(|document| document as _);
    let report = Report { source: &source, document, diagnostics: &compiled.diagnostics };
    let summary = emit::summary(&[report]).unwrap_or("the description is fine".to_owned());
    format!("{}{summary}\n", emit::human(&[report], false))
}

/// The only finding of a description with one text replaced. The smallest one has one link, which is no matter here.
pub fn finding(description: &str, from: &str, to: &str) -> String {
    assert!(description.contains(from), "{from}");
    let said = said_on("2026-01-01", &description.replacen(from, to, 1));
    let mut all = said.split("\n\n").filter(|finding| finding.contains(" --> ") && !finding.contains("GFS307"));
    let finding = all.next().unwrap_or_else(|| panic!("nothing is found: {to}"));
    assert_eq!(all.next(), None, "{to}");
    format!("{finding}\n")
}
