//! The pages of the book as files and blocks.

use std::fs;
use std::path::{Path, PathBuf};

pub const ROOT: &str = env!("CARGO_MANIFEST_DIR");

pub fn docs() -> PathBuf {
    Path::new(ROOT).join("docs")
}

pub fn bless() -> bool {
    std::env::var_os("GFS2GEN_BLESS").is_some()
}

pub fn read(path: impl AsRef<Path>) -> String {
    let path = Path::new(ROOT).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Writes a generated page, or fails where it is another.
pub fn hold(path: &str, right: &str) {
    if bless() {
        fs::write(Path::new(ROOT).join(path), right).unwrap();
    }
    let written = fs::read_to_string(Path::new(ROOT).join(path)).unwrap_or_default();
    if written != right {
        let diff = similar::TextDiff::from_lines(&written, right).unified_diff().to_string();
        panic!("{path}: run `GFS2GEN_BLESS=1 cargo test --test book`\n{diff}");
    }
}

/// The pages below docs/, by their path from there, sorted; the book itself and its table of contents are none.
pub fn all() -> Vec<String> {
    fn walk(folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(docs()).unwrap().to_str().unwrap().to_owned();
            if path.is_dir() {
                walk(&path, found);
            } else if name.ends_with(".md") && name != "SUMMARY.md" {
                found.push(name);
            }
        }
    }
    let mut found = Vec::new();
    walk(&docs(), &mut found);
    found.sort();
    found
}

/// A part of a page.
pub enum Part<'p> {
    /// Lines outside of blocks.
    Prose(&'p str),
    /// A fenced block: what stands after the fence, and the lines in it.
    Block(&'p str, &'p str),
}

pub fn parts(page: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let (mut from, mut at) = (0, 0);
    let mut open: Option<(&str, &str)> = None;
    for line in page.split_inclusive('\n') {
        let fence = line.len() - line.trim_start_matches('`').len();
        match open {
            None if fence >= 3 => {
                parts.push(Part::Prose(&page[from..at]));
                open = Some((&line[..fence], line[fence..].trim()));
                from = at + line.len();
            }
            Some((mark, info)) if line.trim_end() == mark => {
                parts.push(Part::Block(info, &page[from..at]));
                open = None;
                from = at + line.len();
            }
            _ => {}
        }
        at += line.len();
    }
    assert!(open.is_none(), "a block is not closed");
    parts.push(Part::Prose(&page[from..]));
    parts
}

/// The prose of a page, without what stands between backticks.
pub fn prose(page: &str) -> String {
    let mut text = String::new();
    for part in parts(page) {
        if let Part::Prose(prose) = part {
            text += prose;
        }
    }
    without_code(&text)
}

/// Lines without what stands between backticks.
pub fn without_code(text: &str) -> String {
    text.split('`').step_by(2).collect::<Vec<_>>().join("`")
}
