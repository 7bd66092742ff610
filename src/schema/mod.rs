//! The shape of a description: its JSON Schema, and what the schema finds wrong with a description.

pub mod check;
mod generate;
mod published;

use std::sync::LazyLock;

use serde_json::Value;

pub use check::about::About;
pub use check::origin::Default;
pub use generate::{schema, schema_text};
pub use published::{ID, published};

use crate::diag::Diagnostic;
use crate::path::Path;
use crate::syntax::Document;

/// Made once: making it takes longer than all the rest of a compilation.
static COMPILED: LazyLock<(Value, jsonschema::Validator)> = LazyLock::new(|| {
    let schema = schema();
    let validator = jsonschema::validator_for(&schema).expect("the schema made of the model is a schema");
    (schema, validator)
});

/// Everything that is wrong with the shape of a description.
pub fn errors(document: &Document) -> Vec<Diagnostic> {
    let (schema, validator) = &*COMPILED;
    check::diagnostics(validator.iter_errors(document.value()), schema, document)
}

/// Where the value at a path comes from, in one sentence, if it was not written and has a default.
pub fn origin(document: &Document, path: &Path) -> Option<String> {
    check::origin::note(&COMPILED.0, document, path)
}

/// What the schema says of the value at a path.
pub fn about(path: &Path) -> About {
    check::about::about(&COMPILED.0, path)
}

/// Whether a description has the right shape.
pub fn accepts(description: &Value) -> bool {
    COMPILED.1.is_valid(description)
}

/// What the value at a path is where nobody writes it, if the language says so.
pub fn default(path: &Path) -> Option<Default> {
    check::origin::default(&COMPILED.0, path)
}

/// The keys of the mapping at a path, in the order of the language; none where people choose them.
pub fn keys(path: &Path) -> Vec<&'static str> {
    check::origin::keys(&COMPILED.0, path)
}
