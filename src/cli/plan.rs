//! `gfs2gen plan`.

use std::fs;
use std::path::Path;

use super::explain::tree::domain_in;
use super::input::{self, Input};
use super::options::{Plan, PlanFormat};
use super::{Exit, Terminal, check};
use crate::bundle::{Bundle, MANIFEST};
use crate::change::{self, Change, Replaced, Sides, Trees};
use crate::output::{self, Manifest};

pub(super) fn run(args: &Plan, terminal: &Terminal) -> Exit {
    let mut inputs = Vec::new();
    for path in [&args.old, &args.new] {
        let input = if path.is_dir() { tree(path, args, terminal) } else { description(path, args, terminal) };
        match input {
            Ok(input) => inputs.push(input),
            Err(exit) => return exit,
        }
    }
    let reports: Vec<_> = inputs.iter().map(Input::report).collect();
    let verdict = check::verdict(&inputs, false);
    let built = inputs.iter().map(|input| input.compiled.built.as_ref());
    let [Some(old), Some(new)] = built.collect::<Vec<_>>()[..] else {
        check::show(&reports, terminal);
        return verdict;
    };
    let sides = Sides { old: old.into(), new: new.into() };
    let replaced: Result<Vec<Replaced>, String> =
        args.replaced.iter().map(|text| Replaced::read(text, &sides)).collect();
    let replaced = match replaced {
        Ok(replaced) => replaced,
        Err(reason) => {
            terminal.error(&format!("--replaced: {reason}"));
            return Exit::Errors;
        }
    };
    let change = Change::with_replaced(&sides, &replaced);
    if let Some(other) = change::beside_a_machine(&change) {
        terminal.error(&format!("{}: make this edit before or after, in a plan of its own", other.edit.headline()));
        return Exit::Errors;
    }
    let end = leave(&change, args.allow_destroy, terminal);
    let text = match args.format {
        PlanFormat::Human => change::human(&change),
        PlanFormat::Json => change::json(&change),
        PlanFormat::Markdown => change::markdown(&change),
        PlanFormat::Script if end != Exit::Fine => return end,
        PlanFormat::Script if !change::has_script(&change) => {
            terminal.error(
                "there is no script for this: something cannot be done, or the nodes are installed anew on the way",
            );
            terminal.must_say("--format human says what there is to do");
            return Exit::Errors;
        }
        PlanFormat::Script => {
            let trees = [(&args.old, old), (&args.new, new)].map(|(path, built)| manifest(path, built));
            change::script(&change, &sides, Trees { old: &trees[0], new: &trees[1] })
        }
    };
    let written = match text {
        Ok(text) => terminal.data(&text),
        Err(bug) => {
            terminal.error(&format!("this is a bug in gfs2gen, please report it: {bug}"));
            Exit::Bug
        }
    };
    written.max(end)
}

/// SHA-256 of a tree's manifest: of the one that is there, or of the one that would be built.
fn manifest(path: &Path, (plan, bundle): &(crate::plan::Plan, Bundle)) -> String {
    let text = fs::read_to_string(path.join(MANIFEST)).unwrap_or_default();
    let text = if text.is_empty() { Manifest::of(bundle, &plan.cluster.name).to_text() } else { text };
    output::sha256(text.as_bytes())
}

/// Whether what cannot be taken back is wanted.
fn leave(change: &Change, allowed: bool, terminal: &Terminal) -> Exit {
    if allowed || !change.class.needs_leave() {
        return Exit::Fine;
    }
    for meant in change.unwanted() {
        terminal.error(&format!("{} ({})", meant.edit.headline(), meant.row.class));
    }
    terminal.must_say("this is only planned with --allow-destroy");
    Exit::Errors
}

fn description(path: &Path, args: &Plan, terminal: &Terminal) -> Result<Input, Exit> {
    let (mut inputs, end) = input::read(&[path.to_owned()], &args.judged, terminal);
    inputs.pop().ok_or(end)
}

/// A built tree: what it was made of stands in its manifest, and the guests' own domains among its files.
fn tree(root: &Path, args: &Plan, terminal: &Terminal) -> Result<Input, Exit> {
    let file = root.join(MANIFEST);
    let refused = |reason: String| {
        terminal.error(&format!("{}: {reason}", file.display()));
        Exit::Refused
    };
    let text = fs::read_to_string(&file).map_err(|error| refused(error.to_string()))?;
    let manifest = Manifest::read(&text).map_err(refused)?;
    let made_of = manifest.description;
    if made_of.is_null() {
        return Err(refused(
            "this tree does not say what it was made of; give its description, or build it again".into(),
        ));
    }
    let load = |domain: &str| fs::read_to_string(root.join(domain_in(&made_of, domain)));
    Ok(input::compiled(&file, format!("{made_of:#}\n").into_bytes(), &args.judged.today(), &load))
}
