//! Warnings that the description accepts, with a reason.

use crate::diag::suggest::did_you_mean;
use crate::diag::{At, Code, Diagnostic, Severity};
use crate::path::Path;
use crate::plan::Waiver;

const UNKNOWN: Code = Code { code: "GFS230", name: "unknown-rule", severity: Severity::Error };
const OF_ERROR: Code = Code { code: "GFS231", name: "error-cannot-be-allowed", severity: Severity::Error };
const UNUSED: Code = Code { code: "GFS232", name: "unused-waiver", severity: Severity::Warning };
const ENDED: Code = Code { code: "GFS233", name: "ended-waiver", severity: Severity::Warning };

/// The codes of this module with what they mean.
pub const CODES: &[(Code, &str)] = &[
    (UNKNOWN, "policy.allow names a rule that does not exist"),
    (OF_ERROR, "policy.allow names an error; only warnings can be accepted"),
    (UNUSED, "policy.allow names a warning that there is none of"),
    (ENDED, "the last day of a policy.allow entry is over"),
];

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
