//! The findings as rustc prints them.

use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::Report;
use crate::diag::{Diagnostic, Label, Severity};
use crate::source::Span;

/// Every finding with its lines, carets and help, an empty line after each.
pub fn human(reports: &[Report<'_>], color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let mut out = String::new();
    for report in reports {
        for diagnostic in report.sorted() {
            out.push_str(&renderer.render(&[group(report, diagnostic)]));
            out.push_str("\n\n");
        }
    }
    out
}

fn group<'a>(report: &Report<'a>, diagnostic: &'a Diagnostic) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    // The mark has no width on the screen and is no character of the line.
    let text = &report.source.text()[report.source.bom_len()..];
    let primary = AnnotationKind::Primary.span(range(report, &diagnostic.primary)).label(words(&diagnostic.primary));
    let secondary =
        diagnostic.secondary.iter().map(|label| AnnotationKind::Context.span(range(report, label)).label(words(label)));
    let snippet = Snippet::source(text).path(report.source.name()).annotation(primary).annotations(secondary);
    level
        .primary_title(diagnostic.message.as_str())
        .id(diagnostic.code)
        .element(snippet)
        .elements(help(diagnostic).into_iter().map(|help| Level::HELP.message(help)))
}

/// The help, with the suggestion where the help does not name it already.
fn help(diagnostic: &Diagnostic) -> Vec<String> {
    let mut help = Vec::new();
    if let Some(suggestion) = &diagnostic.suggestion {
        let quoted = format!("`{suggestion}`");
        if !diagnostic.help.iter().any(|line| line.contains(&quoted)) {
            help.push(format!("did you mean {quoted}?"));
        }
    }
    help.extend(diagnostic.help.iter().cloned());
    help
}

fn words(label: &Label) -> Option<&str> {
    (!label.text.is_empty()).then_some(label.text.as_str())
}

/// The bytes to underline. Of a block only its first line: the rest says nothing and fills the screen.
fn range(report: &Report<'_>, label: &Label) -> Range<usize> {
    let span = report.span(label);
    let line = report.source.line(span.start);
    let bom = report.source.bom_len();
    let Span { start, end } = Span { start: span.start.max(bom), end: span.end.min(line.end.max(span.start)).max(bom) };
    start - bom..end - bom
}
