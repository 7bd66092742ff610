//! The findings as one JSON document, for programs.

use serde::Serialize;

use super::Report;
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
    message: &'a str,
    /// All help, one paragraph a line.
    help: Option<String>,
    suggestion: Option<&'a str>,
    primary: Place<'a>,
    secondary: Vec<Secondary<'a>>,
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
}

#[derive(Serialize)]
struct Secondary<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    message: Option<&'a str>,
}

/// One document over all files, indented, with a line break at its end.
pub fn json(reports: &[Report<'_>]) -> String {
    let findings = reports.iter().flat_map(|report| {
        report.sorted().into_iter().map(|diagnostic| Finding {
            code: diagnostic.code,
            name: diagnostic.name,
            severity: diagnostic.severity.word(),
            message: &diagnostic.message,
            help: (!diagnostic.help.is_empty()).then(|| diagnostic.help.join("\n")),
            suggestion: diagnostic.suggestion.as_deref(),
            primary: place(report, &diagnostic.primary),
            secondary: diagnostic
                .secondary
                .iter()
                .map(|label| Secondary {
                    place: place(report, label),
                    message: (!label.text.is_empty()).then_some(label.text.as_str()),
                })
                .collect(),
        })
    });
    let output = Output { version: 1, diagnostics: findings.collect() };
    let mut text = serde_json::to_string_pretty(&output).expect("strings and numbers serialize");
    text.push('\n');
    text
}

fn place<'a>(report: &Report<'a>, label: &'a Label) -> Place<'a> {
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
    }
}
