//! The forms in which differences are printed.

mod human;
mod json;
mod markdown;

pub use human::{human, stat};
pub use json::json;
pub use markdown::markdown;

use super::{FileDiff, Side};
use crate::output::Change;

/// Text of files and file names as it may be shown: control characters, which could change what a terminal or a reader
/// shows, stand as pictures or numbers.
fn visible(text: &str) -> String {
    let hidden =
        |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => shown.push(c),
            '\u{0}'..='\u{1f}' => shown.extend(char::from_u32(0x2400 + c as u32)),
            '\u{7f}' => shown.push('\u{2421}'),
            '\u{80}'..='\u{9f}' => shown.extend(c.escape_unicode()),
            c if hidden(c) => shown.extend(c.escape_unicode()),
            c => shown.push(c),
        }
    }
    shown
}

/// What a build does to the file, and what stops it.
fn verdict(file: &FileDiff) -> String {
    match &file.change {
        Change::Edited if file.executable[1].is_none() => "edited by hand; only --force removes it".to_owned(),
        Change::Edited => "edited by hand; only --force replaces it".to_owned(),
        Change::Foreign if file.kind.is_some() => "not ours; only --force replaces it".to_owned(),
        Change::Foreign => "not ours; --force leaves it".to_owned(),
        Change::Refused(reason) => format!("{reason}; move it away"),
        change => change.to_string(),
    }
}

/// The sign of a line in a unified diff.
fn sign(side: Side) -> char {
    match side {
        Side::Both => ' ',
        Side::Old => '-',
        Side::New => '+',
    }
}

/// The range of a hunk as unified diffs write it.
fn range((start, count): (usize, usize)) -> String {
    if count == 1 { start.to_string() } else { format!("{start},{count}") }
}

/// The names of both sides: a file that is not there is `/dev/null`.
fn sides(file: &FileDiff, target: &str) -> [String; 2] {
    let name = visible(&format!("{target}/{}", file.path));
    file.executable.map(|there| if there.is_some() { name.clone() } else { "/dev/null".to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_deceive_is_visible() {
        assert_eq!(visible("a\tb"), "a\tb");
        assert_eq!(visible("\u{1b}[31m\r\u{202e}x\u{9b}"), "\u{241b}[31m\u{240d}\\u{202e}x\\u{9b}");
    }
}
