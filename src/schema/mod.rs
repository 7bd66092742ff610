//! The shape of a description: what its JSON Schema says and what breaks it.

pub mod check;
