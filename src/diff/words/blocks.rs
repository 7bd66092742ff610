//! Blocks in braces: DRBD's, corosync's, LVM's, multipath's and nftables' files.

use super::{DEEP, Outline, Setting};

/// A block: its words before the brace, and the block around it.
struct Block {
    label: String,
    parent: Option<usize>,
    depth: usize,
}

/// Reads blocks in braces, one thing a line, as we write them. None if the braces do not fit.
pub(super) fn blocks(text: &str) -> Option<Outline> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut inside: Option<usize> = None;
    let mut found: Vec<(Option<usize>, String, String)> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(label) = line.strip_suffix(['{', '[']) {
            // LVM's lists are blocks of their elements.
            let label = label.trim().trim_end_matches('=').trim().to_owned();
            let depth = inside.map_or(0, |at| blocks[at].depth + 1);
            if depth > DEEP {
                return None;
            }
            blocks.push(Block { label, parent: inside, depth });
            inside = Some(blocks.len() - 1);
        } else if matches!(line, "}" | "]" | "};") {
            inside = blocks[inside?].parent;
        } else {
            let (key, value) = statement(line);
            if let Some(at) =
                inside.filter(|at| matches!(key, "name" | "linknumber") && !blocks[*at].label.contains(' '))
            {
                // corosync names its nodes and links inside of the block.
                blocks[at].label = format!("{} {value}", blocks[at].label);
            }
            found.push((inside, key.to_owned(), value.to_owned()));
        }
    }
    if inside.is_some() {
        return None;
    }
    let place = |mut at: Option<usize>| {
        let mut labels = Vec::new();
        while let Some(block) = at.map(|at| &blocks[at]) {
            labels.insert(0, block.label.clone());
            at = block.parent;
        }
        labels
    };
    let settings = found.into_iter().map(|(at, key, value)| Setting { place: place(at), key, value });
    Some(Outline { settings: settings.collect(), rest: Vec::new() })
}

/// `key = value`, `key: value`, `key value;` or an element of a list.
fn statement(line: &str) -> (&str, &str) {
    let line = line.trim_end_matches([';', ',']);
    if line.starts_with('"') {
        return (line, "");
    }
    let (key, value) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    (key.trim_end_matches(':'), value.trim().strip_prefix("= ").unwrap_or(value.trim()))
}
