//! A key as people know it: its name, its value, where it was written, and what is known of it.

use serde_json::Value;

use super::effects::Load;
use super::guards;
use crate::compile;
use crate::path::{Path, Segment};
use crate::schema;
use crate::source::Source;
use crate::syntax::Document;

/// Where keys were written.
#[derive(Debug)]
pub struct Places {
    /// The name of the file.
    pub file: String,
    source: Source,
    document: Document,
    /// Where the description begins in it: at the root, or below a key of a manifest.
    below: Path,
}

impl Places {
    /// The places in a description.
    pub fn of_description(source: Source, document: Document) -> Places {
        Places { file: source.name().to_owned(), source, document, below: Path::root() }
    }

    /// The places in a manifest, where every default is written out.
    pub fn of_manifest(file: &str, text: &str) -> Option<Places> {
        let source = Source::new(file, text);
        let document = Document::parse(&source).ok()?;
        Some(Places { file: file.to_owned(), source, document, below: Path::root().key("description") })
    }

    /// Whether these are the places in what somebody wrote.
    fn is_written(&self) -> bool {
        self.below == Path::root()
    }

    /// The line of a key; of a value that stands for both nodes also below it.
    fn line(&self, key: &Path) -> Option<usize> {
        let path: Path = self.below.segments().iter().chain(key.segments()).cloned().collect();
        let parent = || {
            path.parent()
                .filter(|parent| self.document.get(parent).is_some_and(|value| !value.is_object() && !value.is_array()))
        };
        let place = self.document.place(&path).or_else(|| self.document.place(&parent()?))?;
        Some(self.source.position(place.key.unwrap_or(place.value).start).line)
    }
}

/// How a key got its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// Somebody wrote it.
    Written,
    /// It was left out, and has its default; or it was written and is the same.
    Default,
    /// It was left out, and has none.
    Absent,
}

/// A key of a description.
#[derive(Debug)]
pub struct Key {
    /// Where it is.
    pub path: Path,
    /// Its name for people, with the names of the elements: `storage[r0].drbd.verify_alg`.
    pub name: String,
    /// Its value; none where it has none, or where it is an element with keys of its own.
    pub value: Option<Value>,
    /// How it got it.
    pub written: Written,
    /// The line on which it stands, where it does.
    pub line: Option<usize>,
    /// What it is, in one sentence; may be empty.
    pub about: String,
    /// The codes of what can be wrong with it.
    pub rules: &'static [&'static str],
    /// Whether its value stands on the line.
    pub is_shown: bool,
}

/// How a key got its value. `description` has its defaults written out.
pub(super) fn written(description: &Value, load: &Load, places: Option<&Places>, path: &Path) -> Written {
    if description.pointer(&path.to_string()).is_none() {
        return Written::Absent;
    }
    let default = match places.filter(|places| places.is_written()) {
        Some(places) => places.line(path).is_none(),
        None => is_default(description, load, path),
    };
    if default { Written::Default } else { Written::Written }
}

/// What is known of a key of a line.
pub(super) fn key(description: &Value, places: Option<&Places>, path: &Path, written: Written, text: &str) -> Key {
    let has_keys = |value: &&Value| match value {
        Value::Array(all) => all.iter().any(Value::is_object),
        value => value.is_object(),
    };
    let value = description.pointer(&path.to_string()).filter(|value| !has_keys(value));
    Key {
        path: path.clone(),
        name: name(description, path),
        is_shown: value.is_some_and(|value| stands_in(value, text)),
        value: value.cloned(),
        written,
        line: places.and_then(|places| places.line(path)),
        about: schema::about(path).text,
        rules: guards::of(path),
    }
}

/// Whether a description without the key is the same one.
fn is_default(description: &Value, load: &Load, path: &Path) -> bool {
    let mut without = description.clone();
    let parent = path.parent().and_then(|parent| without.pointer_mut(&parent.to_string()));
    let (Some(Value::Object(map)), Some(Segment::Key(key))) = (parent, path.segments().last()) else { return false };
    map.shift_remove(key);
    compile::plan_of(&without, &|file| load(file)).is_some_and(|(_, written_out)| written_out == *description)
}

/// Whether a value, or one of a list, stands in a line as a word.
fn stands_in(value: &Value, text: &str) -> bool {
    let word = |word: &str| {
        !word.is_empty()
            && text.match_indices(word).any(|(at, _)| {
                let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
                edge(text[..at].chars().next_back()) && edge(text[at + word.len()..].chars().next())
            })
    };
    match value {
        Value::String(text) => word(text),
        Value::Number(number) => word(&number.to_string()),
        Value::Array(values) => values.iter().any(|value| stands_in(value, text)),
        _ => false,
    }
}

/// The name of a key: elements by what they are called, or else by their position, from 1.
pub(super) fn name(description: &Value, path: &Path) -> String {
    let mut name = String::new();
    let mut here = Some(description);
    for step in path.segments() {
        match step {
            Segment::Key(key) => {
                name.push_str(if name.is_empty() { "" } else { "." });
                name.push_str(key);
                here = here.and_then(|value| value.get(key));
            }
            Segment::Index(index) => {
                here = here.and_then(|value| value.get(index));
                let called = ["name", "file", "rule"].iter().find_map(|key| here?.get(key)?.as_str());
                name.push_str(&format!("[{}]", called.map_or_else(|| (index + 1).to_string(), str::to_owned)));
            }
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_are_called_by_names() {
        let description = json!({ "nodes": [{ "name": "a", "fence": [{}] }] });
        let path = Path::root().key("nodes").index(0).key("fence").index(0).key("delay");
        assert_eq!(name(&description, &path), "nodes[a].fence[1].delay");
    }

    #[test]
    fn a_value_stands_in_a_line_as_a_word() {
        assert!(stands_in(&json!("alpha"), "on alpha {") && stands_in(&json!(7789), "1.2.3.4:7789;"));
        assert!(!stands_in(&json!("a"), "alpha") && !stands_in(&json!(1), "10") && !stands_in(&json!(true), "true"));
        assert!(stands_in(&json!(["x", "noatime"]), "options=noatime,"));
    }
}
