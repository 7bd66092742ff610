//! A change in the forms in which it is read.

mod commands;
mod human;
mod json;
mod markdown;

pub(super) use commands::place;
pub use human::human;
pub use json::json;
pub use markdown::markdown;

use super::{Change, Meant};

/// The first line of every form.
pub(super) fn summary(change: &Change) -> String {
    let class = change.class;
    match change.edits.len() {
        0 => format!("{}: nothing changes", change.cluster),
        1 => format!("{}: 1 edit, {class}: {}", change.cluster, class.meaning()),
        number => format!("{}: {number} edits, the hardest {class}: {}", change.cluster, class.meaning()),
    }
}

/// What there is to say of an edit, each with its word.
fn lines(meant: &Meant) -> Vec<(&'static str, String)> {
    let mut lines = vec![(meant.row.class.word(), meant.why())];
    lines.extend(meant.before().into_iter().map(|text| ("before", text)));
    lines.extend(meant.instead().map(|text| ("instead", text)));
    lines
}
