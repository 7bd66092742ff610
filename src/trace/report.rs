//! Where lines come from, as people and programs read it.

use std::cell::RefCell;
use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Explained, Key, Line, Load, Made, Places, Written, keys};
use crate::path::Path;

/// What the report says beside what is explained.
pub struct Context<'a> {
    /// The description with its defaults written out.
    pub description: &'a Value,
    /// Reads the files that it names.
    pub load: &'a Load<'a>,
    /// Where its keys were written.
    pub places: Option<&'a Places>,
    /// The folder of the tree, as people call it.
    pub tree: &'a str,
    /// How keys got their values, as far as that was asked: it takes a compilation.
    known: RefCell<BTreeMap<Path, Written>>,
}

impl<'a> Context<'a> {
    /// What the report says of a tree.
    pub fn new(description: &'a Value, load: &'a Load<'a>, places: Option<&'a Places>, tree: &'a str) -> Self {
        Context { description, load, places, tree, known: RefCell::default() }
    }

    fn keys(&self, paths: &[Path], text: &str) -> Vec<Key> {
        let key = |path: &Path| {
            let mut known = self.known.borrow_mut();
            let find = || keys::written(self.description, self.load, self.places, path);
            let written = *known.entry(path.clone()).or_insert_with(find);
            keys::key(self.description, self.places, path, written, text)
        };
        let mut keys: Vec<Key> = paths.iter().map(key).collect();
        // What can be seen on the line comes first.
        keys.sort_by_key(|key| !key.is_shown);
        keys
    }

    fn name(&self, path: &Path) -> String {
        keys::name(self.description, path)
    }
}

/// One line, with everything that is known of it.
pub fn human(explained: &Explained, line: &Line, context: &Context) -> String {
    let Explained { path, family, .. } = explained;
    let mut rows =
        vec![format!("{}/{path}:{}", context.tree, line.number), String::new(), line.text.clone(), String::new()];
    for (position, made) in line.made_by.iter().enumerate() {
        row(&mut rows, if position == 0 { "template" } else { "" }, &place(made));
        // As it stands there, however long.
        rows.push(format!("{:12}{}", "", made.by.text().trim()));
    }
    if line.made_by.is_empty() {
        row(&mut rows, "made by", &format!("no template: {family}"));
    }
    let keys = context.keys(&line.keys, &line.text);
    for (position, key) in keys.iter().enumerate() {
        let head = match (position, keys.len()) {
            (0, 1) => "key",
            (0, _) => "keys",
            _ => "",
        };
        row(&mut rows, head, &format!("{}{}", headline(key), origin(key, context)));
        if !key.about.is_empty() {
            row(&mut rows, "", &format!("  {}", key.about));
        }
        if !key.rules.is_empty() {
            row(&mut rows, "", &format!("  checked by {}", codes(key.rules)));
        }
    }
    if keys.is_empty() {
        row(&mut rows, "keys", "none: it is the same whatever the description says, in every file like this");
    }
    let said = line.why.place.as_ref().map(|(file, number)| format!(" ({file}:{number})"));
    row(&mut rows, "why", &format!("{}{}", line.why.text, said.unwrap_or_default()));
    row(&mut rows, "file", &format!("{family}: {}", explained.about));
    if !explained.keys.is_empty() {
        let names: Vec<String> = explained.keys.iter().map(|key| context.name(key)).collect();
        row(&mut rows, "", &format!("  there, and named so, because of {}", names.join(", ")));
    }
    rows.iter().map(|row| format!("{}\n", row.trim_end())).collect()
}

fn row(rows: &mut Vec<String>, head: &str, body: &str) {
    for (position, line) in wrapped(body).iter().enumerate() {
        rows.push(format!("{:10}{line}", if position == 0 { head } else { "" }));
    }
}

/// Codes for a person: a few tell where to look.
fn codes(codes: &[&str]) -> String {
    const FEW: usize = 5;
    match codes.len().saturating_sub(FEW) {
        0 => codes.join(", "),
        more => format!("{} and {more} more", codes[..FEW].join(", ")),
    }
}

fn place(made: &Made) -> String {
    let included: String =
        made.included.iter().map(|by| format!(", included by {}:{}", by.template, by.line)).collect();
    format!("templates/{}:{}{included}", made.by.template, made.by.line)
}

