//! The shape of a description: its JSON Schema, and what the schema finds wrong with a description.

pub mod check;
mod generate;

pub use generate::{schema, schema_text};

use crate::diag::Diagnostic;
use crate::syntax::Document;

/// Everything that is wrong with the shape of a description.
pub fn errors(document: &Document) -> Vec<Diagnostic> {
    let schema = schema();
    let validator = jsonschema::validator_for(&schema).expect("the schema made of the model is a schema");
    check::diagnostics(validator.iter_errors(document.value()), &schema, document)
}
