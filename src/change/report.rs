//! A change as people read it.

use super::{Change, Meant};

/// As text for a terminal.
pub fn human(change: &Change) -> String {
    let mut text = format!("{}\n", summary(change));
    for (position, meant) in change.edits.iter().enumerate() {
        text.push_str(&format!("\n{}. {}\n", position + 1, meant.edit.headline()));
        for (word, said) in lines(meant) {
            text.push_str(&wrapped(word, &said));
        }
    }
    text
}

/// The first line of every form.
pub(super) fn summary(change: &Change) -> String {
    let class = change.class();
    match change.edits.len() {
        0 => format!("{}: nothing changes", change.cluster),
        1 => format!("{}: 1 edit, {class}: {}", change.cluster, class.meaning()),
        number => format!("{}: {number} edits, the hardest {class}: {}", change.cluster, class.meaning()),
    }
}

/// What there is to say of an edit, each with its word.
pub(super) fn lines(meant: &Meant) -> Vec<(&'static str, String)> {
    let mut lines = vec![(meant.row.class.word(), meant.why())];
    lines.extend(meant.before().into_iter().map(|text| ("before", text)));
    lines.extend(meant.instead().map(|text| ("instead", text)));
    lines
}

/// How wide a line of text is.
const WIDTH: usize = 110;

/// `word: text`, indented, on as many lines as it needs.
fn wrapped(word: &str, text: &str) -> String {
    let mut line = format!("   {word}:");
    let mut out = String::new();
    for part in text.split_whitespace() {
        if line.chars().count() + 1 + part.chars().count() > WIDTH {
            out.push_str(&line);
            out.push('\n');
            line = "     ".to_owned();
        }
        line.push(' ');
        line.push_str(part);
    }
    out + &line + "\n"
}
