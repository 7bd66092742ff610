//! `gfs2gen check`.

use super::input::{self, Input};
use super::options::{Check, Format};
use super::{Exit, Terminal};
use crate::compile;
use crate::diag::Severity;
use crate::diag::emit::{self, Report};

pub(super) fn run(args: &Check, terminal: &Terminal) -> Exit {
    let (inputs, unread) = input::read(&args.files, &args.judged, terminal);
    let reports: Vec<Report> = inputs.iter().map(Input::report).collect();
    let written = match args.format {
        Format::Human => {
            show(&reports, terminal);
            if let Some(summary) = emit::summary(&reports) {
                let strict = args.strict && inputs.iter().any(|input| input.has(Severity::Warning));
                terminal
                    .say(&format!("{summary}{}", if strict { "; with --strict warnings count as errors" } else { "" }));
                hint(&reports, terminal);
            } else {
                match inputs.len() {
                    0 => {}
                    1 => terminal.say("the description is fine"),
                    _ => terminal.say("the descriptions are fine"),
                }
            }
            Exit::Fine
        }
        Format::Short => terminal.data(&emit::short(&reports)),
        Format::Json => terminal.data(&emit::json(&reports)),
        Format::Sarif => terminal.data(&emit::sarif(&reports, &compile::codes())),
        Format::Github => terminal.data(&emit::github(&reports)),
        Format::Gitlab => terminal.data(&emit::gitlab(&reports)),
    };
    written.max(verdict(&inputs, args.strict)).max(unread)
}

/// Shows diagnostics to people; without `-q` also warnings.
pub(super) fn show(reports: &[Report], terminal: &Terminal) {
    let text = emit::human(reports, terminal.color);
    let errors = reports.iter().flat_map(|report| report.diagnostics).any(|found| found.severity == Severity::Error);
    if !text.is_empty() && (errors || !terminal.quiet) {
        terminal.must_say(&format!("{}\n", text.trim_end_matches('\n')));
    }
}

/// Says where to read more.
pub(super) fn hint(reports: &[Report], terminal: &Terminal) {
    if let Some(hint) = emit::hint(reports) {
        terminal.say(&hint);
    }
}

/// How checking these ends.
pub(super) fn verdict(inputs: &[Input], strict: bool) -> Exit {
    let bug = |input: &Input| input.compiled.diagnostics.iter().any(|found| found.code == compile::BUG.code);
    if inputs.iter().any(bug) {
        return Exit::Bug;
    }
    let failed = inputs.iter().any(|input| !input.compiled.is_fine() || strict && input.has(Severity::Warning));
    if failed { Exit::Errors } else { Exit::Fine }
}
