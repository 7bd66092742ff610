//! The JSON Schema of the description, made from the model.

use schemars::transform::RecursiveTransform;
use schemars::{Schema, generate::SchemaSettings};
use serde_json::{Value, json};

use super::published::published;
use crate::model::Description;

/// The schema as a JSON value: draft-07, which editors know best; every mapping closed, no alternatives with `null`.
///
/// An optional key may be left out; it may not be written as `null`, because a key without a value is a slip more often
/// than a wish.
pub fn schema() -> Value {
    // schemars' own settings for draft-07 put a reference with a description into an `allOf`. Only notes stand beside ours, and
    // editors show them.
    let settings = SchemaSettings::draft2020_12()
        .with(|settings| settings.meta_schema = Some("http://json-schema.org/draft-07/schema#".into()))
        .with(|settings| settings.definitions_path = "/definitions".into())
        .with(|settings| settings.transforms.push(Box::new(RecursiveTransform(without_null))))
        .with(|settings| settings.transforms.push(Box::new(RecursiveTransform(plain_choices))));
    let mut schema = settings.into_generator().into_root_schema_for::<Description>();
    schema.insert("title".into(), json!("gfs2gen cluster description, version 1"));
    schema.to_value()
}

/// The schema as the text that is committed and that `gfs2gen schema` prints.
pub fn schema_text() -> String {
    format!("{:#}\n", published(schema()))
}

fn without_null(schema: &mut Schema) {
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|kind| kind != "null");
        if let [only] = types.as_slice() {
            object["type"] = only.clone();
        }
    }
    for numeric in ["format", "default"] {
        if object.get(numeric).is_some_and(|value| value.is_null() || numeric == "format") {
            object.remove(numeric);
        }
    }
    if let Some(Value::Array(choices)) = object.get("anyOf") {
        let real: Vec<Value> = choices.iter().filter(|choice| **choice != json!({ "type": "null" })).cloned().collect();
        if let [Value::Object(only)] = real.as_slice() {
            let only = only.clone();
            object.remove("anyOf");
            for (key, value) in only {
                object.entry(key).or_insert(value);
            }
        }
    }
}

/// Choices between words as `enum` with `enumDescriptions`, which editors know, in place of a `oneOf` of constants: of that they
/// can only say that none of several schemas fits.
fn plain_choices(schema: &mut Schema) {
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    let Some(Value::Array(choices)) = object.get("oneOf") else {
        return;
    };
    let part = |name: &str| choices.iter().map(|choice| choice.get(name).cloned()).collect::<Option<Vec<_>>>();
    if let (Some(words), Some(descriptions)) = (part("const"), part("description")) {
        object.remove("oneOf");
        object.insert("type".into(), json!("string"));
        object.insert("enum".into(), words.into());
        object.insert("enumDescriptions".into(), descriptions.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(value: &Value, visit: &mut dyn FnMut(&Value)) {
        visit(value);
        match value {
            Value::Object(entries) => entries.values().for_each(|value| walk(value, visit)),
            Value::Array(items) => items.iter().for_each(|value| walk(value, visit)),
            _ => {}
        }
    }

    #[test]
    fn every_mapping_is_closed_and_nothing_may_be_null() {
        walk(&schema(), &mut |value| {
            let Some(object) = value.as_object() else {
                return;
            };
            for choice in ["oneOf", "anyOf", "allOf", "if", "not"] {
                assert!(!object.contains_key(choice), "{value:#}");
            }
            assert_ne!(object.get("type"), Some(&json!("null")));
            if object.get("type") == Some(&json!("object")) {
                assert!(object.contains_key("additionalProperties"), "{value:#}");
            }
        });
    }

    /// Every key with its schema, and the schema that it refers to.
    fn keys(schema: &Value) -> Vec<(String, Value)> {
        let mut keys = Vec::new();
        walk(schema, &mut |value| {
            for (name, key) in value.get("properties").and_then(Value::as_object).into_iter().flatten() {
                // A word of a key's own, "properties", would be looked into as well: there is none.
                keys.push((name.clone(), key.clone()));
            }
        });
        keys
    }

    fn is_scalar(key: &Value) -> bool {
        let types = key.get("type").map(|kind| kind.as_array().cloned().unwrap_or_else(|| vec![kind.clone()]));
        types.is_some_and(|types| types.iter().all(|kind| kind != "object" && kind != "array"))
    }

    #[test]
    fn an_editor_can_help_with_every_key() {
        let schema = schema();
        let keys = keys(&schema);
        assert!(keys.len() > 60);
        for (name, key) in &keys {
            let description = key["description"].as_str().unwrap_or_default();
            assert!(description.ends_with('.') && description.len() > 8, "{name}: {key:#}");
            if key["type"] == "string" {
                assert!(key.get("pattern").or(key.get("enum")).is_some(), "{name}: {key:#}");
            }
            if let Some(words) = key["enum"].as_array() {
                let described =
                    key["enumDescriptions"].as_array().map(|all| all.iter().filter(|d| d.is_string()).count());
                assert_eq!(described, Some(words.len()), "{name}");
            } else if is_scalar(key) && key["type"] != "boolean" {
                let shown = key.get("examples").or(key.get("default")).is_some() || description.contains("Default:");
                assert!(shown, "{name} has no example and no default: {key:#}");
            }
            if key["type"] == "integer" {
                assert!(key.get("minimum").is_some() && key.get("maximum").is_some(), "{name}: {key:#}");
            }
        }
    }

    #[test]
    fn what_the_schema_shows_is_what_it_accepts() {
        let schema = schema();
        for (name, key) in keys(&schema) {
            let mut alone = key.clone();
            alone["definitions"] = schema["definitions"].clone();
            let validator = jsonschema::validator_for(&alone).unwrap();
            let shown = key.get("default").into_iter().chain(key["examples"].as_array().into_iter().flatten());
            for value in shown {
                assert!(validator.is_valid(value), "{name}: {value}");
            }
        }
    }

    /// Every constant of `model::defaults` is shown to editors: the plan would use another than they show.
    #[test]
    fn the_defaults_are_those_of_the_model() {
        let shown: Vec<Value> =
            keys(&schema()).into_iter().filter_map(|(_, key)| key.get("default").cloned()).collect();
        use crate::model::defaults::*;
        let texts = [TOKEN, FENCE_TIMEOUT, FENCE_DELAY, REPLICATION, RESYNC_MAX_RATE, RESYNC_MIN_RATE, FILESYSTEM_SIZE];
        let more = [JOURNAL_SIZE, CPU_MODEL, GUEST_SHUTDOWN, MIGRATION_SPEED, VERIFY_ALG.as_str(), AUTH_ALG.as_str()];
        let words = [GUEST_TYPE.as_str(), DISK_FORMAT.as_str(), TRANSPORT.as_str()];
        let all = texts.into_iter().chain(more).chain(words).map(|text| json!(text));
        let others = [json!([LINK]), json!(AUTOSTART), json!(AL_EXTENTS), json!(MAX_BUFFERS), json!(JOURNALS)];
        for value in all.chain(others).chain([json!([MOUNT_OPTION])]) {
            assert!(shown.contains(&value), "{value}");
        }
    }
}
