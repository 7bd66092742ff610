//! The findings as rustc prints them.

use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Advice, Report, advice, visible};
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
    let window = Window::around(report, diagnostic);
    let mark = |kind: AnnotationKind, label: &Label| kind.span(window.range(report, label)).label(words(label));
    let snippet = Snippet::source(&report.source.text()[window.span.start..window.span.end])
        .line_start(window.line)
        .path(report.source.name())
        .annotation(mark(AnnotationKind::Primary, &diagnostic.primary))
        .annotations(diagnostic.secondary.iter().map(|label| mark(AnnotationKind::Context, label)));
    let advice = advice(diagnostic).into_iter().map(|(kind, text)| match kind {
        Advice::Note => Level::NOTE.message(text),
        Advice::Help => Level::HELP.message(text),
    });
    level.primary_title(visible(&diagnostic.message)).id(diagnostic.code).element(snippet).elements(advice)
}

fn words(label: &Label) -> Option<String> {
    (!label.text.is_empty()).then(|| visible(&label.text))
}

/// More of a line than this is never shown.
const SHOWN: usize = 1000;

/// The part of the text that a finding needs: with all of it for every finding, large files would take long.
struct Window {
    /// From the beginning of the first line with a label; to the end of the last one, or where nothing is shown any more.
    span: Span,
    /// The first line's number, from 1.
    line: usize,
}

impl Window {
    fn around(report: &Report<'_>, diagnostic: &Diagnostic) -> Window {
        let labels = std::iter::once(&diagnostic.primary).chain(&diagnostic.secondary);
        let spans: Vec<Span> = labels.map(|label| shown(report, label)).collect();
        let first = spans.iter().map(|span| span.start).min().unwrap_or_default();
        let last = spans.iter().map(|span| span.end).max().unwrap_or_default();
        let text = report.source.text();
        let rest = &text[last..];
        let length = rest.find('\n').map_or(rest.len(), |at| at + 1).min(rest.floor_char_boundary(SHOWN));
        // The mark has no width on the screen and is no character of the line: a line begins after it.
        let start = report.source.line(first).start;
        Window { span: Span { start, end: last + length }, line: report.source.position(start).line }
    }

    /// The bytes to underline.
    fn range(&self, report: &Report<'_>, label: &Label) -> Range<usize> {
        let Span { start, end } = shown(report, label);
        start - self.span.start..end - self.span.start
    }
}

/// What is underlined at most.
fn shown(report: &Report<'_>, label: &Label) -> Span {
    let Span { start, end } = report.first_line(label);
    let start = start.max(report.source.bom_len());
    Span { start, end: report.source.text().floor_char_boundary(end.min(start + SHOWN)).max(start) }
}
