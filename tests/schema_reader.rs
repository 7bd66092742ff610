//! A validator of another language reads the schema as we do: editors and other programs will use one.

#[allow(dead_code)]
mod readers;

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use gfs2gen::schema::{errors, schema_text};
use gfs2gen::source::Source;
use gfs2gen::syntax::Document;

const DESCRIPTIONS: [&str; 5] = [
    include_str!("../examples/minimal/cluster.yaml"),
    include_str!("../examples/original/cluster.yaml"),
    include_str!("../examples/full/cluster.yaml"),
    include_str!("descriptions/unlike/cluster.yaml"),
    include_str!("descriptions/hostile/cluster.yaml"),
];

/// Python's jsonschema: which of the values a schema accepts. The schema itself must be one of its draft.
fn jsonschema(program: &Path, schema: &str, values: &[Value]) -> Option<Vec<bool>> {
    const READ: &str = "import json, sys, jsonschema\n\
        schema = json.load(open(sys.argv[1], encoding='utf-8'))\n\
        jsonschema.Draft7Validator.check_schema(schema)\n\
        validator = jsonschema.Draft7Validator(schema)\n\
        values = json.load(open(sys.argv[2], encoding='utf-8'))\n\
        print(json.dumps([validator.is_valid(value) for value in values]))";
    if !Command::new(program).args(["-c", "import jsonschema"]).output().is_ok_and(|output| output.status.success()) {
        readers::find("the Python module jsonschema");
        return None;
    }
    let (_schema, schema) = readers::file("schema.json", schema);
    let (_values, values) = readers::file("values.json", &Value::from(values).to_string());
    let shown = readers::run(Command::new(program).args(["-c", READ]).arg(schema).arg(values), READ);
    Some(serde_json::from_str(&shown).expect("a list of verdicts"))
}

fn read(text: &str) -> Document {
    Document::parse(&Source::new("c", text)).unwrap_or_else(|found| panic!("{text}: {found:#?}"))
}

/// The JSON pointer of every value in a value.
fn pointers(value: &Value, at: &str, into: &mut Vec<String>) {
    into.push(at.to_owned());
    match value {
        Value::Object(entries) => entries.iter().for_each(|(key, value)| pointers(value, &format!("{at}/{key}"), into)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, value)| pointers(value, &format!("{at}/{i}"), into))
        }
        _ => {}
    }
}

/// The value, and what is made of it by one change at any of its places: another value there, none, or another key.
fn changed(value: &Value) -> Vec<Value> {
    let others =
        [json!(null), json!(true), json!(0), json!(9), json!(1.5), json!(""), json!("a b"), json!([]), json!({})];
    let mut all = vec![value.clone()];
    let mut places = Vec::new();
    pointers(value, "", &mut places);
    for place in &places {
        for other in &others {
            let mut changed = value.clone();
            *changed.pointer_mut(place).unwrap() = other.clone();
            all.push(changed);
        }
        let Some((parent, key)) = place.rsplit_once('/') else { continue };
        let mut gone = value.clone();
        if let Some(entries) = gone.pointer_mut(parent).and_then(Value::as_object_mut) {
            let entry = entries.shift_remove(key).unwrap();
            all.push(gone.clone());
            gone.pointer_mut(parent).unwrap()[format!("{key}x")] = entry;
            all.push(gone);
        }
    }
    all
}

#[test]
fn another_validator_has_the_same_verdicts() {
    let Some(python) = readers::find("python3") else { return };
    let valid: Vec<Value> = DESCRIPTIONS.iter().map(|text| read(text).value().clone()).collect();
    let mut values = valid.clone();
    values.extend([&valid[0], &valid[2]].into_iter().flat_map(changed));
    let Some(verdicts) = jsonschema(&python, &schema_text(), &values) else { return };
    assert_eq!(verdicts.len(), values.len());
    assert!(verdicts[..valid.len()].iter().all(|verdict| *verdict));
    let mut refused = 0;
    for (value, verdict) in values.iter().zip(&verdicts) {
        // JSON is YAML.
        let found = errors(&read(&value.to_string()));
        assert_eq!(found.is_empty(), *verdict, "{found:#?}\n{value}");
        refused += usize::from(!found.is_empty());
    }
    assert!(refused > 1000, "{refused} of {}", values.len());
}
