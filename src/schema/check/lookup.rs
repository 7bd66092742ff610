//! What the schema says of a place in the description.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::path::{Path, Segment};

/// The parts of the schema that hold for one place: the schema that names it, then all that it refers to.
#[derive(Debug, Clone, Default)]
pub(super) struct Node<'s> {
    root: &'s Value,
    parts: Vec<&'s Map<String, Value>>,
}

/// References that go in a circle end here.
const MOST_PARTS: usize = 64;

impl<'s> Node<'s> {
    /// What holds for the whole description.
    pub(super) fn root(schema: &'s Value) -> Self {
        Node::of(schema, [schema])
    }

    /// What holds for the value at a path.
    pub(super) fn at(schema: &'s Value, path: &Path) -> Self {
        path.segments().iter().fold(Node::root(schema), |node, step| match step {
            Segment::Key(key) => node.property(key),
            Segment::Index(index) => node.item(*index),
        })
    }

    fn of(root: &'s Value, schemas: impl IntoIterator<Item = &'s Value>) -> Self {
        let mut parts = Vec::new();
        for schema in schemas {
            collect(root, schema, &mut parts);
        }
        Node { root, parts }
    }

    /// The first value of a keyword.
    pub(super) fn keyword(&self, keyword: &str) -> Option<&'s Value> {
        self.parts.iter().find_map(|part| part.get(keyword))
    }

    /// The first text of a keyword.
    pub(super) fn text(&self, keyword: &str) -> Option<&'s str> {
        self.parts.iter().find_map(|part| part.get(keyword)?.as_str())
    }

    /// The first sentence of the description, as one line.
    pub(super) fn description(&self) -> Option<String> {
        let text = self.text("description")?;
        let paragraph = text.split("\n\n").next().unwrap_or_default();
        let line = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
        let sentence = line.split(". ").next().unwrap_or_default();
        let sentence = sentence.trim_end_matches('.');
        (!sentence.is_empty()).then(|| sentence.to_owned())
    }

    /// What holds for the value under a key.
    pub(super) fn property(&self, key: &str) -> Node<'s> {
        let named = self.children(|part| part.get("properties")?.get(key));
        if named.parts.is_empty() {
            return self.children(|part| part.get("additionalProperties"));
        }
        named
    }

    /// What holds for an element of a list.
    fn item(&self, index: usize) -> Node<'s> {
        let placed = self.children(|part| part.get("prefixItems")?.get(index));
        if placed.parts.is_empty() {
            return self.children(|part| part.get("items"));
        }
        placed
    }

    /// What holds for the keys of a mapping.
    pub(super) fn names(&self) -> Node<'s> {
        self.children(|part| part.get("propertyNames"))
    }

    fn children(&self, child: impl Fn(&'s Map<String, Value>) -> Option<&'s Value>) -> Node<'s> {
        Node::of(self.root, self.parts.iter().filter_map(|part| child(part)))
    }

    /// The keys that a mapping may have, in the order of the schema.
    pub(super) fn keys(&self) -> Vec<&'s str> {
        let properties = self.parts.iter().filter_map(|part| part.get("properties"));
        let names = properties.filter_map(Value::as_object).flat_map(Map::keys);
        let mut seen = BTreeSet::new();
        names.map(String::as_str).filter(|name| seen.insert(*name)).collect()
    }

    /// The types that a value may have, as the schema names them, `null` left out.
    pub(super) fn types(&self) -> Vec<&'s str> {
        let names = match self.keyword("type") {
            Some(Value::String(name)) => vec![name.as_str()],
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        names.into_iter().filter(|name| *name != "null").collect()
    }

    /// The values of which a value must be one: those of an `enum`, a `const` or a `oneOf` of constants.
    pub(super) fn choices(&self) -> Vec<&'s Value> {
        let mut choices = Vec::new();
        for part in &self.parts {
            match part.get("enum") {
                Some(Value::Array(values)) => choices.extend(values),
                _ => choices.extend(part.get("const")),
            }
        }
        choices
    }
}

/// The mappings that have a key of this name, as `storage[].drbd`; the description itself is none.
pub(super) fn homes(schema: &Value, key: &str) -> Vec<String> {
    let mut homes = Vec::new();
    visit(&Node::root(schema), String::new(), MOST_LEVELS, &mut |node, place| {
        if !place.is_empty() && node.keys().contains(&key) {
            homes.push(place.to_owned());
        }
    });
    homes
}

/// A language that refers to itself ends here.
const MOST_LEVELS: usize = 8;

fn visit(node: &Node<'_>, place: String, levels: usize, seen: &mut dyn FnMut(&Node<'_>, &str)) {
    seen(node, &place);
    if levels == 0 {
        return;
    }
    for key in node.keys() {
        let below = node.property(key);
        let dot = if place.is_empty() { "" } else { "." };
        match below.types().contains(&"array") {
            true => visit(&below.item(0), format!("{place}{dot}{key}[]"), levels - 1, seen),
            false => visit(&below, format!("{place}{dot}{key}"), levels - 1, seen),
        }
    }
}

/// A schema, what it refers to and, where it is a choice, each of its branches.
fn collect<'s>(root: &'s Value, schema: &'s Value, parts: &mut Vec<&'s Map<String, Value>>) {
    let Some(object) = schema.as_object() else {
        return;
    };
    if parts.len() >= MOST_PARTS || parts.iter().any(|part| std::ptr::eq(*part, object)) {
        return;
    }
    parts.push(object);
    if let Some(target) = object.get("$ref").and_then(Value::as_str)
        && let Some(target) = target.strip_prefix('#').and_then(|pointer| root.pointer(pointer))
    {
        collect(root, target, parts);
    }
    for keyword in ["allOf", "oneOf", "anyOf"] {
        let branches = object.get(keyword).and_then(Value::as_array);
        for branch in branches.into_iter().flatten() {
            collect(root, branch, parts);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn references_are_followed_and_the_place_itself_speaks_first() {
        let schema = json!({
            "properties": {
                "nodes": {"items": {"$ref": "#/$defs/Node"}},
                "mode": {"$ref": "#/$defs/Mode", "description": "How it is done. At length."},
            },
            "$defs": {
                "Node": {
                    "properties": {"next": {"$ref": "#/$defs/Node"}, "id": {"type": ["integer", "null"]}},
                    "additionalProperties": {"type": "string"},
                },
                "Mode": {"description": "Modes.", "oneOf": [{"const": "a", "type": "string"}, {"const": "b"}]},
            },
        });
        let path = Path::root().key("nodes").index(3).key("next").key("next");
        assert_eq!(Node::at(&schema, &path).keys(), ["next", "id"]);
        assert_eq!(Node::at(&schema, &path.key("id")).types(), ["integer"]);
        assert_eq!(Node::at(&schema, &path.key("other")).types(), ["string"]);
        let mode = Node::root(&schema).property("mode");
        assert_eq!(mode.description().unwrap(), "How it is done");
        assert_eq!(mode.choices(), [&json!("a"), &json!("b")]);
        assert!(Node::at(&schema, &path.key("id").key("x")).types().is_empty());
    }
}
