//! Where a value of the description comes from.

use serde_json::Value;

use super::{Origin, tree};
use crate::path::Path;
use crate::schema;
use crate::source::Source;
use crate::syntax::Document;

/// What a default that is no fixed one depends on. In which words is said by the key itself; `tests/show_from.rs` changes
/// each of these values and all others, and looks at what comes of it.
const DEPENDS: &[(&str, &[&str])] = &[
    ("drbd", &["platform"]),
    ("nodes[].id", &[]),
    ("nodes[].fence[].level", &[]),
    ("storage[].port", &[]),
    ("storage[].minor", &[]),
    ("storage[].drbd.secret", &["storage[].name"]),
    ("storage[].volume_group", &["storage[].name"]),
    ("storage[].filesystems[].logical_volume", &["storage[].filesystems[].name"]),
    ("vms[].network.mac", &["cluster.name", "vms[].name"]),
];

/// The key that stands for the platform.
const PLATFORM: &str = "platform";

/// Longer spellings are not shown.
const LONGEST: usize = 24;

/// The origin of the value at a path.
pub(super) fn of(
    path: &Path,
    value: &Value,
    source: &Source,
    document: &Document,
    description: &Value,
) -> Option<Origin> {
    if let Some(written) = written(path, document) {
        let at = source.position(document.place(&written)?.value.start);
        return Some(Origin::Written { at, spelling: spelling(document.get(&written)?, value) });
    }
    if let Some(schema::Default::Depends(how)) = schema::default(path) {
        let (_, keys) = DEPENDS.iter().find(|(key, _)| tree::fits(path, key))?;
        if *keys == [PLATFORM] {
            return Some(Origin::Platform);
        }
        let from = keys.iter().flat_map(|key| tree::expand(description, key, &[path])).collect();
        return Some(Origin::Derived { how, from });
    }
    // What is not there at all has its default as a whole.
    let mut place = Some(path.clone());
    while let Some(path) = place {
        if let Some(schema::Default::Fixed(_)) = schema::default(&path) {
            return Some(Origin::Default);
        }
        place = path.parent().filter(|parent| document.get(parent).is_none());
    }
    None
}

/// Where a value was written: at its own path, or once for several places, as a disk of both nodes.
fn written(path: &Path, document: &Document) -> Option<Path> {
    let mut place = path.clone();
    loop {
        match document.get(&place) {
            None | Some(Value::Null) => place = place.parent()?,
            Some(_) if place == *path => return Some(place),
            Some(Value::Object(_) | Value::Array(_)) => return None,
            Some(_) => return Some(place),
        }
    }
}

/// How a value was written, where it is shown in another spelling.
fn spelling(written: &Value, shown: &Value) -> Option<String> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        _ => None,
    };
    let (written, shown) = (text(written)?, text(shown)?);
    let fits = written.len() <= LONGEST && written.bytes().all(|byte| byte.is_ascii_graphic());
    (written != shown && fits).then_some(written)
}
