//! What is shown as YAML: a description that can be built, with an origin behind each value, and what follows as comments.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Follows, Origin, Shown, tree};
use crate::path::{Path, Segment};

mod scalar;

pub use scalar::scalar;

/// A line, and what is said behind it.
struct Line {
    text: String,
    said: Option<String>,
}

/// Lines wider than this do not push what is said of the others to the right.
const WIDE: usize = 56;

/// The whole text.
pub fn yaml(shown: &Shown) -> String {
    let said = shown.entries.iter().map(|entry| (&entry.path, said(&entry.origin, shown.platform))).collect();
    let mut lines = Vec::new();
    block(&shown.description, &Path::root(), 0, &said, &mut lines);
    let mut text = format!(
        "# Every value of the cluster {}, and where it comes from: a line that you wrote, a default, the platform,\n\
         # or other values. This is a description, too, and the same tree is built of it.\n\n",
        shown.cluster
    );
    text += &aligned(&lines, "  # ");
    text += "\n# What follows of it. Nothing of this is a key: it changes when that changes which it comes from.\n#\n";
    for line in aligned(&follows(shown), "  ").lines() {
        text += &format!("# {line}\n");
    }
    text
}

/// Nor are lines longer than this: where a thing comes from then stands below what it is.
const LONG: usize = 120;

fn aligned(lines: &[Line], between: &str) -> String {
    let width = |text: &str| text.chars().count();
    let said = lines.iter().filter(|line| line.said.is_some());
    let column = said.map(|line| width(&line.text)).filter(|width| *width <= WIDE).max().unwrap_or_default();
    let mut text = String::new();
    for Line { text: line, said } in lines {
        text += line;
        if let Some(said) = said {
            let column = column.max(width(line));
            text += &" ".repeat(column - width(line));
            text += between;
            match said.split_once("; from ") {
                Some((about, from)) if column + width(between) + width(said) > LONG => {
                    text += &format!("{about};\n{}{between}from {from}", " ".repeat(column));
                }
                _ => text += said,
            }
        }
        text.push('\n');
    }
    text
}

fn block(value: &Value, at: &Path, indent: usize, said: &BTreeMap<&Path, String>, lines: &mut Vec<Line>) {
    let space = " ".repeat(indent);
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let below = at.key(key);
                let key = scalar(key);
                if tree::is_leaf(value) {
                    lines
                        .push(Line { text: format!("{space}{key}: {}", flow(value)), said: said.get(&below).cloned() });
                } else {
                    lines.push(Line { text: format!("{space}{key}:"), said: None });
                    block(value, &below, indent + 2, said, lines);
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let first = lines.len();
                block(item, &at.index(index), indent + 2, said, lines);
                if let Some(line) = lines.get_mut(first) {
                    line.text.replace_range(indent..indent + 2, "- ");
                }
            }
        }
        _ => {}
    }
}

/// A value on one line.
fn flow(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Value::Object(_) => "{}".to_owned(),
        Value::String(text) => scalar(text),
        plain => plain.to_string(),
    }
}

/// The same for people only, without quotes where nothing in it could be mistaken.
fn bare(value: &Value) -> String {
    let seen = |text: &str| text.chars().all(|c| c.is_ascii_graphic() || c == ' ' || c.is_alphanumeric());
    match value {
        Value::String(text) if seen(text) => text.clone(),
        value => flow(value),
    }
}

fn said(origin: &Origin, platform: &str) -> String {
    match origin {
        Origin::Written { at, spelling: None } => format!("your line {}", at.line),
        Origin::Written { at, spelling: Some(spelling) } => format!("your line {} ({spelling})", at.line),
        Origin::Default => "default".to_owned(),
        Origin::Platform => format!("platform {platform}"),
        Origin::Derived { how, .. } if how.starts_with("derived ") => how.clone(),
        Origin::Derived { how, .. } => format!("derived: {how}"),
    }
}

/// What is said of groups.
const GROUPS: &[(&str, &str)] = &[
    ("facts", "what the platform is made of"),
    ("budget", "how long everything may take: each longer than what it waits for"),
    ("ports", "what the two nodes must reach on each other, by network"),
    ("parameters", "what the agent gets beside the options above"),
];

fn follows(shown: &Shown) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut open: Vec<&Segment> = Vec::new();
    for one in &shown.follows {
        let Some((last, above)) = one.path.segments().split_last() else { continue };
        let same = open.iter().zip(above).take_while(|(open, step)| **open == *step).count();
        for depth in same..above.len() {
            let place: Path = above[..=depth].iter().cloned().collect();
            let label = label(&place, shown);
            let said = GROUPS.iter().find(|(group, _)| *group == label).map(|(_, said)| (*said).to_owned());
            lines.push(Line { text: format!("{}{label}:", "  ".repeat(depth)), said });
        }
        open = above.iter().collect();
        let Segment::Key(key) = last else { continue };
        let text = format!("{}{key}: {}", "  ".repeat(above.len()), bare(&one.value));
        let about = one.row.about.map(|about| format!("{about}; ")).unwrap_or_default();
        lines.push(Line { text, said: Some(format!("{about}from {}", keys(one))) });
    }
    lines
}

/// What people call a place: an element of a list by its name.
fn label(place: &Path, shown: &Shown) -> String {
    match place.segments().last() {
        Some(Segment::Key(key)) => key.clone(),
        Some(Segment::Index(index)) => {
            let element = shown.description.pointer(&place.to_string());
            let name = element.and_then(|one| one["name"].as_str().or(one["file"].as_str()));
            name.map_or_else(|| index.to_string(), str::to_owned)
        }
        None => String::new(),
    }
}

/// The keys that something comes from, as far as they are there: those of its own element by their last names, and so the later
/// ones of several in one place.
fn keys(follows: &Follows) -> String {
    let there = |key: &&&str| follows.from.iter().any(|path| tree::fits(path, key));
    let place = |key: &'static str| key.rfind('.').map_or("", |dot| &key[..=dot]);
    let own = follows.row.key.rfind("[].").map_or("", |end| &follows.row.key[..end + 3]);
    let mut keys = Vec::new();
    let mut before = "";
    for key in follows.row.from.iter().filter(there) {
        match place(key) {
            "" => keys.push((*key).to_owned()),
            place if place == own => keys.push(format!("its {}", &key[place.len()..])),
            place if place == before => keys.push(format!(".{}", &key[place.len()..])),
            _ => keys.push((*key).to_owned()),
        }
        before = place(key);
    }
    keys.join(", ").replace("{}", "")
}
