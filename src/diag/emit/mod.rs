//! Diagnostics as text: one value, many renderers.
//!
//! Every renderer takes all reports of a run, one for each file, and shows the findings of a file in the order in
//! which they stand in it.

mod github;
mod gitlab;
mod human;
mod json;
mod sarif;
mod short;

pub use github::github;
pub use gitlab::gitlab;
pub use human::human;
pub use json::json;
pub use sarif::sarif;
pub use short::short;

use super::{At, Diagnostic, Label, Locate, Severity, is_hidden};
use crate::source::{Source, Span};

/// What is to be said of one file.
#[derive(Clone, Copy)]
pub struct Report<'a> {
    /// The text.
    pub source: &'a Source,
    /// Its places; none while the text could not be read.
    pub document: Option<&'a dyn Locate>,
    /// The findings, in any order.
    pub diagnostics: &'a [Diagnostic],
}

impl<'a> Report<'a> {
    /// Where a label stands in the text: always inside it and on character boundaries.
    pub fn span(&self, label: &Label) -> Span {
        let span = match (&label.at, self.document) {
            (at, Some(document)) => document.locate(at),
            (At::Span(span), None) => *span,
            (At::Path(..), None) => self.source.line(0),
        };
        self.source.clamp(span)
    }

    /// Of a block only its first line: the rest says nothing and fills the screen.
    fn first_line(&self, label: &Label) -> Span {
        let span = self.span(label);
        let line = self.source.line(span.start);
        Span { start: span.start, end: span.end.min(line.end.max(span.start)) }
    }

    /// The findings in the order of the text, those at one place by code.
    pub fn sorted(&self) -> Vec<&'a Diagnostic> {
        let mut sorted: Vec<&Diagnostic> = self.diagnostics.iter().collect();
        sorted.sort_by_cached_key(|diagnostic| (self.span(&diagnostic.primary).start, diagnostic.code));
        sorted
    }
}

/// What a line of advice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Advice {
    Note,
    Help,
}

impl Advice {
    fn word(self) -> &'static str {
        match self {
            Advice::Note => "note",
            Advice::Help => "help",
        }
    }
}

/// What stands below the text: notes, then help, with the suggestion where the help does not name it already.
fn advice(diagnostic: &Diagnostic) -> Vec<(Advice, String)> {
    let notes = diagnostic.notes.iter().map(|line| (Advice::Note, visible(line)));
    let mut advice: Vec<(Advice, String)> = notes.collect();
    if let Some(suggestion) = &diagnostic.suggestion {
        let quoted = format!("`{suggestion}`");
        // A list of all that is possible holds it, too, and does not say that it was meant.
        let says = |line: &&String| ["did you mean ", "write ", "put "].iter().any(|verb| line.starts_with(verb));
        if !diagnostic.help.iter().filter(says).any(|line| line.contains(&quoted)) {
            advice.push((Advice::Help, visible(&format!("did you mean {quoted}?"))));
        }
    }
    advice.extend(diagnostic.help.iter().map(|line| (Advice::Help, visible(line))));
    advice
}

/// Text on one line in which every character can be seen: one that ends a line, moves the cursor or turns the direction of
/// writing is shown by its code point. A quoted key can hold any of them.
fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match is_hidden(character) {
            true => shown.push_str(&format!("<U+{:04X}>", u32::from(character))),
            false => shown.push(character),
        }
    }
    shown
}

/// How many errors and warnings there are: `2 errors, 1 warning`; nothing when there are none.
pub fn summary(reports: &[Report<'_>]) -> Option<String> {
    let count = |severity| {
        reports
            .iter()
            .flat_map(|report| report.diagnostics)
            .filter(|diagnostic| diagnostic.severity == severity)
            .count()
    };
    let words = [(count(Severity::Error), "error"), (count(Severity::Warning), "warning")];
    let parts: Vec<String> = words
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| format!("{number} {word}{}", if number == 1 { "" } else { "s" }))
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// Where to read more of the first error; of the first warning where there is no error.
pub fn hint(reports: &[Report<'_>]) -> Option<String> {
    let all: Vec<&Diagnostic> = reports.iter().flat_map(Report::sorted).collect();
    let first = all.iter().find(|diagnostic| diagnostic.severity == Severity::Error).or(all.first())?;
    Some(format!("`gfs2gen explain {}` says more about the {}", first.code, first.severity.word()))
}

impl Severity {
    /// The word for it: `error` or `warning`.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

#[cfg(test)]
mod tests;
