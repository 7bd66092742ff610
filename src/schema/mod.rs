//! The structure of the description: its JSON Schema, and what the schema finds wrong with one.

mod generate;

pub use generate::{schema, schema_text};