fn headline(key: &Key) -> String {
    match &key.value {
        Some(value) => format!("{}: {}", key.name, plain(value)),
        None => key.name.clone(),
    }
}

fn origin(key: &Key, context: &Context) -> String {
    let place = key.line.zip(context.places).map(|(line, places)| format!("{}:{line}", places.file));
    let how = match key.written {
        Written::Written => None,
        Written::Default => Some("its default"),
        Written::Absent => Some("not written"),
    };
    let said: Vec<String> = how.map(str::to_owned).into_iter().chain(place).collect();
    if said.is_empty() { String::new() } else { format!(" ({})", said.join(", ")) }
}

/// A value as one writes it.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => format!("[{}]", values.iter().map(plain).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

/// As wide as texts are that are read in a terminal; what the head of a row takes is left out.
const WIDTH: usize = 100;

/// A text in lines; a line that is too long goes on with the indent that it has.
fn wrapped(text: &str) -> Vec<String> {
    let indent = &text[..text.len() - text.trim_start().len()];
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(format!("{indent}{word}")),
        }
    }
    if lines.is_empty() { vec![String::new()] } else { lines }
}

/// Every line on one: its number, the line of the template, the keys.
pub fn listing(explained: &Explained, context: &Context) -> String {
    let row = |line: &Line| {
        let made = match line.made_by.first() {
            Some(made) => format!("{}:{}", made.by.template, made.by.line),
            None => explained.family.to_owned(),
        };
        let names: Vec<String> = line.keys.iter().map(|key| context.name(key)).collect();
        (line.number, made, names.join(" "))
    };
    let rows: Vec<_> = explained.lines.iter().map(row).collect();
    let digits = rows.len().to_string().len();
    let width = rows.iter().map(|(_, made, _)| made.chars().count()).max().unwrap_or(0);
    let line = |(number, made, keys): &(usize, String, String)| {
        format!("{}\n", format!("{number:digits$}  {made:width$}  {keys}").trim_end())
    };
    rows.iter().map(line).collect()
}

/// One JSON document with some lines of a file.
pub fn json(explained: &Explained, lines: &[&Line], context: &Context) -> String {
    let keys = |paths: &[Path], text: &str| -> Vec<Value> {
        context.keys(paths, text).iter().map(|key| key_of(key, context)).collect()
    };
    let line = |line: &&Line| {
        json!({
            "line": line.number,
            "text": line.text,
            "templates": line.made_by.iter().map(template).collect::<Vec<_>>(),
            "keys": keys(&line.keys, &line.text),
            "why": {
                "text": line.why.text,
                "file": line.why.place.as_ref().map(|(file, _)| file),
                "line": line.why.place.as_ref().map(|(_, line)| line),
            },
        })
    };
    let document = json!({
        "version": 1,
        "tree": context.tree,
        "file": explained.path,
        "family": explained.family,
        "about": explained.about,
        "keys": keys(&explained.keys, ""),
        "lines": lines.iter().map(line).collect::<Vec<_>>(),
    });
    format!("{document:#}\n")
}

fn template(made: &Made) -> Value {
    let place =
        |by: &crate::render::TemplateLine| json!({ "file": format!("templates/{}", by.template), "line": by.line });
    let mut value = place(&made.by);
    value["text"] = made.by.text().into();
    value["included_by"] = made.included.iter().map(place).collect();
    value
}

fn key_of(key: &Key, context: &Context) -> Value {
    let written = match key.written {
        Written::Written => "written",
        Written::Default => "default",
        Written::Absent => "absent",
    };
    json!({
        "path": key.path.to_string(),
        "name": key.name,
        "value": key.value,
        "origin": written,
        "file": key.line.and(context.places).map(|places| places.file.as_str()),
        "line": key.line,
        "about": key.about,
        "rules": key.rules,
        "shown": key.is_shown,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_go_on_below_themselves() {
        let text = format!("  {}", "word ".repeat(30));
        let lines = wrapped(&text);
        assert!(lines.len() == 2 && lines.iter().all(|line| line.starts_with("  word") && line.len() <= WIDTH));
        assert_eq!(wrapped(""), [""]);
    }
}
