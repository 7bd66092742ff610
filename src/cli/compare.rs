//! Descriptions compared with the trees on disk: what `build` and `diff` begin with.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::args::Judged;
use super::input::{self, Input};
use super::{Exit, Terminal, check};
use crate::bundle::Bundle;
use crate::diag::emit::{self, Report};
use crate::output::{self, Changes};
use crate::plan::Plan;

/// A description, compiled, beside its tree on disk.
pub(super) struct Compared<'a> {
    pub plan: &'a Plan,
    pub bundle: &'a Bundle,
    pub changes: Changes,
}

/// Reads and compiles descriptions. What is wrong with them is said, and then `otherwise`: what was not done for it.
pub(super) fn compile(
    files: &[PathBuf],
    judged: &Judged,
    otherwise: &str,
    terminal: &Terminal,
) -> Result<Vec<Input>, Exit> {
    let (inputs, unread) = input::read(files, judged, terminal);
    let reports: Vec<Report> = inputs.iter().map(Input::report).collect();
    check::show(&reports, terminal);
    let verdict = check::verdict(&inputs, false).max(unread);
    if verdict != Exit::Fine {
        let summary = emit::summary(&reports).map(|summary| format!("{summary}; ")).unwrap_or_default();
        terminal.must_say(&format!("{summary}{otherwise}"));
        check::hint(&reports, terminal);
        return Err(verdict);
    }
    if let Some((first, second, name)) = same_name(&inputs) {
        let (first, second) = (first.file.display(), second.file.display());
        terminal.error(&format!("{first} and {second} both describe the cluster `{name}`: they would be one tree"));
        return Err(Exit::Refused);
    }
    Ok(inputs)
}

/// Two descriptions of one name.
fn same_name(inputs: &[Input]) -> Option<(&Input, &Input, &str)> {
    let mut names: BTreeMap<&str, &Input> = BTreeMap::new();
    for input in inputs {
        let (plan, _) = input.compiled.built.as_ref()?;
        let name = plan.cluster.name.as_str();
        if let Some(first) = names.insert(name, input) {
            return Some((first, input, name));
        }
    }
    None
}

/// Compares each description with its tree below `output`: all of them before anything is done with one.
pub(super) fn compare<'a>(inputs: &'a [Input], output: &Path, terminal: &Terminal) -> Result<Vec<Compared<'a>>, Exit> {
    let built = inputs.iter().filter_map(|input| input.compiled.built.as_ref());
    let compared = built.map(|(plan, bundle)| {
        let changes = output::plan(&output.join(&plan.cluster.name), bundle, &plan.cluster.name)?;
        Ok(Compared { plan, bundle, changes })
    });
    let compared: Result<Vec<Compared>, output::OutputError> = compared.collect();
    compared.map_err(|error| {
        terminal.error(&error.to_string());
        Exit::Refused
    })
}
