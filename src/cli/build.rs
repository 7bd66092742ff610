//! `gfs2gen build`.

use std::collections::BTreeMap;

use super::args::Build;
use super::input::{self, Input};
use super::{Exit, Terminal, check};
use crate::bundle::Bundle;
use crate::diag::emit::{self, Report};
use crate::output::{self, Change, Changes};
use crate::plan::Plan;

pub(super) fn run(args: &Build, terminal: &Terminal) -> Exit {
    let (inputs, unread) = input::read(&args.files, &args.judged, terminal);
    let reports: Vec<Report> = inputs.iter().map(Input::report).collect();
    check::show(&reports, terminal);
    let verdict = check::verdict(&inputs, false).max(unread);
    if verdict != Exit::Fine {
        let summary = emit::summary(&reports).map(|summary| format!("{summary}; ")).unwrap_or_default();
        terminal.must_say(&format!("{summary}nothing was written"));
        check::hint(&reports, terminal);
        return verdict;
    }
    if let Some((first, second, name)) = same_name(&inputs) {
        let (first, second) = (first.file.display(), second.file.display());
        terminal.error(&format!("{first} and {second} both describe the cluster `{name}`: they would be one tree"));
        return Exit::Refused;
    }
    // Everything is compared before the first tree is written.
    let mut compared = Vec::new();
    for (plan, bundle) in inputs.iter().filter_map(|input| input.compiled.built.as_ref()) {
        match output::plan(&args.output.join(&plan.cluster.name), bundle, &plan.cluster.name) {
            Ok(changes) => compared.push((plan, bundle, changes)),
            Err(error) => {
                terminal.error(&format!("{error}"));
                return Exit::Refused;
            }
        }
    }
    if !args.check
        && let Some(error) = compared.iter().find_map(|(.., changes)| changes.permit(args.force).err())
    {
        terminal.error(&error.to_string());
        return Exit::Refused;
    }
    let all = |tree| if args.check { differs(tree, terminal) } else { write(tree, args.force, terminal) };
    compared.iter().map(all).max().unwrap_or(Exit::Fine)
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

type Tree<'a> = (&'a Plan, &'a Bundle, Changes);

fn differs((_, _, changes): &Tree, terminal: &Terminal) -> Exit {
    let target = changes.target().display();
    if changes.is_clean() {
        terminal.say(&format!("{target}: up to date"));
        return Exit::Fine;
    }
    terminal.must_say(&format!("{target}: not up to date"));
    list(changes, terminal.verbose, &|line| terminal.must_say(line));
    Exit::Differs
}

fn write((plan, bundle, seen): &Tree, force: bool, terminal: &Terminal) -> Exit {
    let output::Applied { changes, left } = match output::apply(seen, bundle, force) {
        Ok(applied) => applied,
        Err(error) => {
            terminal.error(&error.to_string());
            return Exit::Refused;
        }
    };
    if let Some((folder, error)) = left {
        let folder = folder.display();
        terminal
            .must_say(&format!("the former tree could not be removed: {error}; remove {folder} before the next run"));
    }
    let target = changes.target().display();
    if changes.is_clean() {
        terminal.say(&format!("{target}: nothing to change, {} files", changes.count(&Change::Unchanged)));
        return Exit::Fine;
    }
    let count = |change| changes.count(&change);
    let counts = [
        (count(Change::Create), "created"),
        (count(Change::Update) + count(Change::Edited), "updated"),
        (count(Change::Remove), "removed"),
        (count(Change::Unchanged), "unchanged"),
    ];
    let counts: Vec<String> =
        counts.iter().filter(|(number, _)| *number > 0).map(|(number, word)| format!("{number} {word}")).collect();
    terminal.say(&format!("{target}: {} ({})", stack(plan), counts.join(", ")));
    if terminal.verbose || count(Change::Create) == 0 {
        list(&changes, terminal.verbose, &|line| terminal.say(line));
    }
    terminal.say(&format!(
        "next: read {target}/RUNBOOK.md, which says what to prepare and how to run {target}/bootstrap.sh"
    ));
    Exit::Fine
}

/// What is in a tree, in a few words.
fn stack(plan: &Plan) -> String {
    let [first, second] = &plan.nodes;
    let several = |number: usize, one: &str| format!("{number} {one}{}", if number == 1 { "" } else { "s" });
    format!(
        "{} and {} on {}, {}, {}, {}",
        first.name,
        second.name,
        plan.platform.name,
        several(plan.storage.len(), "replicated disk"),
        several(plan.filesystems().count(), "filesystem"),
        several(plan.guests.len(), "guest"),
    )
}

fn list(changes: &Changes, unchanged: bool, say: &dyn Fn(&str)) {
    for (path, change) in changes.iter() {
        if unchanged || *change != Change::Unchanged {
            say(&format!("  {change}: {}", path.display()));
        }
    }
}
