//! The pages that the program writes: every key from the schema, every command from its own help.

use serde_json::Value;

use super::pages::{ROOT, hold};

const KEYS: &str = "\
# Every key

The keys of a description, made of the schema (`schema/cluster.schema.json`) and so of the types that read it. `gfs2gen schema`
prints the schema for editors; `gfs2gen show cluster.yaml` prints a description with every default written out. `[]` is any element
of a list, `{}` any name. A key that is **required** has no default; where neither stands, nothing is what is meant by leaving it out,
or the text says what is.

A test holds this page to the schema: `GFS2GEN_BLESS=1 cargo test --test book`.
";

const COMMANDS: &str = "\
# Every command

What `gfs2gen --help` and the help of each command print. Data goes to standard output, talk to standard error. `-h` is a shorter
form of `--help`.

A test holds this page to the program: `GFS2GEN_BLESS=1 cargo test --test book`.
";

struct Keys {
    schema: Value,
    text: String,
}

impl Keys {
    /// A schema with its reference followed; what stands beside the reference counts.
    fn resolved(&self, schema: &Value) -> Value {
        let Some(name) = schema["$ref"].as_str() else { return schema.clone() };
        let mut whole = self.schema["definitions"][name.trim_start_matches("#/definitions/")].clone();
        for (key, value) in schema.as_object().unwrap().iter().filter(|(key, _)| *key != "$ref") {
            whole[key] = value.clone();
        }
        whole
    }

    /// The sections of what is in a mapping or below it.
    fn section(&mut self, path: &str, schema: &Value) {
        let properties = schema["properties"].as_object().expect("keys").clone();
        let title = if path.is_empty() { "The description".to_owned() } else { format!("`{path}`") };
        let about = schema["description"].as_str().unwrap_or_default().replace('\n', " ");
        self.text += &format!(
            "\n## {title}\n\n{about}\n\n| key | value | default | meaning | example |\n|---|---|---|---|---|\n"
        );
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let mut below = Vec::new();
        for (key, value) in &properties {
            let value = self.resolved(value);
            let default = if required.contains(&key.as_str()) { "**required**".to_owned() } else { default(&value) };
            let meaning = meaning(&value);
            let cells = [format!("`{key}`"), self.kind(&value), default, meaning, example(&value)];
            self.text +=
                &format!("| {} |\n", cells.map(|cell| cell.replace('|', "\\|")).join(" | ")).replace("|  |", "| |");
            let at = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            if value["properties"].is_object() {
                below.push((at, value));
            } else if value["items"].is_object() {
                let items = self.resolved(&value["items"]);
                if items["properties"].is_object() {
                    below.push((format!("{at}[]"), items));
                }
            }
        }
        for (at, value) in below {
            self.section(&at, &value);
        }
    }

    /// The type in a few words.
    fn kind(&self, value: &Value) -> String {
        let types: Vec<&str> = match &value["type"] {
            Value::String(one) => vec![one],
            many => many.as_array().expect("a type").iter().filter_map(Value::as_str).collect(),
        };
        if let Some(words) = value["enum"].as_array() {
            return words.iter().map(|word| format!("`{}`", word.as_str().unwrap())).collect::<Vec<_>>().join(", ");
        }
        types.iter().map(|kind| self.kind_of(kind, value)).collect::<Vec<_>>().join(", or ")
    }

