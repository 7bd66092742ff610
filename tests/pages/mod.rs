//! The pages of the rules, docs/rules/GFS123.md: the blocks in them, and what comes of the examples.
//!
//! A block ```` ```diff fails ```` or ```` ```diff passes ```` changes the description in docs/rules/base: after a line
//! `--- FILE` come hunks, apart by `@@`, whose old lines stand in that file exactly once. A block of `yaml` is a whole
//! description, and one of `sh` makes a file that a page cannot show, such as one with invisible characters. The block
//! after one that fails holds what is said of it.

#![allow(dead_code, reason = "each test program uses its part of this")]

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;

use gfs2gen::compile::{Compiled, compile_without};
use gfs2gen::diag::emit::{Report, human};
use gfs2gen::source::Source;
use gfs2gen::syntax::not_utf8;

/// The day on which the examples are looked at.
const TODAY: &str = "2026-01-01";

const DESCRIPTION: &str = "cluster.yaml";

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules")
}

/// A fenced block of a page.
pub struct Block {
    /// What stands after the fence.
    pub info: String,
    /// The lines in it.
    pub body: String,
    /// Where the body stands in the page.
    pub at: Range<usize>,
}

pub fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<(&str, usize)> = None;
    let mut at = 0;
    for line in page.split_inclusive('\n') {
        let end = at + line.len();
        match (line.strip_prefix("```"), open) {
            (Some(info), None) => open = Some((info.trim_end(), end)),
            (Some(_), Some((info, start))) => {
                blocks.push(Block { info: info.to_owned(), body: page[start..at].to_owned(), at: start..at });
                open = None;
            }
            _ => {}
        }
        at = end;
    }
    assert!(open.is_none(), "a block is not closed");
    blocks
}

/// An example that must fail, with the block that says how.
pub struct Failing<'b> {
    pub example: &'b Block,
    pub said: &'b Block,
}

pub fn failing(blocks: &[Block]) -> Vec<Failing<'_>> {
    let pairs = blocks.windows(2).filter(|pair| pair[0].info.ends_with(" fails"));
    pairs
        .map(|pair| {
            assert_eq!(pair[1].info, "text", "after an example that fails stands what is said of it");
            Failing { example: &pair[0], said: &pair[1] }
        })
        .collect()
}

pub fn passing(blocks: &[Block]) -> impl Iterator<Item = &Block> {
    blocks.iter().filter(|block| block.info.ends_with(" passes"))
}

type Files = BTreeMap<String, Vec<u8>>;

/// The description in docs/rules/base with the files that it names.
fn base() -> Files {
    let read = |name: &str| (name.to_owned(), fs::read(folder().join("base").join(name)).unwrap());
    [DESCRIPTION, "domains/legacy.xml"].map(read).into()
}

impl Block {
    /// The files that an example describes.
    fn files(&self) -> Files {
        let mut files = base();
        match self.info.split(' ').next() {
            Some("diff") => change(&mut files, &self.body),
            Some("yaml") => drop(files.insert(DESCRIPTION.to_owned(), self.body.clone().into_bytes())),
            Some("sh") => files = run(&files, &self.body),
            _ => panic!("`{}` is no kind of example", self.info),
        }
        files
    }
}

fn change(files: &mut Files, diff: &str) {
    for part in format!("\n{diff}").split("\n--- ").skip(1) {
        let (name, hunks) = part.split_once('\n').expect("lines after the file's name");
        let file = files.get_mut(name).unwrap_or_else(|| panic!("docs/rules/base has no {name}"));
        // With a line break in front, a line is found only as a whole.
        let mut text = format!("\n{}", String::from_utf8(file.clone()).unwrap());
        for hunk in hunks.trim_end_matches('\n').split("\n@@\n") {
            let side = |other: char| -> String {
                let lines = hunk.lines().filter(|line| !line.starts_with(other));
                lines.map(|line| format!("\n{}", line.get(1..).unwrap_or_default())).collect()
            };
            let (old, new) = (side('+') + "\n", side('-') + "\n");
            assert_eq!(text.matches(&old).count(), 1, "these lines do not stand exactly once in {name}:{old}");
            text = text.replace(&old, &new);
        }
        *file = text.split_off(1).into_bytes();
    }
}

fn run(files: &Files, script: &str) -> Files {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let done = Command::new("sh").args(["-euc", script]).current_dir(folder.path()).status().unwrap();
    assert!(done.success(), "{script}");
    files.keys().map(|name| (name.clone(), fs::read(folder.path().join(name)).unwrap())).collect()
}

/// What comes of an example without some of the rules: the codes of the findings, and what people read.
pub fn said(example: &Block, off: &[&str]) -> (Vec<&'static str>, String) {
    let (source, compiled) = compiled(example, off);
    assert!(compiled.is_fine() || !compiled.diagnostics.is_empty());
    let document = compiled.document.as_ref().map(|document| document as _);
    let report = Report { source: &source, document, diagnostics: &compiled.diagnostics };
    let codes = compiled.diagnostics.iter().map(|found| found.code).collect();
    (codes, human(&[report], false).trim_end().to_owned() + "\n")
}

/// What comes of an example without some of the rules.
pub fn compiled(example: &Block, off: &[&str]) -> (Source, Compiled) {
    let files = example.files();
    let load = |path: &str| match files.get(path) {
        Some(bytes) => Ok(String::from_utf8(bytes.clone()).unwrap()),
        None => Err(io::Error::from_raw_os_error(2)),
    };
    match Source::from_bytes(DESCRIPTION, files[DESCRIPTION].clone()) {
        Ok(source) => {
            let compiled = compile_without(&source, TODAY, &load, off);
            (source, compiled)
        }
        Err(broken) => {
            let compiled = Compiled { diagnostics: vec![not_utf8(&broken)], ..Compiled::default() };
            (broken.source, compiled)
        }
    }
}
