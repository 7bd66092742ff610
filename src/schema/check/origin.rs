//! Where a value that nobody wrote comes from: the default that the schema tells of.

use serde_json::Value;

use super::lookup::Node;
use super::words;
use crate::path::{Path, Segment};
use crate::syntax::Document;

/// What to say of a value that was not written; nothing where it was, or where it has no default.
pub(in crate::schema) fn note(schema: &Value, document: &Document, path: &Path) -> Option<String> {
    if document.has(path) {
        return None;
    }
    let default = default(&Node::at(schema, path))?;
    let mut written = path.clone();
    while !document.has(&written) {
        written = written.parent()?;
    }
    let steps = path.segments()[written.segments().len()..].iter().map(|step| match step {
        Segment::Key(key) => key.clone(),
        Segment::Index(index) => index.to_string(),
    });
    let key = steps.collect::<Vec<_>>().join(".");
    let place = match written.segments() {
        [] => String::new(),
        _ => format!(" in {}", words::place(&written)),
    };
    Some(format!("`{key}` is not written{place}: its default is {default}"))
}

/// A fixed default, or what the description says after `Default:` of one that depends on other values.
fn default(node: &Node<'_>) -> Option<String> {
    if let Some(value) = node.keyword("default") {
        return Some(format!("`{}`", plain(value)));
    }
    let text = node.text("description")?.split_whitespace().collect::<Vec<_>>().join(" ");
    let (_, default) = text.split_once("Default: ")?;
    let sentence = default.split(". ").next()?.split("; ").next()?;
    Some(sentence.trim_end_matches('.').to_owned())
}

/// A value as one writes it.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => format!("[{}]", items.iter().map(plain).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}
