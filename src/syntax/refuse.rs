//! What the language leaves out of YAML, each with its finding.

use super::codes;
use crate::diag::{At, Diagnostic};
use crate::source::{Source, Span};

/// The finding for a text in which nothing is described.
pub(super) fn empty(source: &Source) -> Diagnostic {
    let text = &source.text()[source.bom_len()..];
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty()).peekable();
    let message = if lines.peek().is_none() {
        "the file is empty"
    } else if lines.all(|line| line.starts_with('#')) {
        "the file holds comments only"
    } else {
        "the file describes nothing"
    };
    Diagnostic::new(codes::EMPTY, message, At::Span(source.line(0)))
        .help("`gfs2gen init` writes a description to begin with")
}

pub(super) fn anchor(at: Span) -> Diagnostic {
    let message = "anchors are not part of the language";
    Diagnostic::new(codes::ANCHOR, message, At::Span(at))
        .label("anchor")
        .help("delete it and write the value out where it is used; a text that begins with `&` needs quotes")
}

pub(super) fn alias(at: Span) -> Diagnostic {
    let message = "aliases are not part of the language";
    Diagnostic::new(codes::ANCHOR, message, At::Span(at))
        .label("alias")
        .help("write the value out; a text that begins with `*` needs quotes")
}

pub(super) fn tag(source: &Source, at: Span) -> Diagnostic {
    let text = source.slice(at);
    let message = "tags are not part of the language";
    let help = if text == "!!str" {
        "delete it and put the value in quotes"
    } else {
        "delete it; a text that begins with `!` needs quotes"
    };
    Diagnostic::new(codes::TAG, message, At::Span(at)).label("tag").help(help)
}

pub(super) fn merge_key(at: Span) -> Diagnostic {
    let message = "merge keys are not part of the language";
    Diagnostic::new(codes::MERGE_KEY, message, At::Span(at))
        .label("merge key")
        .help("write the keys out where they take effect")
}

pub(super) fn second_document(at: Span) -> Diagnostic {
    let message = "a second document in the file";
    Diagnostic::new(codes::SECOND_DOCUMENT, message, At::Span(at))
        .label("it begins here")
        .help("one file describes one cluster: move this to a file of its own, or delete it")
}

pub(super) fn no_key(colon: Span) -> Diagnostic {
    Diagnostic::new(codes::KEY_NOT_TEXT, "a value without a key", At::Span(colon))
        .label("no key before this")
        .help("write `key: value`")
}

pub(super) fn complex_key(what: &str, at: Span) -> Diagnostic {
    let message = format!("a {what} cannot be a key");
    Diagnostic::new(codes::KEY_NOT_TEXT, message, At::Span(at))
        .label("this stands where a key should")
        .help("keys are text; put the key in quotes if it begins with `[`, `{`, `?` or `-`")
}

/// A longer key is cut in messages.
const LONGEST_KEY: usize = 40;

pub(super) fn duplicate_key(text: &str, at: Span, earlier: Span) -> Diagnostic {
    let text: String = match text.char_indices().nth(LONGEST_KEY) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}...", &text[..end]),
    };
    let message = format!("the key `{text}` stands twice in one mapping");
    Diagnostic::new(codes::DUPLICATE_KEY, message, At::Span(at))
        .label("the second time")
        .also(At::Span(earlier), "the first time")
        .help("delete one of them, or join what stands under them")
}

pub(super) fn too_deep(at: Span) -> Diagnostic {
    let message = format!("values are nested deeper than {} levels", super::build::DEEPEST);
    Diagnostic::new(codes::TOO_DEEP, message, At::Span(at)).label("one level too many")
}
