//! `gfs2gen diff`.

use super::compare::{self, Compared};
use super::options::{Diff, DiffFormat};
use super::{Exit, Terminal};
use crate::diff::{TreeDiff, emit};

pub(super) fn run(args: &Diff, terminal: &Terminal) -> Exit {
    let inputs = match compare::compile(&args.files, &args.judged, "nothing was compared", terminal) {
        Ok(inputs) => inputs,
        Err(exit) => return exit,
    };
    let compared = match compare::compare(&inputs, &args.output, terminal) {
        Ok(compared) => compared,
        Err(exit) => return exit,
    };
    let trees: Vec<TreeDiff> = compared.iter().map(|tree| TreeDiff::of(&tree.changes, tree.bundle)).collect();
    let color = terminal.color_of_data;
    let text = match (args.format, args.stat) {
        (DiffFormat::Human, false) => trees.iter().map(|tree| emit::human(tree, color)).collect(),
        (DiffFormat::Human, true) => trees.iter().map(|tree| emit::stat(tree, color)).collect(),
        (DiffFormat::Json, _) => emit::json(&trees),
        (DiffFormat::Markdown, _) => emit::markdown(&trees, args.limit),
    };
    let said = terminal.data(&text);
    if args.format == DiffFormat::Human {
        trees.iter().for_each(|tree| terminal.say(&format!("{}: {}", tree.target, summary(tree))));
    }
    let differs = |tree: &Compared| !tree.changes.is_clean();
    said.max(if compared.iter().any(differs) { Exit::Differs } else { Exit::Fine })
}

fn summary(tree: &TreeDiff) -> String {
    if tree.files.is_empty() { "up to date".to_owned() } else { tree.summary() }
}

/// What `build --diff` shows of one tree.
pub(super) fn show(tree: &Compared, terminal: &Terminal) -> Exit {
    terminal.data(&emit::human(&TreeDiff::of(&tree.changes, tree.bundle), terminal.color_of_data))
}
