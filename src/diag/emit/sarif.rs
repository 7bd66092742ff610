//! The findings as a SARIF 2.1.0 log, for code scanning services and editors.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Report, advice, visible};
use crate::diag::{At, Code, Diagnostic, Label};
use crate::source::Span;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// One log over all files, indented, with a line break at its end. `codes` says what each code means.
pub fn sarif(reports: &[Report<'_>], codes: &[Code]) -> String {
    let found = reports.iter().flat_map(|report| report.diagnostics);
    let mut rules: BTreeMap<&str, Value> = found.map(|found| (found.code, rule(found, codes))).collect();
    let indices: BTreeMap<&str, usize> = rules.keys().enumerate().map(|(index, code)| (*code, index)).collect();
    let results: Vec<Value> = reports
        .iter()
        .flat_map(|report| report.sorted().into_iter().map(|found| result(report, found, indices[found.code])))
        .collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "gfs2gen",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.values_mut().map(Value::take).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

fn rule(found: &Diagnostic, codes: &[Code]) -> Value {
    let code = codes.iter().find(|code| code.code == found.code);
    let summary = code.map_or(found.name, |code| code.summary);
    let mut rule = json!({
        "id": found.code,
        "name": found.name,
        "shortDescription": text(summary),
        "defaultConfiguration": { "level": found.severity.word() },
    });
    if let Some(code) = code {
        // Services show this as it is, with its braces: no message takes its place.
        rule["help"] = json!({ "text": code.page, "markdown": code.page });
    }
    rule
}

fn result(report: &Report<'_>, found: &Diagnostic, rule: usize) -> Value {
    let mut lines = vec![visible(&found.message)];
    lines.extend(advice(found).into_iter().map(|(kind, text)| format!("{}: {text}", kind.word())));
    let mut result = json!({
        "ruleId": found.code,
        "ruleIndex": rule,
        "level": found.severity.word(),
        "message": text(&lines.join("\n")),
        "locations": [location(report, &found.primary)],
    });
    if !found.secondary.is_empty() {
        let related = found.secondary.iter().enumerate().map(|(index, label)| {
            let mut location = location(report, label);
            location["id"] = json!(index + 1);
            location
        });
        result["relatedLocations"] = related.collect();
    }
    if let Some(suggestion) = &found.suggestion {
        result["fixes"] = json!([{
            "description": text(&format!("write `{suggestion}`")),
            "artifactChanges": [{
                "artifactLocation": artifact(report),
                "replacements": [{
                    "deletedRegion": region(report, report.span(&found.primary)),
                    "insertedContent": { "text": suggestion },
                }],
            }],
        }]);
    }
    result
}

fn location(report: &Report<'_>, label: &Label) -> Value {
    let region = region(report, report.span(label));
    let mut location = json!({ "physicalLocation": { "artifactLocation": artifact(report), "region": region } });
    if let At::Path(path, _) = &label.at
        && !path.segments().is_empty()
    {
        location["logicalLocations"] = json!([{ "fullyQualifiedName": path.to_string() }]);
    }
    if !label.text.is_empty() {
        location["message"] = text(&visible(&label.text));
    }
    location
}

fn region(report: &Report<'_>, span: Span) -> Value {
    let (start, end) = (report.source.position(span.start), report.source.position(span.end));
    json!({
        "startLine": start.line, "startColumn": start.column,
        "endLine": end.line, "endColumn": end.column,
    })
}

/// A message's text. A brace begins a placeholder, so it is written twice (SARIF 2.1.0, 3.11.5).
fn text(text: &str) -> Value {
    json!({ "text": text.replace('{', "{{").replace('}', "}}") })
}

fn artifact(report: &Report<'_>) -> Value {
    json!({ "uri": uri(report.source.name()) })
}

/// A path as a URI: absolute ones by `file:`, others relative to where the command ran.
fn uri(path: &str) -> String {
    let mut uri = String::from(if path.starts_with('/') { "file://" } else { "" });
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}