    fn kind_of(&self, kind: &str, value: &Value) -> String {
        let limits = match (value["minimum"].as_i64(), value["maximum"].as_i64()) {
            (Some(least), Some(most)) => format!(", {least} to {most}"),
            _ => String::new(),
        };
        let hint = value["x-hint"].as_str().unwrap_or("text");
        match kind {
            "string" => hint.to_owned(),
            "integer" => format!("a whole number{limits}"),
            "boolean" => "`true` or `false`".to_owned(),
            "array" => {
                let items = self.resolved(&value["items"]);
                let what = if items["properties"].is_object() { "mappings".to_owned() } else { self.kind(&items) };
                format!("a list: {what}")
            }
            "object" if value["properties"].is_object() => "a mapping".to_owned(),
            "object" => {
                let named = value["patternProperties"].as_object().and_then(|all| all.values().next());
                let inner = named.unwrap_or(&value["additionalProperties"]);
                let inner = if inner.is_object() { self.kind(&self.resolved(inner)) } else { "any".to_owned() };
                // One value by node, or the same value for both.
                let inner = if inner == hint { "the same".to_owned() } else { inner };
                format!("by name: {inner}")
            }
            other => panic!("a type that the page has no words for: {other}"),
        }
    }
}

fn default(value: &Value) -> String {
    let stated = value["description"].as_str().and_then(|text| text.split("Default: ").nth(1));
    match (&value["default"], stated) {
        (Value::Null, Some(stated)) => stated.trim_end_matches('.').replace('\n', " "),
        (Value::Null, None) => String::new(),
        (other, _) => code(other),
    }
}

fn meaning(value: &Value) -> String {
    let text = value["description"].as_str().expect("each key says what it means");
    // The default has a column of its own.
    let text = if value["default"].is_null() { text.split("Default: ").next().unwrap() } else { text };
    let words: Vec<String> = match (value["enum"].as_array(), value["enumDescriptions"].as_array()) {
        (Some(names), Some(texts)) => {
            let pairs = names.iter().zip(texts);
            pairs.map(|(name, text)| format!("<br>`{}`: {}", name.as_str().unwrap(), text.as_str().unwrap())).collect()
        }
        _ => Vec::new(),
    };
    format!("{}{}", text.trim().replace('\n', " "), words.concat())
}

fn example(value: &Value) -> String {
    let examples = match &value["examples"] {
        Value::Null => &value["items"]["examples"],
        own => own,
    };
    let Some(examples) = examples.as_array() else { return String::new() };
    examples.iter().map(code).collect::<Vec<_>>().join(", ")
}

/// A value as it is written in a description.
fn code(value: &Value) -> String {
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match value {
        Value::Array(all) => format!("`[{}]`", all.iter().map(plain).collect::<Vec<_>>().join(", ")),
        Value::Object(keys) => {
            let pairs = keys.iter().map(|(key, value)| format!("{key}: {}", plain(value)));
            format!("`{{ {} }}`", pairs.collect::<Vec<_>>().join(", "))
        }
        other => format!("`{}`", plain(other)),
    }
}

#[test]
fn the_keys_are_those_of_the_schema() {
    let schema: Value = gfs2gen::schema::schema();
    let mut keys = Keys { schema: schema.clone(), text: KEYS.to_owned() };
    keys.section("", &schema);
    hold("docs/reference/keys.md", &keys.text);
}

fn help(words: &[&str]) -> String {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_gfs2gen"));
    let output = command.args(words).arg("--help").env_clear().current_dir(ROOT).output().unwrap();
    assert!(output.status.success(), "{words:?}");
    String::from_utf8(output.stdout).unwrap().lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// The commands that the help lists.
fn commands(help: &str) -> Vec<&str> {
    let (_, list) = help.split_once("\nCommands:\n").expect("a list of commands");
    let list = list.split("\n\n").next().unwrap();
    let names = list.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names.map(|line| line.split_whitespace().next().unwrap()).collect()
}

#[test]
fn the_commands_are_those_of_the_program() {
    let all = help(&[]);
    let mut text = format!("{COMMANDS}\n## gfs2gen\n\n```text\n{all}```\n");
    let names = commands(&all);
    assert!(names.len() > 8 && names.contains(&"build"), "{names:?}");
    for name in names {
        text += &format!("\n## gfs2gen {name}\n\n```text\n{}```\n", help(&[name]));
    }
    hold("docs/reference/commands.md", &text);
}
