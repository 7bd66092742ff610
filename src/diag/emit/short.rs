//! One line for each finding: what editors and grep understand.

use super::{Report, visible};

/// `file:line:col: error[GFS123]: message`, one line each.
pub fn short(reports: &[Report<'_>]) -> String {
    let mut out = String::new();
    for report in reports {
        for diagnostic in report.sorted() {
            let at = report.source.position(report.span(&diagnostic.primary).start);
            let file = report.source.name();
            let (line, column) = (at.line, at.column);
            let (severity, code) = (diagnostic.severity.word(), diagnostic.code);
            let message = visible(&diagnostic.message);
            out.push_str(&format!("{file}:{line}:{column}: {severity}[{code}]: {message}\n"));
        }
    }
    out
}
