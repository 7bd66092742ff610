//! Edits of the full example, and what comes of them.

#![allow(dead_code, reason = "each test program uses its part of this")]

use gfs2gen::bundle::Bundle;
use gfs2gen::compile::compile;
use gfs2gen::plan::Plan;
use gfs2gen::source::Source;

pub const FULL: &str = include_str!("../../examples/full/cluster.yaml");
pub const LEGACY: &str = include_str!("../../examples/full/domains/legacy.xml");

/// A description, compiled; it must be fine.
pub fn built(text: &str) -> (Plan, Bundle) {
    with_domain(text, LEGACY)
}

/// The same, with another domain for the guest that has one.
pub fn with_domain(text: &str, domain: &str) -> (Plan, Bundle) {
    let compiled = compile(&Source::new("cluster.yaml", text), "2026-01-01", &|_| Ok(domain.to_owned()));
    let said: Vec<&str> = compiled.diagnostics.iter().map(|found| found.message.as_str()).collect();
    compiled.built.unwrap_or_else(|| panic!("{said:?}\n{text}"))
}

/// A text with others in place of some of its parts, each of which must be there.
pub fn edited(text: &str, edits: &[(&str, &str)]) -> String {
    edits.iter().fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    })
}

/// Every key that the schema has: `[]` stands for the elements of a list, `{}` for the names of a mapping.
pub fn keys_of_the_schema() -> Vec<String> {
    let schema = gfs2gen::schema::schema();
    let mut keys = Vec::new();
    walk(&schema, &schema, "", &mut keys);
    keys
}

fn walk(schema: &serde_json::Value, node: &serde_json::Value, key: &str, keys: &mut Vec<String>) {
    let target = node["$ref"].as_str().map(|target| &schema["definitions"][target.rsplit('/').next().unwrap()]);
    let node = target.unwrap_or(node);
    if let Some(properties) = node["properties"].as_object() {
        for (name, node) in properties {
            walk(schema, node, &format!("{key}{}{name}", if key.is_empty() { "" } else { "." }), keys);
        }
    } else if node["additionalProperties"].is_object() || node["patternProperties"].is_object() {
        keys.push(format!("{key}{{}}"));
    } else if node["items"].is_object() {
        // A list of plain values is one value.
        let item = &node["items"];
        let named = item["$ref"].is_string() || item["properties"].is_object();
        keys.push(format!("{key}{}", if named { "[]" } else { "" }));
        if named {
            walk(schema, item, &format!("{key}[]"), keys);
        }
    } else {
        keys.push(key.to_owned());
    }
}
