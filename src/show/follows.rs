//! What follows of a description and has no key in it: names, times, ports, and facts of the platform.

mod rows;
mod values;

use serde_json::Value;

use super::{Follows, tree};
use crate::path::Path;
use crate::plan::Plan;

pub use rows::ROWS;

/// A kind of value that follows of a description.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    /// Where it is shown, as keys are written: `storage[].device`.
    pub key: &'static str,
    /// What it is, where its name does not say enough.
    pub about: Option<&'static str>,
    /// The keys that it comes from; inside a list those of the same element, where it belongs to one.
    pub from: &'static [&'static str],
}

/// All that follows of a plan, with what it comes from in the description.
pub(super) fn all(plan: &Plan, description: &Value) -> Result<Vec<Follows>, String> {
    let mut all = Vec::new();
    for values::Found { path, value, beside } in values::of(plan, description) {
        let row = ROWS.iter().find(|row| tree::fits(&path, row.key));
        let row = row.ok_or_else(|| format!("nothing says where the value at {path} comes from"))?;
        let inside: Vec<_> = std::iter::once(&path).chain(&beside).collect();
        // Of a mapping only what is known to be meant.
        let meant = |key: &str, path: &Path| !key.ends_with("{}") || beside.is_empty() || beside.contains(path);
        let places = |key: &&str| {
            let all = tree::expand(description, key, &inside);
            all.into_iter().filter(|path| meant(key, path)).collect::<Vec<_>>()
        };
        let from = row.from.iter().flat_map(places).collect();
        all.push(Follows { path, value, row, from });
    }
    Ok(all)
}
