//! The shape of a description: its JSON Schema, and what the schema finds wrong with a description.

pub mod check;
mod generate;

pub use generate::{schema, schema_text};
