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
    // The mark has no width on the screen and is no character of the line.
    let text = &report.source.text()[report.source.bom_len()..];
    let primary = AnnotationKind::Primary.span(range(report, &diagnostic.primary)).label(words(&diagnostic.primary));
    let secondary =
        diagnostic.secondary.iter().map(|label| AnnotationKind::Context.span(range(report, label)).label(words(label)));
    let snippet = Snippet::source(text).path(report.source.name()).annotation(primary).annotations(secondary);
    let advice = advice(diagnostic).into_iter().map(|(kind, text)| match kind {
        Advice::Note => Level::NOTE.message(text),
        Advice::Help => Level::HELP.message(text),
    });
    level.primary_title(visible(&diagnostic.message)).id(diagnostic.code).element(snippet).elements(advice)
}

fn words(label: &Label) -> Option<String> {
    (!label.text.is_empty()).then(|| visible(&label.text))
}

/// The bytes to underline.
fn range(report: &Report<'_>, label: &Label) -> Range<usize> {
    let Span { start, end } = report.first_line(label);
    let bom = report.source.bom_len();
    start.max(bom) - bom..end.max(bom) - bom
}
