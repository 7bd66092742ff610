//! How far a value goes: where the parser's word for it is not what a person would underline.

use crate::source::{Source, Span};

/// Without the line breaks and the indentation of the next line that block scalars run into.
pub(super) fn trimmed(source: &Source, at: Span) -> Span {
    let kept = source.slice(at).trim_end_matches([' ', '\t', '\n', '\r']);
    Span { start: at.start, end: at.start + kept.len() }
}

/// The dash before an empty list element.
pub(super) fn dash(source: &Source, at: Span) -> Span {
    if at.start == at.end && source.text()[..at.start].ends_with('-') {
        return Span { start: at.start - 1, end: at.end };
    }
    at
}

/// A list at the indentation of its key: for the parser it begins after its first dash.
pub(super) fn from_first_dash(source: &Source, key: Span, at: Span) -> Span {
    let mut from = source.line(key.end).end;
    while from < at.start {
        let line = source.line(from);
        let text = source.slice(line);
        let entry = text.trim_start_matches(' ');
        let start = line.start + text.len() - entry.len();
        if entry.starts_with('-') && (key.end..at.start).contains(&start) {
            return Span { start, end: at.end };
        }
        from = line.end.max(from) + 1;
    }
    at
}
