//! Random edits of descriptions: what people do to a file, and worse.

#![allow(dead_code, reason = "each test program uses its part of this")]

use std::ops::Range;

use gfs2gen::path::Path;
use gfs2gen::source::Source;
use gfs2gen::syntax::Document;
use proptest::prelude::*;

/// One change of a description, at one of its entries or scalars.
#[derive(Debug, Clone)]
pub enum Edit {
    /// An entry goes.
    Drop,
    /// An entry stands twice.
    Double,
    /// Two letters of a key change places, or one goes.
    Misspell(prop::sample::Index),
    /// A value becomes another value of the same text: mostly a description of right shape that means nonsense.
    Swap(prop::sample::Index),
    /// A value becomes a word that is right somewhere, or nearly.
    Put(&'static str),
    /// A value is not there.
    Empty,
    /// A value becomes huge.
    Huge(bool),
}

const WORDS: [&str; 32] = [
    "all",
    "0",
    "1",
    "2",
    "9",
    "1GiB",
    "999999TiB",
    "100%",
    "100%FREE",
    "1%",
    "0ms",
    "999999h",
    "/",
    "/dev/sda",
    "\"9\"",
    "vms",
    "cluster",
    "replication",
    "::1",
    "10.0.0.999",
    "GFS307",
    "single-link",
    "firewalld",
    "1Mbit",
    "yes",
    "0123",
    "1e3",
    "~",
    "[]",
    "{}",
    "'it''s'",
    "\u{202e}",
];

/// Any edit.
pub fn edit() -> impl Strategy<Value = Edit> {
    let index = any::<prop::sample::Index>;
    prop_oneof![
        2 => Just(Edit::Drop),
        1 => Just(Edit::Double),
        3 => index().prop_map(Edit::Misspell),
        4 => index().prop_map(Edit::Swap),
        4 => prop::sample::select(&WORDS[..]).prop_map(Edit::Put),
        1 => Just(Edit::Empty),
        1 => any::<bool>().prop_map(Edit::Huge),
    ]
}

/// An entry of a mapping: its key and its value, in bytes.
struct Entry {
    key: Range<usize>,
    value: Range<usize>,
    scalar: bool,
}

/// The entries of a description in the order of the text.
fn entries(text: &str) -> Vec<Entry> {
    let Ok(document) = Document::parse(&Source::new("c", text)) else { return Vec::new() };
    let entry = |path: &Path| {
        let place = document.place(path)?;
        let key = place.key?;
        let scalar = !document.get(path)?.is_array() && !document.get(path)?.is_object();
        Some(Entry { key: key.start..key.end, value: place.value.start..place.value.end, scalar })
    };
    let mut entries: Vec<Entry> = document.paths().filter_map(entry).collect();
    entries.sort_by_key(|entry| entry.key.start);
    entries
}

/// Makes an edit at some entry of a description.
pub fn apply(text: &mut String, at: prop::sample::Index, edit: &Edit) {
    let all = entries(text);
    if all.is_empty() {
        return;
    }
    let scalars: Vec<&Entry> = all.iter().filter(|entry| entry.scalar).collect();
    let entry = &all[at.index(all.len())];
    let scalar = if scalars.is_empty() { entry } else { scalars[at.index(scalars.len())] };
    let whole = entry.key.start..entry.value.end.max(entry.key.end);
    match edit {
        Edit::Drop => {
            let rest = &text[whole.end..];
            let after = rest.len() - rest.trim_start_matches([' ', ',']).len();
            text.replace_range(whole.start..whole.end + after, "");
        }
        Edit::Double => {
            let column = whole.start - text[..whole.start].rfind('\n').map_or(0, |at| at + 1);
            let between = match text[..whole.start].ends_with(['{', ',', ' ']) && text[whole.end..].contains('}') {
                true => ", ".to_owned(),
                false => format!("\n{}", " ".repeat(column)),
            };
            let again = between + &text[whole.clone()];
            text.insert_str(whole.end, &again);
        }
        Edit::Misspell(which) => {
            let key = text[entry.key.clone()].to_owned();
            let letters: Vec<char> = key.chars().collect();
            let position = which.index(letters.len());
            let mut wrong = letters.clone();
            if position > 0 && letters[position - 1] != letters[position] {
                wrong.swap(position - 1, position);
            } else {
                wrong.remove(position);
            }
            text.replace_range(entry.key.clone(), &String::from_iter(wrong));
        }
        Edit::Swap(from) => {
            let value = text[all[from.index(all.len())].value.clone()].to_owned();
            text.replace_range(scalar.value.clone(), value.lines().next().unwrap_or_default());
        }
        Edit::Put(word) => text.replace_range(scalar.value.clone(), word),
        Edit::Empty => text.replace_range(scalar.value.clone(), ""),
        Edit::Huge(number) => text.replace_range(scalar.value.clone(), &if *number { "9" } else { "x" }.repeat(9_000)),
    }
}
