//! The shape of a description: its JSON Schema, and what the schema finds wrong with a description.

pub mod check;
mod generate;

pub use generate::{schema, schema_text};

use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::Value;

use crate::diag::Diagnostic;
use crate::syntax::Document;

/// Everything that is wrong with the shape of a description.
pub fn errors(document: &Document) -> Vec<Diagnostic> {
    // Making it takes longer than everything else that is done with a description.
    static SCHEMA: LazyLock<(Value, Validator)> = LazyLock::new(|| {
        let schema = schema();
        let validator = jsonschema::validator_for(&schema).expect("the schema made of the model is a schema");
        (schema, validator)
    });
    let (schema, validator) = &*SCHEMA;
    check::diagnostics(validator.iter_errors(document.value()), schema, document)
}
