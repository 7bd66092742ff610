//! Warnings that the description accepts, with a reason.

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
/// that their order as text is their order in time.
pub fn waive(found: Vec<Diagnostic>, waivers: &[Waiver], today: &str) -> Vec<Diagnostic> {
    let mut rest = found;
    let mut about_waivers = Vec::new();
    for (position, waiver) in waivers.iter().enumerate() {
        let at = Path::root().key("policy").key("allow").index(position);
        let rule = super::all().find(|rule| [rule.code.code, rule.code.name].contains(&waiver.rule.as_str()));
        let Some(rule) = rule else {
            about_waivers.push(unknown(waiver, at.key("rule")));
            continue;
        };
        let place = At::value(at.key("rule"));
        if rule.code.severity == Severity::Error {
            let message = format!("`{}` is an error, and cannot be allowed", waiver.rule);
            about_waivers.push(Diagnostic::new(OF_ERROR, message, place).label("only warnings can"));
            continue;
        }
        if let Some(until) = waiver.until.as_deref().filter(|until| *until < today) {
            let message = format!("`{}` was allowed until {until}", waiver.rule);
            let ended = Diagnostic::new(ENDED, message, At::value(at.key("until"))).label("over");
            about_waivers.push(ended.help("look at the warning again, then change the day or take the entry out"));
            continue;
        }
        let before = rest.len();
        rest.retain(|finding| finding.code != rule.code.code);
        if rest.len() == before {
            let message = format!("there is nothing for `{}` to allow", waiver.rule);
            about_waivers.push(Diagnostic::new(UNUSED, message, place).label("no such warning").help("take it out"));
        }
    }
    rest.extend(about_waivers);
    rest
}

fn unknown(waiver: &Waiver, at: Path) -> Diagnostic {
    let message = format!("no rule `{}`", waiver.rule);
    let mut unknown = Diagnostic::new(UNKNOWN, message, At::value(at)).label("not a code or name of a rule");
    let names = super::all().flat_map(|rule| [rule.code.code, rule.code.name]);
    if let Some(meant) = did_you_mean(&waiver.rule, names) {
        unknown = unknown.suggest(meant);
    }
    unknown.help("`gfs2gen list rules` prints all")
}
