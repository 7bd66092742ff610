//! `gfs2gen build`.

use super::compare::{self, Compared};
use super::options::Build;
use super::{Exit, Terminal, diff};
use crate::output::{self, Change, Changes};
use crate::plan::Plan;

pub(super) fn run(args: &Build, terminal: &Terminal) -> Exit {
    let inputs = match compare::compile(&args.files, &args.judged, "nothing was written", terminal) {
        Ok(inputs) => inputs,
        Err(exit) => return exit,
    };
    let compared = match compare::compare(&inputs, &args.output, terminal) {
        Ok(compared) => compared,
        Err(exit) => return exit,
    };
    if args.diff {
        let said = compared.iter().map(|tree| diff::show(tree, terminal)).max().unwrap_or(Exit::Fine);
        if said != Exit::Fine {
            return said;
        }
    }
    // What stops one tree stops all of them before the first is written.
    if !args.check
        && let Some(error) = compared.iter().find_map(|tree| tree.changes.permit(args.force).err())
    {
        terminal.error(&error.to_string());
        return Exit::Refused;
    }
    let all = |tree| if args.check { differs(tree, terminal) } else { write(tree, args.force, terminal) };
    compared.iter().map(all).max().unwrap_or(Exit::Fine)
}

fn differs(Compared { changes, .. }: &Compared, terminal: &Terminal) -> Exit {
    let target = changes.target().display();
    if changes.is_clean() {
        terminal.say(&format!("{target}: up to date"));
        return Exit::Fine;
    }
    terminal.must_say(&format!("{target}: not up to date"));
    list(changes, terminal.verbose, &|line| terminal.must_say(line));
    Exit::Differs
}

fn write(Compared { plan, bundle, changes: seen }: &Compared, force: bool, terminal: &Terminal) -> Exit {
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
