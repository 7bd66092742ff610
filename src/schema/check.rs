//! From what the validator says to what the user reads: all errors of a description at once, GFS1xx.

pub(super) mod about;
mod forms;
mod keys;
mod lookup;
mod numbers;
pub(super) mod origin;
mod values;
mod words;

use std::collections::BTreeSet;

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Kind;
use serde_json::Value;

use crate::diag::{At, Diagnostic, codes};
use crate::path::{Path, Segment};
use crate::syntax::Document;

codes! {
    /// A key that the language does not have at this place.
    UNKNOWN_KEY = "GFS101", "unknown-key", "a key is not part of the language at its place";
    /// A key without which nothing can be built.
    MISSING_KEY = "GFS102", "missing-key", "a key that is required is missing";
    /// Text where a number should be, and the like.
    WRONG_TYPE = "GFS103", "wrong-type", "a value has the wrong type, or there is none";
    /// Text of a form that is not allowed.
    WRONG_FORM = "GFS104", "wrong-form", "a text does not have the form that its place asks for";
    /// None of the words that are allowed.
    NOT_A_CHOICE = "GFS105", "not-a-choice", "a value is none of those that can stand at its place";
    /// Too much or too little.
    OUT_OF_RANGE = "GFS106", "out-of-range", "a number, a length or a count is out of its limits";
}

/// What the validator found, as far as it matters here.
struct Found {
    path: Path,
    kind: Kind,
}

/// A file with more errors than these is no description, and nobody reads them all: the rest is not looked at.
const MOST: usize = 500;

/// The findings for the validator's errors. `schema` is the schema that they come from.
pub fn diagnostics<'a>(
    errors: impl Iterator<Item = ValidationError<'a>>,
    schema: &Value,
    document: &Document,
) -> Vec<Diagnostic> {
    let found: Vec<Found> = errors
        .take(MOST)
        .map(|error| {
            let path = path(error.instance_path().as_str(), document);
            let kind = error.into_parts().kind;
            Found { path, kind }
        })
        .collect();
    // A value of the wrong type has no form and is no choice: that would be said of nothing.
    let mistyped: BTreeSet<&Path> =
        found.iter().filter(|found| matches!(found.kind, Kind::Type { .. })).map(|found| &found.path).collect();
    let mut keys = keys::Keys::default();
    let mut seen: BTreeSet<(&Path, &'static str)> = BTreeSet::new();
    let mut out = Vec::new();
    for found in &found {
        if keys.take(found) {
            continue;
        }
        if mistyped.contains(&found.path) && !matches!(found.kind, Kind::Type { .. }) {
            continue;
        }
        let diagnostic = values::diagnostic(found, schema, document);
        // Both limits broken, or two patterns: one message says it.
        let once = diagnostic.code != WRONG_FORM.code && diagnostic.code != OUT_OF_RANGE.code;
        if seen.insert((&found.path, diagnostic.code)) || !once {
            out.push(diagnostic);
        }
    }
    out.extend(keys.diagnostics(schema, document));
    let told: BTreeSet<At> = out.iter().map(|found| found.primary.at.clone()).collect();
    // A file for another program, or for another version: nothing else in it can be judged.
    let other = |found: &Diagnostic| found.primary.at == At::value(Path::root().key("apiVersion"));
    if let Some(other) = out.iter().find(|found| other(found) && found.suggestion.is_none()) {
        return vec![other.clone()];
    }
    out.extend(numbers::diagnostics(schema, document).into_iter().filter(|found| !told.contains(&found.primary.at)));
    out
}

/// The path that a JSON pointer means in this document: only its lists have indices.
fn path(pointer: &str, document: &Document) -> Path {
    pointer.split('/').skip(1).fold(Path::root(), |path, step| {
        let step = step.replace("~1", "/").replace("~0", "~");
        match (document.get(&path), step.parse()) {
            (Some(Value::Array(_)), Ok(index)) => path.with(Segment::Index(index)),
            _ => path.with(Segment::Key(step)),
        }
    })
}

#[cfg(test)]
mod tests;
