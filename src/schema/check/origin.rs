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
    let default = match default(schema, path)? {
        Default::Fixed(value) => format!("`{}`", plain(&value)),
        Default::Depends(words) => words,
    };
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

/// What a key is where nobody wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Default {
    /// Always this.
    Fixed(Value),
    /// It depends on something; on what, in words.
    Depends(String),
}

/// The default of the value at a path: a fixed one, or what the description says after `Default:` of one that depends on
/// other values.
pub(in crate::schema) fn default(schema: &Value, path: &Path) -> Option<Default> {
    let node = Node::at(schema, path);
    if let Some(value) = node.keyword("default") {
        return Some(Default::Fixed(value.clone()));
    }
    let text = node.text("description")?.split_whitespace().collect::<Vec<_>>().join(" ");
    let (_, default) = text.split_once("Default: ")?;
    let sentence = default.split(". ").next()?.split("; ").next()?;
    Some(Default::Depends(sentence.trim_end_matches('.').to_owned()))
}

/// The keys of the mapping at a path, in the order of the language; none where people choose them.
pub(in crate::schema) fn keys<'s>(schema: &'s Value, path: &Path) -> Vec<&'s str> {
    Node::at(schema, path).keys()
}

/// A value as one writes it.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => format!("[{}]", items.iter().map(plain).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}
