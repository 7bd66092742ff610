//! The findings as one JSON document, for programs.

use serde::Serialize;

use super::{Report, visible};
use crate::diag::{At, Label};

#[derive(Serialize)]
struct Output<'a> {
    version: u32,
    diagnostics: Vec<Finding<'a>>,
}

#[derive(Serialize)]
struct Finding<'a> {
    code: &'a str,
    name: &'a str,
    severity: &'a str,
    message: String,
    /// All notes, one a line: where a value that was not written came from.
    note: Option<String>,
    /// All help, one paragraph a line.
    help: Option<String>,
    suggestion: Option<&'a str>,
    primary: Place<'a>,
    secondary: Vec<Place<'a>>,
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    byte_start: usize,
    byte_end: usize,
    path: Option<String>,
    message: Option<String>,
}

/// One document over all files, indented, with a line break at its end.
pub fn json(reports: &[Report<'_>]) -> String {
    let findings = reports.iter().flat_map(|report| {
        report.sorted().into_iter().map(|diagnostic| Finding {
            code: diagnostic.code,
            name: diagnostic.name,
            severity: diagnostic.severity.word(),
            message: visible(&diagnostic.message),
            note: lines(&diagnostic.notes),
            help: lines(&diagnostic.help),
            suggestion: diagnostic.suggestion.as_deref(),
            primary: place(report, &diagnostic.primary),
            secondary: diagnostic.secondary.iter().map(|label| place(report, label)).collect(),
        })
    });
    let output = Output { version: 1, diagnostics: findings.collect() };
    let mut text = serde_json::to_string_pretty(&output).expect("strings and numbers serialize");
    text.push('\n');
    text
}

fn place<'a>(report: &Report<'a>, label: &Label) -> Place<'a> {
    let span = report.span(label);
    let start = report.source.position(span.start);
    let end = report.source.position(span.end);
    Place {
        file: report.source.name(),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        byte_start: span.start,
        byte_end: span.end,
        path: match &label.at {
            At::Path(path, _) => Some(path.to_string()),
            At::Span(_) => None,
        },
        message: (!label.text.is_empty()).then(|| visible(&label.text)),
    }
}

fn lines(lines: &[String]) -> Option<String> {
    let lines: Vec<String> = lines.iter().map(|line| visible(line)).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}
