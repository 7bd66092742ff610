//! What the schema says of one key, for those who tell people about it or look for another value of it.

use serde_json::Value;

use super::lookup::Node;
use crate::path::Path;

/// What is known of the value at a path.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// What it is, in one sentence without a full stop; empty where nothing is said.
    pub text: String,
    /// The values of which it must be one; empty where it is free.
    pub choices: Vec<Value>,
    /// Values that it could have.
    pub examples: Vec<Value>,
    /// The keys that it may have, where it is a mapping.
    pub keys: Vec<String>,
    /// Whether it is a list.
    pub is_list: bool,
}

pub(in crate::schema) fn about(schema: &Value, path: &Path) -> About {
    let node = Node::at(schema, path);
    let own = |values: Vec<&Value>| values.into_iter().cloned().collect::<Vec<_>>();
    let examples = node.keyword("examples").and_then(Value::as_array).cloned().unwrap_or_default();
    About {
        text: node.description().unwrap_or_default(),
        choices: own(node.choices()),
        examples,
        keys: node.keys().into_iter().map(str::to_owned).collect(),
        is_list: node.types().contains(&"array"),
    }
}
