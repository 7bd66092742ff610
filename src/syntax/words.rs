//! The parser's complaints in the words of the person who has to mend the file.

use granit_parser::ErrorKind as E;

use super::{codes, gate, phrases, refuse};
use crate::diag::{At, Diagnostic};
use crate::source::{Source, Span};

/// What the parser stumbled over, with what was read before.
pub(super) struct SyntaxError<'k> {
    pub kind: &'k E,
    pub at: usize,
    /// How far the events had come.
    pub read: usize,
    pub last_plain: Option<Span>,
    /// The bracket that is still open, by its position.
    pub open: Option<usize>,
}

impl SyntaxError<'_> {
    pub(super) fn diagnostic(&self, source: &Source) -> Diagnostic {
        if let Some(found) = self.foreign_space(source) {
            return found;
        }
        if let Some(found) = self.tab(source) {
            return found;
        }
        let here = self.here(source);
        match self.kind {
            E::RecursionLimitExceeded => refuse::too_deep(here),
            E::UndeclaredTagHandle
            | E::InvalidTagTerminator
            | E::InvalidGlobalTagCharacter
            | E::MissingTagUri
            | E::UnclosedVerbatimTag
            | E::InvalidTagEscape
            | E::ExpectedTagBang => refuse::tag(source, here),
            E::MissingAnchorOrAliasName if source.slice(here).starts_with('&') => refuse::anchor(here),
            E::MissingAnchorOrAliasName | E::UnknownAnchor => refuse::alias(here),
            _ => self.invalid(source, here),
        }
    }

    /// A look-alike of a space in what the parser had not got through.
    fn foreign_space(&self, source: &Source) -> Option<Diagnostic> {
        let rest = Span { start: self.at, end: source.text().len() };
        // Right where the parser gave up, it is the cause even after a quote.
        let next = source.slice(rest).chars().next().map_or(0, char::len_utf8);
        let next = Span { end: self.at + next, ..rest };
        if let Some(found) = gate::foreign_space(source, next) {
            return Some(found);
        }
        let end = source.line(self.at).end;
        let mut from = Some(self.read.min(self.at));
        while let Some(start) = from.filter(|from| *from < end) {
            let line = source.line(start);
            let text = source.slice(Span { start, ..line });
            let code = text.split(['#', '"', '\'']).next().unwrap_or_default();
            let span = Span { start, end: start + code.len() };
            if let Some(found) = gate::foreign_space(source, span) {
                return Some(found);
            }
            from = next_line(source, line).map(|line| line.start);
        }
        None
    }

    /// A tab in the indentation of the broken line, or of the one after it: a value runs on into an indented line.
    fn tab(&self, source: &Source) -> Option<Diagnostic> {
        let line = source.line(self.at);
        let lines = [Some(line), next_line(source, line)];
        lines.into_iter().flatten().find_map(|line| {
            let text = source.slice(line);
            let indent = text.len() - text.trim_start_matches([' ', '\t']).len();
            let tab = text[..indent].find('\t')?;
            if indent == text.len() {
                return None;
            }
            let at = Span { start: line.start + tab, end: line.start + indent };
            let message = "a line is indented with a tab";
            Some(Diagnostic::new(codes::TAB_INDENTATION, message, At::Span(at)).label("tab").help("indent with spaces"))
        })
    }

    /// What to underline: the word at the position, or the end of the text before it where nothing follows.
    fn here(&self, source: &Source) -> Span {
        let line = source.line(self.at);
        let start = if phrases::is_misplaced(self.kind) { line.start } else { self.at };
        let rest = source.slice(Span { start, end: line.end });
        let text = rest.trim_start_matches([' ', '\t']);
        let start = start + rest.len() - text.len();
        let word = match self.kind {
            E::UnclosedQuotedScalar | E::MismatchedFlowCollectionEnd { .. } | E::RecursionLimitExceeded => {
                text.chars().next().map_or(0, char::len_utf8)
            }
            E::DirectiveDisallowed => text.len(),
            _ => text.find([' ', '\t', ',']).unwrap_or(text.len()),
        };
        if word == 0 {
            let before = source.text()[..self.at].trim_end();
            let start = before.char_indices().next_back().map_or(0, |(at, _)| at);
            return Span { start, end: before.len() };
        }
        Span { start, end: start + word }
    }

    /// Whether a bracket is still open, and in a line before the one that is broken.
    fn is_open_above(&self, source: &Source, here: Span) -> bool {
        let Some(open) = self.open else {
            return false;
        };
        source.line(open) != source.line(here.start)
    }

    fn invalid(&self, source: &Source, here: Span) -> Diagnostic {
        match self.kind {
            E::MappingValueNotAllowed => return self.second_colon(source),
            E::SimpleKeyExpected | E::InvalidSimpleKey => return no_colon(source, self.at),
            E::UnclosedFlowCollection { .. } => return self.never_closed(source, None),
            E::InvalidColonPlacement
            | E::MappingKeyNotAllowed
            | E::ExpectedFlowSequenceSeparator
            | E::ExpectedFlowMappingSeparator
                if self.is_open_above(source, here) =>
            {
                return self.never_closed(source, Some(here));
            }
            _ => {}
        }
        let (message, label, help) = phrases::of(self.kind);
        syntax(message, here).label(label).help(help)
    }

    /// `a: b: c`, or a key whose line before it lacks its colon or stands in another column.
    fn second_colon(&self, source: &Source) -> Diagnostic {
        let colon = Span { start: self.at, end: self.at + 1 };
        if let Some(plain) = self.last_plain
            && source.slice(plain).contains('\n')
            && plain.end <= self.at
        {
            let text = source.slice(plain);
            let last = text.rfind('\n').map_or(0, |at| at + 1);
            let key = text[last..].trim_start();
            let start = plain.end - key.len();
            let line = source.line(plain.start);
            let first = Span { start: plain.start, end: line.end.min(plain.end) };
            let first = Span { end: first.start + source.slice(first).trim_end().len(), ..first };
            return syntax("a key in the middle of a text".to_owned(), Span { start, end: plain.end })
                .label("this key belongs to the text above")
                .also(At::Span(first), "the text begins here and goes on in the next line")
                .help("the keys of one mapping begin in the same column, and each is followed by a colon and a space");
        }
        let line = source.line(self.at);
        let rest = source.slice(Span { start: self.at, end: line.end });
        let found = syntax("a second `: ` in one line".to_owned(), colon).label("not allowed here");
        match self.last_plain {
            Some(plain) if plain.end == self.at && !rest.contains(['"', '#']) => {
                let value = format!("{}{}", source.slice(plain), rest.trim_end());
                found.help(format!("put the value in quotes: `\"{value}\"`"))
            }
            _ => found.help("put the value in quotes, or begin a new line"),
        }
    }

    fn never_closed(&self, source: &Source, before: Option<Span>) -> Diagnostic {
        let start = match before {
            Some(_) => self.open.unwrap_or(self.at),
            None => self.at,
        };
        let at = source.clamp(Span { start, end: start + 1 });
        let (open, close, what) = match source.slice(at) {
            "{" => ('{', '}', "mapping"),
            _ => ('[', ']', "list"),
        };
        let found = syntax(format!("`{open}` is not closed"), at)
            .label("opened here")
            .help(format!("write `{close}` at the end of the {what}, and `,` between its entries"));
        match before {
            Some(before) => found.also(At::Span(before), format!("no `{close}` before this")),
            None => found,
        }
    }
}

/// The line after a line, if there is one.
fn next_line(source: &Source, line: Span) -> Option<Span> {
    let rest = &source.text()[line.end..];
    let start = line.end + rest.find('\n')? + 1;
    Some(source.line(start))
}

fn syntax(message: String, at: Span) -> Diagnostic {
    Diagnostic::new(codes::INVALID_SYNTAX, message, At::Span(at))
}

/// A line that should be `key: value`.
fn no_colon(source: &Source, at: usize) -> Diagnostic {
    let line = source.line(at);
    let text = source.slice(Span { start: at.max(line.start), end: line.end });
    let text = text.split(" #").next().unwrap_or_default().trim_end();
    let here = Span { start: at, end: at + text.len() };
    let found = syntax("a line without a key".to_owned(), here).label("`key: value` expected");
    match text.split_once(':') {
        Some((key, value)) if !value.is_empty() && !key.contains(' ') => {
            found.help(format!("put a space after the colon: `{key}: {value}`"))
        }
        _ => found.help("put a colon and a space after the key; a list entry begins with `- `"),
    }
}
