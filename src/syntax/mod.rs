//! The description as written: YAML in, a tree of values with the place of every key and value out.
//!
//! The language is a small part of YAML: no anchors, tags, merge keys or second documents, because each of them
//! makes a value stand somewhere else than where it takes effect. This is the only module that knows the YAML parser.

mod build;
mod codes;
mod extent;
mod fold;
mod gate;
mod phrases;
mod refuse;
mod scalar;
mod words;

use std::collections::HashMap;

use serde_json::Value;

pub use codes::{
    ANCHOR, CODES, CONTROL_CHARACTER, DUPLICATE_KEY, EMPTY, FOREIGN_SPACE, INVALID_SYNTAX, KEY_NOT_TEXT, MERGE_KEY,
    NOT_UTF8, SECOND_DOCUMENT, TAB_INDENTATION, TAG, TOO_DEEP, TOO_LARGE,
};
pub use gate::not_utf8;

use crate::diag::{At, Diagnostic, Locate, Part};
use crate::path::Path;
use crate::source::{Source, Span};

/// A description with the place of everything in it.
#[derive(Debug, Clone)]
pub struct Document {
    source: Source,
    value: Value,
    places: HashMap<Path, Place>,
}

/// Where a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The key, for an entry of a mapping.
    pub key: Option<Span>,
    /// The value. Where nothing was written after a colon it is empty, and after a `-` it is the `-`.
    pub value: Span,
}

impl Document {
    /// Reads a text, or says everything that keeps it from being a description.
    pub fn parse(source: &Source) -> Result<Document, Vec<Diagnostic>> {
        let found = gate::check(source);
        if !found.is_empty() {
            return Err(found);
        }
        let (value, places) = build::build(source)?;
        Ok(Document { source: source.clone(), value, places })
    }

    /// The tree of values.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// Where the value at a path was written, if it was.
    pub fn place(&self, path: &Path) -> Option<&Place> {
        self.places.get(path)
    }

    /// Whether the value at a path was written.
    pub fn has(&self, path: &Path) -> bool {
        self.places.contains_key(path)
    }

    /// Every path that was written, in no order.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.places.keys()
    }

    /// The value at a path, if it was written.
    pub fn get(&self, path: &Path) -> Option<&Value> {
        use crate::path::Segment;
        path.segments().iter().try_fold(&self.value, |value, step| match step {
            Segment::Key(key) => value.as_object()?.get(key),
            Segment::Index(index) => value.as_array()?.get(*index),
        })
    }

    /// The text of a scalar as it was written, quotes included; empty where nothing was.
    pub fn literal(&self, path: &Path) -> Option<&str> {
        let place = self.place(path)?;
        let text = self.source.slice(place.value);
        match self.get(path)? {
            Value::Array(_) | Value::Object(_) => None,
            // The place of an empty list element is its dash, which is no part of a value.
            Value::Null if text == "-" => Some(""),
            _ => Some(text),
        }
    }

    /// The byte range to show for a place.
    ///
    /// What was not written is shown at its nearest written ancestor: at the key rather than over the whole block.
    pub fn locate(&self, at: &At) -> Span {
        let (path, part) = match at {
            At::Span(span) => return self.source.clamp(*span),
            At::Path(path, part) => (path, *part),
        };
        if part == Part::Value
            && let Some(place) = self.place(path)
            && place.value.start < place.value.end
        {
            return place.value;
        }
        let mut here = Some(path.clone());
        while let Some(path) = here {
            if let Some(place) = self.place(&path) {
                return place.key.unwrap_or_else(|| self.first_line(place.value));
            }
            here = path.parent();
        }
        self.source.line(0)
    }

    /// What of a span stands in its first line.
    fn first_line(&self, span: Span) -> Span {
        let line = self.source.line(span.start);
        Span { start: span.start, end: span.end.min(line.end).max(span.start) }
    }
}

impl Locate for Document {
    fn locate(&self, at: &At) -> Span {
        Document::locate(self, at)
    }
}

#[cfg(test)]
mod tests;
