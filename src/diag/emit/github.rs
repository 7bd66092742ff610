//! The findings as GitHub's workflow commands: each becomes an annotation beside its line in a pull request.

use super::{Report, advice, visible};
use crate::diag::Diagnostic;

/// `::error file=..,line=..,endLine=..,col=..,endColumn=..,title=..::message`, one line each.
///
/// Of a block only its first line is meant, as people see it: GitHub takes columns only where the two lines are one, and
/// shows the annotation below the last.
pub fn github(reports: &[Report<'_>]) -> String {
    let mut out = String::new();
    for report in reports {
        for diagnostic in report.sorted() {
            out.push_str(&command(report, diagnostic));
        }
    }
    out
}

fn command(report: &Report<'_>, diagnostic: &Diagnostic) -> String {
    let span = report.first_line(&diagnostic.primary);
    let (start, end) = (report.source.position(span.start), report.source.position(span.end));
    let title = format!("{} {}", diagnostic.code, diagnostic.name);
    let properties = [
        ("file", report.source.name().to_owned()),
        ("line", start.line.to_string()),
        ("endLine", end.line.to_string()),
        ("col", start.column.to_string()),
        ("endColumn", end.column.to_string()),
        ("title", title),
    ];
    let properties: Vec<String> =
        properties.iter().map(|(name, value)| format!("{name}={}", property(value))).collect();
    format!("::{} {}::{}\n", diagnostic.severity.word(), properties.join(","), data(&message(diagnostic)))
}

/// All that there is to say, a line for each part.
fn message(diagnostic: &Diagnostic) -> String {
    let mut lines = vec![visible(&diagnostic.message)];
    if !diagnostic.primary.text.is_empty() {
        lines.push(visible(&diagnostic.primary.text));
    }
    lines.extend(advice(diagnostic).into_iter().map(|(kind, text)| format!("{}: {text}", kind.word())));
    lines.join("\n")
}

/// The escapes of GitHub's own toolkit (`escapeData` in packages/core/src/command.ts).
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// As above (`escapeProperty`).
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
