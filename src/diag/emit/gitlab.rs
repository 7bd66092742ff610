//! The findings as GitLab's Code Quality report: the list of a merge request, and marks beside its lines.
//!
//! The format is the part of Code Climate's that GitLab reads: <https://docs.gitlab.com/ci/testing/code_quality/>.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Report, advice, visible};
use crate::diag::{At, Diagnostic, Severity};

/// One list over all files, indented, with a line break at its end.
pub fn gitlab(reports: &[Report<'_>]) -> String {
    let mut seen = BTreeMap::new();
    let mut findings = Vec::new();
    for report in reports {
        for found in report.sorted() {
            let nth = seen.entry(identity(report, found)).or_insert(0_usize);
            *nth += 1;
            findings.push(finding(report, found, *nth));
        }
    }
    format!("{:#}\n", Value::from(findings))
}

fn finding(report: &Report<'_>, found: &Diagnostic, nth: usize) -> Value {
    let span = report.first_line(&found.primary);
    let mut words = vec![visible(&found.message)];
    words.extend(advice(found).into_iter().map(|(kind, text)| format!("{}: {text}", kind.word())));
    json!({
        "description": words.join("; "),
        "check_name": found.code,
        "fingerprint": fingerprint(&format!("{}\0{nth}", identity(report, found))),
        // With an error nothing can be built; its scale is info, minor, major, critical, blocker.
        "severity": match found.severity {
            Severity::Error => "blocker",
            Severity::Warning => "minor",
        },
        "location": {
            "path": file(report),
            "lines": { "begin": report.source.position(span.start).line },
        },
    })
}

/// What makes a finding the same one on both branches: not its line, which every line above it moves.
fn identity(report: &Report<'_>, found: &Diagnostic) -> String {
    let place = match &found.primary.at {
        At::Path(path, _) => path.to_string(),
        At::Span(_) => String::new(),
    };
    [file(report), found.code, &place, &found.message].join("\0")
}

/// As GitLab names files: from the top of the repository, without `./`.
fn file<'a>(report: &Report<'a>) -> &'a str {
    let name = report.source.name();
    name.strip_prefix("./").unwrap_or(name)
}

fn fingerprint(text: &str) -> String {
    Sha256::digest(text).iter().take(16).fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
