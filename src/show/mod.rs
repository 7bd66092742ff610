//! A description as it is understood: every value with where it comes from, and what follows of it.
//!
//! Nothing is decided here. The values are the plan's; that a default is one, and in which words, is what the schema says of its
//! key; and what a value is derived from is a table that `tests/show_from.rs` holds against the compiler, value by value.

pub mod follows;
mod json;
mod origin;
mod tree;
mod yaml;

use serde_json::Value;

use crate::path::Path;
use crate::plan::Plan;
use crate::source::{LineCol, Source};
use crate::syntax::Document;

pub use json::json;
pub use yaml::yaml;

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// It was written.
    Written {
        /// Where.
        at: LineCol,
        /// How, where another spelling is shown.
        spelling: Option<String>,
    },
    /// It is what its key always is where nobody writes it.
    Default,
    /// It is a fact of the platform.
    Platform,
    /// It was worked out.
    Derived {
        /// In words, how.
        how: String,
        /// Of which values of the description; of none where its position alone decides.
        from: Vec<Path>,
    },
}

/// A value of the description with its origin. A list of plain values is one value.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Which one.
    pub path: Path,
    /// What it is.
    pub value: Value,
    /// Where it comes from.
    pub origin: Origin,
}

/// A value that has no key in the language.
#[derive(Debug, Clone)]
pub struct Follows {
    /// Its place among the others of its kind; what it belongs to is where it is in the description.
    pub path: Path,
    /// What it is.
    pub value: Value,
    /// What it means, and the keys that it comes from.
    pub row: &'static follows::Row,
    /// The values of the description that it is derived from.
    pub from: Vec<Path>,
}

/// Everything that there is to show of one description.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The description's file, as it was named.
    pub file: String,
    /// The cluster's name.
    pub cluster: String,
    /// The platform's name.
    pub platform: &'static str,
    /// The description with every value, in the order of the language.
    pub description: Value,
    /// Its values, in this order.
    pub entries: Vec<Entry>,
    /// What follows of it.
    pub follows: Vec<Follows>,
}

/// Shows a description that was compiled: `resolved` is the one with every default, as the plan writes it out.
///
/// # Errors
///
/// A value of which nothing says where it comes from. That is a bug of ours.
pub fn show(source: &Source, document: &Document, plan: &Plan, resolved: &Value) -> Result<Shown, String> {
    let description = tree::ordered(resolved, document);
    let mut entries = Vec::new();
    for (path, value) in tree::leaves(&description) {
        let origin = origin::of(&path, value, source, document, &description)
            .ok_or_else(|| format!("nothing says where the value at {path} comes from"))?;
        entries.push(Entry { path, value: value.clone(), origin });
    }
    let follows = follows::all(plan, &description)?;
    Ok(Shown {
        file: source.name().to_owned(),
        cluster: plan.cluster.name.clone(),
        platform: plan.platform.name,
        description,
        entries,
        follows,
    })
}
