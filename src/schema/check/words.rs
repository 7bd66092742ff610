//! Values, places and types as people call them.

use serde_json::Value;

use super::lookup::Node;
use crate::path::{Path, Segment};
use crate::syntax::Document;

/// Longer texts are cut in messages.
const LONGEST: usize = 40;

/// A place: `` `port` ``, `` entry 2 of `nodes` ``, or the description as a whole.
pub(super) fn place(path: &Path) -> String {
    match path.segments() {
        [] => "the description".to_owned(),
        [.., Segment::Key(key)] => format!("`{}`", clipped(key)),
        [.., Segment::Key(key), Segment::Index(index)] => {
            format!("entry {} of `{}`", index + 1, clipped(key))
        }
        [.., Segment::Index(index)] => format!("entry {}", index + 1),
    }
}

/// A scalar as it was written, on one line and not too long; none for mappings and lists.
pub(super) fn literal(document: &Document, path: &Path) -> Option<String> {
    let text = document.literal(path)?;
    Some(clipped(&text.split_whitespace().collect::<Vec<_>>().join(" ")))
}

/// The beginning of a text, all of it if it is not too long.
pub(super) fn clipped(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some(_) => text.chars().take(LONGEST - 3).chain("...".chars()).collect(),
    }
}

/// What a value is.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(number) if number.is_f64() => "a number",
        Value::Number(_) => "a whole number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    }
}

/// What a value must be: the types of the schema, joined by "or".
pub(super) fn expected(node: &Node<'_>) -> Option<String> {
    let words: Vec<&str> = node
        .types()
        .into_iter()
        .map(|name| match name {
            "string" => "text",
            "integer" => "a whole number",
            "number" => "a number",
            "boolean" => "`true` or `false`",
            "array" => "a list",
            "object" => "a mapping",
            other => other,
        })
        .collect();
    match words.as_slice() {
        [] => None,
        [one] => Some((*one).to_owned()),
        [before @ .., last] => Some(format!("{} or {last}", before.join(", "))),
    }
}

/// The choices of a place as one writes them; other constants than texts are written as JSON.
pub(super) fn choices(node: &Node<'_>) -> Vec<String> {
    let text = |choice: &Value| match choice {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    node.choices().into_iter().filter(|choice| !choice.is_null()).map(text).collect()
}

/// Words in backquotes with commas.
pub(super) fn list<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    quoted.join(", ")
}

/// A number with its noun: `1 entry`, `3 entries`.
pub(super) fn count(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
