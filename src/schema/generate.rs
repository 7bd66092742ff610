//! The JSON Schema of the description, made from the model.

use schemars::transform::RecursiveTransform;
use schemars::{Schema, generate::SchemaSettings};
use serde_json::{Value, json};

use crate::model::Description;

/// The schema as a JSON value: draft 2020-12, every mapping closed, no alternatives with `null`.
///
/// An optional key may be left out; it may not be written as `null`, because a key without a value is a slip more often
/// than a wish.
pub fn schema() -> Value {
    let settings = SchemaSettings::draft2020_12()
        .with(|settings| settings.transforms.push(Box::new(RecursiveTransform(without_null))));
    let mut schema = settings.into_generator().into_root_schema_for::<Description>();
    schema.insert("title".into(), json!("gfs2gen cluster description, version 1"));
    schema.to_value()
}

/// The schema as the text that is committed and that `gfs2gen schema` prints.
pub fn schema_text() -> String {
    format!("{:#}\n", schema())
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
            assert!(!object.contains_key("anyOf"), "{value:#}");
            assert_ne!(object.get("type"), Some(&json!("null")));
            if object.get("type") == Some(&json!("object")) {
                assert!(object.contains_key("additionalProperties"), "{value:#}");
            }
        });
    }
}
