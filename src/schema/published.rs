//! The schema in the form that others take it in: editors, validators of other languages, and SchemaStore, whose checks are
//! ajv's strict mode and draft-07.
//!
//! It accepts the same descriptions as the one that we check with; `tests/schema_reader.rs` has both judge them.

use schemars::Schema;
use schemars::transform::{RecursiveTransform, Transform};
use serde_json::{Map, Value, json};

/// Where SchemaStore serves a schema of this name: the one address that does not depend on where this project is kept.
pub const ID: &str = "https://www.schemastore.org/gfs2gen.json";

/// What stands first, for people who open the file.
const FIRST: [&str; 5] = ["$schema", "$id", "title", "description", "type"];

/// Keywords that ask something of values of one type only.
const OF_TYPE: [(&str, &[&str]); 4] = [
    ("string", &["pattern", "minLength", "maxLength"]),
    ("integer", &["minimum", "maximum"]),
    ("array", &["items", "minItems", "maxItems", "uniqueItems"]),
    (
        "object",
        &[
            "properties",
            "patternProperties",
            "additionalProperties",
            "propertyNames",
            "required",
            "minProperties",
            "maxProperties",
        ],
    ),
];

/// The schema for others, of the one that we check with.
pub fn published(schema: Value) -> Value {
    let mut schema = Schema::try_from(schema).expect("a schema is a mapping");
    RecursiveTransform(|schema: &mut Schema| {
        if let Some(object) = schema.as_object_mut() {
            plain(object);
        }
    })
    .transform(&mut schema);
    schema.insert("$id".into(), json!(ID));
    let rest = schema.as_object_mut().expect("a schema is a mapping");
    let mut ordered = Map::new();
    for key in FIRST {
        ordered.extend(rest.shift_remove_entry(key));
    }
    ordered.append(rest);
    Value::Object(ordered)
}

/// Without words of our own, which strict validators refuse, and with one schema for each type that a value may have.
fn plain(object: &mut Map<String, Value>) {
    object.retain(|keyword, _| !keyword.starts_with("x-"));
    let Some(Value::Array(types)) = object.get("type").cloned() else {
        return;
    };
    let alone = types.iter().map(|kind| {
        let mut alone = Map::from_iter([("type".to_owned(), kind.clone())]);
        let words = OF_TYPE.iter().find(|(of, _)| kind == of).map_or([].as_slice(), |(_, words)| words);
        alone.extend(words.iter().filter_map(|word| object.shift_remove_entry(*word)));
        Value::Object(alone)
    });
    let alone: Vec<Value> = alone.collect();
    object.shift_remove("type");
    object.insert("anyOf".into(), alone.into());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::schema;

    #[test]
    fn what_a_reader_wants_to_know_stands_first() {
        let published = published(schema());
        let first: Vec<&str> = published.as_object().unwrap().keys().take(5).map(String::as_str).collect();
        assert_eq!(first, FIRST);
        assert_eq!(published["$schema"], "http://json-schema.org/draft-07/schema#");
        assert_eq!(published["$id"], ID);
    }

    #[test]
    fn a_value_of_two_types_has_a_schema_for_each() {
        let two = json!({
            "description": "D.", "type": ["string", "object"], "pattern": "^a$", "additionalProperties": false,
            "x-hint": "h", "properties": { "x-ray": { "type": "string" } }, "examples": ["a"],
        });
        assert_eq!(
            published(json!({ "properties": { "two": two } }))["properties"]["two"],
            json!({
                "description": "D.", "examples": ["a"],
                "anyOf": [
                    { "type": "string", "pattern": "^a$" },
                    { "type": "object", "properties": { "x-ray": { "type": "string" } }, "additionalProperties": false },
                ],
            })
        );
    }

    fn walk(schema: &Value, visit: &mut dyn FnMut(&Map<String, Value>)) {
        let Some(object) = schema.as_object() else { return };
        visit(object);
        for inner in ["properties", "patternProperties", "definitions"] {
            object.get(inner).and_then(Value::as_object).into_iter().flatten().for_each(|(_, one)| walk(one, visit));
        }
        for inner in ["items", "additionalProperties", "propertyNames"] {
            object.get(inner).into_iter().for_each(|one| walk(one, visit));
        }
        object.get("anyOf").and_then(Value::as_array).into_iter().flatten().for_each(|one| walk(one, visit));
    }

    /// Draft-07 leaves out what stands beside a reference, and ajv's strict mode refuses what it does not know.
    #[test]
    fn nothing_in_it_is_read_in_two_ways() {
        const NOTES: [&str; 3] = ["description", "default", "examples"];
        let words: Vec<&str> = OF_TYPE.iter().flat_map(|(_, words)| *words).copied().collect();
        let more = ["type", "enum", "enumDescriptions", "anyOf", "$ref", "$schema", "$id", "title", "definitions"];
        let mut seen = 0;
        walk(&published(schema()), &mut |object| {
            seen += 1;
            for keyword in object.keys().map(String::as_str) {
                let known = words.contains(&keyword) || more.contains(&keyword) || NOTES.contains(&keyword);
                assert!(known, "{keyword}: {object:#?}");
                assert!(!object.contains_key("$ref") || keyword == "$ref" || NOTES.contains(&keyword), "{object:#?}");
            }
            assert!(!matches!(object.get("type"), Some(Value::Array(_))), "{object:#?}");
        });
        assert!(seen > 100, "{seen}");
    }
}
