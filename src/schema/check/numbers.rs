//! Numbers in a form that not everybody reads alike: `0644` is octal to many readers of YAML, and text to some.

use serde_json::Value;

use super::lookup::Node;
use super::{MOST, WRONG_FORM, words};
use crate::diag::{At, Diagnostic};
use crate::path::Path;
use crate::syntax::Document;

/// A finding for each number that is not written as plain digits, at places where a number can stand.
pub(super) fn diagnostics(schema: &Value, document: &Document) -> Vec<Diagnostic> {
    let mut paths: Vec<&Path> = document.paths().collect();
    paths.sort();
    paths.into_iter().filter_map(|path| diagnostic(schema, document, path)).take(MOST).collect()
}

fn diagnostic(schema: &Value, document: &Document, path: &Path) -> Option<Diagnostic> {
    let number = document.get(path).filter(|value| value.is_number())?;
    let written = words::literal(document, path)?;
    let plain = number.to_string();
    if written == plain {
        return None;
    }
    let node = Node::at(schema, path);
    let types = node.types();
    if !types.iter().any(|name| ["integer", "number"].contains(name)) {
        return None;
    }
    let label = match written.trim_start_matches(['+', '-']).as_bytes() {
        [b'0', b'0'..=b'9', ..] => "octal to many readers of YAML",
        _ => "not plain digits",
    };
    let message = format!("`{written}` is not a number that everybody reads alike");
    let found = Diagnostic::new(WRONG_FORM, message, At::value(path.clone())).label(label);
    Some(match types.contains(&"string") {
        true => found.help(format!("write `\"{written}\"` if it is text, `{plain}` if it is a number")),
        false => found.help(format!("write `{plain}`")).suggest(plain),
    })
}
