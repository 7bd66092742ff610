//! For people at a terminal: a unified diff that patch(1) reads too, with what it means above each file.

use std::fmt::Write;

use super::{range, sides, sign, verdict, visible};
use crate::diff::{Body, FileDiff, Hunk, Line, Side, TreeDiff};
use crate::output::Change;

/// The colours of a terminal, or none.
#[derive(Clone, Copy)]
struct Paint(bool);

const BOLD: &str = "1";
const RED: &str = "31";
const GREEN: &str = "32";
const CYAN: &str = "36";

impl Paint {
    fn text(self, code: &str, text: &str) -> String {
        if self.0 && !text.is_empty() { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// The whole difference.
pub fn human(diff: &TreeDiff, color: bool) -> String {
    let paint = Paint(color);
    let mut text = String::new();
    for file in &diff.files {
        text += &paint.text(BOLD, &format!("{}: {}", visible(&file.path), visible(&verdict(file))));
        text.push('\n');
        for words in file.words_once() {
            writeln!(text, "  {}", visible(&words)).expect("a String takes any text");
        }
        if let Some(reload) = file.reload.as_ref().filter(|_| !file.words.is_empty()) {
            writeln!(text, "  then on the node: {}", visible(reload)).expect("a String takes any text");
        }
        body(&mut text, diff, file, paint);
        text.push('\n');
    }
    text
}

fn body(text: &mut String, diff: &TreeDiff, file: &FileDiff, paint: Paint) {
    let Body::Lines(hunks) = &file.body else { return };
    if hunks.is_empty() {
        return;
    }
    let [old, new] = sides(file, &diff.target);
    for (sign, name) in [("---", old), ("+++", new)] {
        *text += &paint.text(BOLD, &format!("{sign} {name}"));
        text.push('\n');
    }
    for hunk in hunks {
        let Hunk { old, new, section, lines } = hunk;
        *text += &paint.text(CYAN, &format!("@@ -{} +{} @@", range(*old), range(*new)));
        if !section.is_empty() {
            *text += &format!(" {}", visible(section));
        }
        text.push('\n');
        lines.iter().for_each(|line| *text += &line_of(line, paint));
    }
}

fn line_of(line: &Line, paint: Paint) -> String {
    let code = match line.side {
        Side::Both => "",
        Side::Old => RED,
        Side::New => GREEN,
    };
    let mut text = sign(line.side).to_string();
    if code.is_empty() {
        text += &visible(&line.text());
    } else {
        // Marked words stand out by more than their colour.
        text = paint.text(code, &text);
        for part in &line.parts {
            let code = if part.marked { format!("{code};7") } else { code.to_owned() };
            text += &paint.text(&code, &visible(&part.text));
        }
    }
    text.push('\n');
    if !line.ended {
        text += "\\ No newline at end of file\n";
    }
    text
}

/// So wide is the longest bar of [`stat`].
const WIDEST: usize = 30;

/// So much is said in one line.
const SOME: usize = 3;

/// One line for each file: how much changes, and what it means.
pub fn stat(diff: &TreeDiff, color: bool) -> String {
    let paint = Paint(color);
    let mut text = String::new();
    let width = diff.files.iter().map(|file| visible(&file.path).chars().count()).max().unwrap_or(0);
    let most = diff.files.iter().map(total).max().unwrap_or(0);
    let digits = most.to_string().len();
    for file in &diff.files {
        let path = visible(&file.path);
        let fill = " ".repeat(width - path.chars().count());
        let (added, removed) = file.counts();
        let bar = |count: usize| match most > WIDEST {
            true => (count * WIDEST).div_ceil(most),
            false => count,
        };
        let (plus, minus) = ("+".repeat(bar(added)), "-".repeat(bar(removed)));
        let bars = format!("{}{}", paint.text(GREEN, &plus), paint.text(RED, &minus));
        let mut words = file.words_once();
        if words.len() > SOME {
            words.splice(SOME.., [format!("and {} more", file.words.len() - SOME)]);
        }
        if !matches!(file.change, Change::Create | Change::Update | Change::Remove) {
            words.insert(0, verdict(file));
        }
        let words = visible(&words.join("; "));
        let line = format!(" {path}{fill} | {:digits$} {bars} {words}", added + removed);
        text += line.trim_end();
        text.push('\n');
    }
    let (added, removed) = diff.files.iter().map(FileDiff::counts).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
    if !diff.files.is_empty() {
        writeln!(text, " {}; {added} lines added, {removed} removed", diff.summary()).expect("a String takes any text");
    }
    text
}

fn total(file: &FileDiff) -> usize {
    let (added, removed) = file.counts();
    added + removed
}
