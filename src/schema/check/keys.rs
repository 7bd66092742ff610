//! Keys that are not known and keys that are missing: often two views of one typing error.

use std::collections::{BTreeMap, BTreeSet};

use jsonschema::error::ValidationErrorKind as Kind;
use serde_json::Value;

use super::lookup::{self, Node};
use super::{Found, MISSING_KEY, MOST, UNKNOWN_KEY, words};
use crate::diag::suggest::did_you_mean;
use crate::diag::{At, Diagnostic};
use crate::path::Path;
use crate::syntax::Document;

/// What is wrong with the keys of every mapping.
#[derive(Default)]
pub(super) struct Keys(BTreeMap<Path, Mapping>);

#[derive(Default)]
struct Mapping {
    unknown: BTreeSet<String>,
    missing: Vec<String>,
}

impl Keys {
    /// Takes a finding that is about keys; false for any other.
    pub(super) fn take(&mut self, found: &Found) -> bool {
        match &found.kind {
            Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
                let keys = unexpected.iter().take(MOST).cloned();
                self.0.entry(found.path.clone()).or_default().unknown.extend(keys);
            }
            Kind::Required { property: Value::String(key) } => {
                let missing = &mut self.0.entry(found.path.clone()).or_default().missing;
                if !missing.contains(key) {
                    missing.push(key.clone());
                }
            }
            _ => return false,
        }
        true
    }

    /// One finding for each key; a missing key that an unknown one was meant to be has none of its own.
    pub(super) fn diagnostics(self, schema: &Value, document: &Document) -> Vec<Diagnostic> {
        let mut out = Vec::new();
        for (path, mut mapping) in self.0 {
            let node = Node::at(schema, &path);
            let written = document.get(&path).and_then(Value::as_object);
            for key in &mapping.unknown {
                let missing = mapping.missing.iter().map(String::as_str);
                let meant = did_you_mean(key, missing).map(str::to_owned);
                if let Some(meant) = &meant {
                    mapping.missing.retain(|missing| missing != meant);
                }
                let free = |name: &&str| written.is_none_or(|written| !written.contains_key(*name));
                let others = node.keys().into_iter().filter(free);
                let meant = meant.or_else(|| did_you_mean(key, others).map(str::to_owned));
                let homes = if meant.is_none() { lookup::homes(schema, key) } else { Vec::new() };
                out.push(unknown(&path, key, meant, &homes, &node));
            }
            let missing = mapping.missing.iter();
            out.extend(missing.map(|key| self::missing(&path, key, &node)));
        }
        out
    }
}

/// A key that stands at so many places says nothing of where it was meant to stand.
const FEW: usize = 2;

fn unknown(path: &Path, key: &str, meant: Option<String>, homes: &[String], node: &Node<'_>) -> Diagnostic {
    let place = words::place(path);
    let message = format!("unknown key `{}` in {place}", words::clipped(key));
    let found = Diagnostic::new(UNKNOWN_KEY, message, At::key(path.key(key)));
    let known = node.keys();
    match meant {
        Some(meant) => found.label("not a key of the language").help(format!("did you mean `{meant}`?")).suggest(meant),
        None if known.is_empty() => found.label("no key can stand here"),
        None => {
            let found = match homes {
                [] => found.label("not a key of the language"),
                homes if homes.len() > FEW => found.label("not a key of this place"),
                homes => {
                    let homes = words::list(homes.iter().map(String::as_str));
                    found.label("not a key of this place").help(format!("`{key}` belongs into {homes}"))
                }
            };
            found.help(format!("the keys here are {}", words::list(known)))
        }
    }
}

fn missing(path: &Path, key: &str, node: &Node<'_>) -> Diagnostic {
    let place = words::place(path);
    let found = Diagnostic::new(MISSING_KEY, format!("{place} has no `{key}`"), At::key(path.clone()))
        .label(format!("`{key}` is missing here"));
    let node = node.property(key);
    let choices = words::choices(&node);
    if let [only] = &choices[..] {
        return found.help(format!("add `{key}: {only}`"));
    }
    let example = node.keyword("examples").and_then(|examples| examples.get(0)).map(|example| match example {
        Value::String(text) => format!("; such as `{key}: {text}`"),
        other => format!("; such as `{key}: {other}`"),
    });
    let example = match choices.is_empty() {
        true => example.unwrap_or_default(),
        false => format!("; one of {}", words::list(choices.iter().map(String::as_str))),
    };
    match node.description().or_else(|| words::expected(&node)) {
        Some(what) => found.help(format!("add `{key}`: {what}{example}")),
        None => found.help(format!("add `{key}`{example}")),
    }
}
