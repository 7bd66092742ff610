//! Warnings that the description accepts, with a reason.

use std::collections::BTreeMap;

use crate::diag::suggest::did_you_mean;
use crate::diag::{At, Code, Diagnostic, Severity, code};
use crate::path::Path;
use crate::plan::Waiver;

const UNKNOWN: Code = code!("GFS230" "unknown-rule" Error "policy.allow names a rule that does not exist");
const OF_ERROR: Code =
    code!("GFS231" "error-cannot-be-allowed" Error "policy.allow names an error; only warnings can be accepted");
const UNUSED: Code = code!("GFS232" "unused-waiver" Warning "policy.allow names a warning that there is none of");
const ENDED: Code = code!("GFS233" "ended-waiver" Warning "the last day of a policy.allow entry is over");

/// The codes of this module.
pub const CODES: &[Code] = &[UNKNOWN, OF_ERROR, UNUSED, ENDED];

/// Takes away the warnings that are accepted, and says which waivers are no use. `today` is YYYY-MM-DD, as `until` is, so
/// that their order as text is their order in time. `codes` are those of every stage.
pub fn waive(found: Vec<Diagnostic>, waivers: &[Waiver], today: &str, codes: &[Code]) -> Vec<Diagnostic> {
    let mut rest = found;
    let mut about_waivers = Vec::new();
    let mut waived: BTreeMap<&str, Path> = BTreeMap::new();
    for (position, waiver) in waivers.iter().enumerate() {
        let at = Path::root().key("policy").key("allow").index(position);
        let code = match warning(waiver, &at, codes) {
            Ok(code) => code,
            Err(wrong) => {
                about_waivers.push(*wrong);
                continue;
            }
        };
        if let Some(until) = waiver.until.as_deref().filter(|until| *until < today) {
            about_waivers.push(ended(waiver, until, &at));
            continue;
        }
        let before = rest.len();
        rest.retain(|finding| finding.code != code.code);
        if rest.len() == before {
            about_waivers.push(unused(waiver, &at, waived.get(code.code)));
        }
        waived.entry(code.code).or_insert_with(|| at.key("rule"));
    }
    rest.extend(about_waivers);
    rest
}

/// The warning that a waiver is about, or why it can be about none.
fn warning(waiver: &Waiver, at: &Path, codes: &[Code]) -> Result<Code, Box<Diagnostic>> {
    let place = At::value(at.key("rule"));
    let named = |code: &Code| [code.code, code.name].contains(&waiver.rule.as_str());
    let Some(code) = codes.iter().copied().find(named) else {
        return Err(Box::new(unknown(waiver, place)));
    };
    if code.severity == Severity::Error {
        let message = format!("`{}` is an error, and cannot be allowed", waiver.rule);
        let found = Diagnostic::new(OF_ERROR, message, place).label("only warnings can");
        return Err(Box::new(found.help("take the entry out, and mend what the rule finds")));
    }
    if CODES.contains(&code) {
        let message = format!("`{}` is about this list itself, and cannot be allowed", waiver.rule);
        let found = Diagnostic::new(OF_ERROR, message, place).label("only warnings about the cluster can");
        return Err(Box::new(found.help("take the entry out, and mend the one that the rule finds")));
    }
    Ok(code)
}

fn unknown(waiver: &Waiver, place: At) -> Diagnostic {
    let message = format!("no rule `{}`", waiver.rule);
    let unknown = Diagnostic::new(UNKNOWN, message, place).label("not a code or name of a rule");
    // Errors cannot be allowed: they are not what was meant.
    let warnings = super::all().map(|rule| rule.code).filter(|code| code.severity == Severity::Warning);
    let unknown = match did_you_mean(&waiver.rule, warnings.flat_map(|code| [code.name, code.code])) {
        Some(meant) => unknown.suggest(meant),
        None => unknown,
    };
    unknown.help("`gfs2gen list rules` prints all")
}

fn ended(waiver: &Waiver, until: &str, at: &Path) -> Diagnostic {
    let message = format!("`{}` was allowed until {until}", waiver.rule);
    Diagnostic::new(ENDED, message, At::value(at.key("until")))
        .label("over")
        .help("look at the warning again, then change the day or take the entry out")
}

fn unused(waiver: &Waiver, at: &Path, first: Option<&Path>) -> Diagnostic {
    let place = At::value(at.key("rule"));
    match first {
        Some(first) => Diagnostic::new(UNUSED, format!("`{}` is allowed already", waiver.rule), place)
            .label("again here")
            .also(At::value(first.clone()), "first here")
            .help("take one of them out"),
        None => Diagnostic::new(UNUSED, format!("there is nothing for `{}` to allow", waiver.rule), place)
            .label("no such warning")
            .help("take it out"),
    }
}
