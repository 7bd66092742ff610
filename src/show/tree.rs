//! Walks through a description: its values in order, and keys such as `storage[].disk{}` that stand for many.

use serde_json::{Map, Value};

use crate::path::{Path, Segment};
use crate::schema;
use crate::syntax::Document;

/// A description with its keys in the order of the language, names that people chose in the order in which they wrote them,
/// and without lists that are only there because nobody wrote anything.
pub(super) fn ordered(resolved: &Value, document: &Document) -> Value {
    order(resolved, &Path::root(), document)
}

fn order(value: &Value, at: &Path, document: &Document) -> Value {
    match value {
        Value::Object(map) => {
            let language = schema::keys(at);
            let written: Vec<&String> = match document.get(at) {
                Some(Value::Object(map)) => map.keys().collect(),
                _ => Vec::new(),
            };
            let place = |key: &String| {
                let of_language = language.iter().position(|known| known == key);
                of_language.or_else(|| written.iter().position(|known| *known == key)).unwrap_or(usize::MAX)
            };
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort_by_key(|key| place(key));
            let entries = keys.into_iter().filter_map(|key| {
                let below = at.key(key);
                let nothing = map[key].as_array().is_some_and(Vec::is_empty) && document.get(&below).is_none();
                (!nothing).then(|| (key.clone(), order(&map[key], &below, document)))
            });
            entries.collect::<Map<_, _>>().into()
        }
        Value::Array(items) => {
            items.iter().enumerate().map(|(index, item)| order(item, &at.index(index), document)).collect()
        }
        plain => plain.clone(),
    }
}

/// Whether a value is shown as one: plain ones, lists of plain ones, and what is empty.
pub(super) fn is_leaf(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.is_empty(),
        Value::Array(items) => !items.iter().any(|item| item.is_object() || item.is_array()),
        _ => true,
    }
}

/// Every value that is shown as one, in order.
pub(super) fn leaves(description: &Value) -> Vec<(Path, &Value)> {
    let mut found = Vec::new();
    collect(description, Path::root(), &mut found);
    found
}

fn collect<'v>(value: &'v Value, at: Path, found: &mut Vec<(Path, &'v Value)>) {
    match value {
        _ if is_leaf(value) => found.push((at, value)),
        Value::Object(map) => map.iter().for_each(|(key, value)| collect(value, at.key(key), found)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| collect(item, at.index(index), found));
        }
        _ => {}
    }
}

/// A step of a key: `storage` and `[]` of `storage[]`.
enum Step<'k> {
    Name(&'k str),
    Any,
}

fn steps(key: &str) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    for part in key.split('.') {
        let name = part.trim_end_matches("[]").trim_end_matches("{}");
        steps.push(Step::Name(name));
        if name.len() < part.len() {
            steps.push(Step::Any);
        }
    }
    steps
}

/// Whether a path is one that a key stands for.
pub(super) fn fits(path: &Path, key: &str) -> bool {
    let steps = steps(key);
    steps.len() == path.segments().len()
        && steps.iter().zip(path.segments()).all(|(step, segment)| match (step, segment) {
            (Step::Name(name), Segment::Key(key)) => name == key,
            (Step::Name(_), Segment::Index(_)) => false,
            (Step::Any, _) => true,
        })
}

/// The places in a description that a key stands for. Inside what one of `inside` is in, only that element is meant: seen from
/// `/storage/1`, `storage[].port` is one value.
pub(super) fn expand(description: &Value, key: &str, inside: &[&Path]) -> Vec<Path> {
    let mut places = vec![(Path::root(), description)];
    for step in steps(key) {
        let mut next = Vec::new();
        for (path, value) in places {
            match (step_into(&step, value), value) {
                (Some(name), _) => next.extend(value.get(name).map(|value| (path.key(name), value))),
                (None, Value::Array(items)) => {
                    let all = items.iter().enumerate().map(|(index, item)| (path.index(index), item));
                    next.extend(nearest(all.collect(), inside));
                }
                (None, Value::Object(map)) => {
                    let all = map.iter().map(|(key, value)| (path.key(key), value));
                    next.extend(nearest(all.collect(), inside));
                }
                _ => {}
            }
        }
        places = next;
    }
    places.into_iter().map(|(path, _)| path).collect()
}

fn step_into<'k>(step: &Step<'k>, value: &Value) -> Option<&'k str> {
    match step {
        Step::Name(name) if value.is_object() => Some(name),
        _ => None,
    }
}

fn nearest<'v>(all: Vec<(Path, &'v Value)>, inside: &[&Path]) -> Vec<(Path, &'v Value)> {
    let within = |path: &Path| inside.iter().any(|place| place.segments().starts_with(path.segments()));
    match all.iter().position(|(path, _)| within(path)) {
        Some(index) => vec![all[index].clone()],
        None => all,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_key_stands_for_what_is_near() {
        let description = json!({
            "storage": [{ "disk": { "a": 1, "b": 2 } }, { "port": 3, "disk": { "a": 4 } }],
            "cluster": { "name": "c" },
        });
        let shown = |key: &str, inside: &[&Path]| {
            expand(&description, key, inside).iter().map(Path::to_string).collect::<Vec<_>>()
        };
        let second = Path::root().key("storage").index(1);
        assert_eq!(shown("cluster.name", &[]), ["/cluster/name"]);
        assert_eq!(shown("storage[].disk{}", &[]), ["/storage/0/disk/a", "/storage/0/disk/b", "/storage/1/disk/a"]);
        assert_eq!(shown("storage[].disk{}", &[&second.key("filesystems").index(7)]), ["/storage/1/disk/a"]);
        assert_eq!(shown("storage[].port", &[&Path::root().key("storage").index(0)]), Vec::<String>::new());
        assert!(fits(&second.key("port"), "storage[].port") && fits(&second.key("disk").key("x"), "storage[].disk{}"));
        assert!(!fits(&second, "storage[].port") && !fits(&second.key("port"), "nodes[].port"));
    }
}
