//! A description as text: keys in their order, and beside a key what is to be said of it.

/// A value with what stands beside it.
#[derive(Debug, Clone)]
pub(super) struct Item {
    value: Value,
    note: Option<String>,
}

#[derive(Debug, Clone)]
enum Value {
    /// As it is written.
    Scalar(String),
    /// Scalars on one line.
    Row(Vec<String>),
    List(Vec<Item>),
    Map(Map),
}

/// The entries of a mapping, in order.
#[derive(Debug, Clone, Default)]
pub(super) struct Map(Vec<(String, Item)>);

impl Map {
    /// Adds an entry.
    pub fn put(&mut self, key: &str, item: Item) {
        self.0.push((key.to_owned(), item));
    }

    /// Adds an entry, if there is a value.
    pub fn put_some(&mut self, key: &str, item: Option<Item>) {
        if let Some(item) = item {
            self.put(key, item);
        }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Item {
    fn of(value: Value) -> Item {
        Item { value, note: None }
    }

    /// A text; in quotes where it would be read as something else.
    pub fn text(text: &str) -> Item {
        Item::of(Value::Scalar(scalar(text)))
    }

    /// A number or a word of YAML.
    pub fn plain(value: impl ToString) -> Item {
        Item::of(Value::Scalar(value.to_string()))
    }

    /// Texts on one line.
    pub fn row<T: AsRef<str>>(texts: &[T]) -> Item {
        Item::of(Value::Row(texts.iter().map(|text| scalar(text.as_ref())).collect()))
    }

    /// A list of mappings.
    pub fn list(items: Vec<Map>) -> Item {
        Item::of(Value::List(items.into_iter().map(|map| Item::of(Value::Map(map))).collect()))
    }

    /// A mapping.
    pub fn map(map: Map) -> Item {
        Item::of(Value::Map(map))
    }

    /// With what stands beside it.
    pub fn noted(mut self, note: impl Into<String>) -> Item {
        self.note = Some(note.into());
        self
    }
}

/// A text as a scalar of one line. Plain is what no reader of YAML takes for anything but a text.
pub(super) fn scalar(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./@%+=".contains(c);
    let first = text.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || c == '/' || c == '_');
    let word = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"].contains(&text.to_lowercase().as_str());
    // An address with three dots, a whole number with a unit and a date of none are no numbers.
    let address = text.matches('.').count() == 3 && text.chars().all(|c| c.is_ascii_digit() || c == '.');
    let amount = text.starts_with(|c: char| c.is_ascii_digit())
        && ["B", "s", "ms", "min", "h", "%", "%FREE", "bit"].iter().any(|unit| text.ends_with(unit))
        && !text.starts_with("0x")
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '%');
    if (first && text.chars().all(plain) && !word) || address || amount {
        return text.to_owned();
    }
    quoted(text)
}

/// In double quotes, with everything that is not plain to see by its number.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            _ if crate::diag::is_hidden(character) => quoted.push_str(&format!("\\u{:04x}", u32::from(character))),
            _ => quoted.push(character),
        }
    }
    quoted + "\""
}

/// The whole text.
pub(super) fn write(head: &[String], map: &Map) -> String {
    let mut text: String = head.iter().map(|line| format!("# {line}\n")).collect();
    entries(map, 0, &mut text);
    text
}

/// On one line, so that it cannot end the comment.
fn beside(note: Option<&String>) -> String {
    let shown = |c: char| if crate::diag::is_hidden(c) { '?' } else { c };
    note.map(|note| format!("  # {}", note.chars().map(shown).collect::<String>())).unwrap_or_default()
}

fn entries(map: &Map, indent: usize, text: &mut String) {
    for (position, (key, item)) in map.0.iter().enumerate() {
        // The first entry of a list's element stands behind its dash.
        let space = if position == 0 && text.ends_with("- ") { 0 } else { indent };
        let note = beside(item.note.as_ref());
        *text += &format!("{}{}:", " ".repeat(space), scalar(key));
        match &item.value {
            Value::Scalar(scalar) => *text += &format!(" {scalar}{note}\n"),
            Value::Row(row) => *text += &format!(" [{}]{note}\n", row.join(", ")),
            Value::Map(inner) => {
                *text += &format!("{note}\n");
                entries(inner, indent + 2, text);
            }
            Value::List(items) => {
                *text += &format!("{note}\n");
                for item in items {
                    *text += &format!("{}- ", " ".repeat(indent + 2));
                    if let Value::Map(inner) = &item.value {
                        entries(inner, indent + 4, text);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stays_a_text() {
        for plain in ["web", "/dev/disk/by-id/x", "10.0.0.1", "40GiB", "100%FREE", "10s", "fence_ipmilan", "1Gbit"] {
            assert_eq!(scalar(plain), plain);
        }
        for text in ["yes", "4", "1e3", "fd00::1", "52:54:00:12:34:56", "0x5GiB", "a b", "", "-x", "x: y", "1.5", "#"] {
            assert_eq!(scalar(text), format!("\"{text}\""));
        }
        assert_eq!(scalar("a\"\u{202e}\n"), "\"a\\\"\\u202e\\n\"");
    }

    #[test]
    fn what_is_said_stands_beside_its_key() {
        let (mut outer, mut inner) = (Map::default(), Map::default());
        inner.put("name", Item::text("a").noted("a\nguess"));
        inner.put("id", Item::plain(3));
        outer.put("nodes", Item::list(vec![inner.clone(), inner]));
        outer.put("links", Item::row(&["cluster"]));
        assert_eq!(
            write(&["Head.".into()], &outer),
            "# Head.\nnodes:\n  - name: a  # a?guess\n    id: 3\n  - name: a  # a?guess\n    id: 3\nlinks: [cluster]\n"
        );
    }
}
