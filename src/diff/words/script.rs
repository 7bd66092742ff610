//! Scripts: what they know of the cluster, and what the pcs scripts make. Their code is the rest.

use super::{Outline, Setting};

/// Where the calls of a pcs script begin and end.
const CALLS: [&str; 2] = [r#"begin "$@""#, "finish"];

/// Words of pcs after which pairs belong to something of their own.
const PARTS: [&str; 9] = ["op", "meta", "monitor", "start", "stop", "promote", "demote", "notify", "rule"];

/// Reads a script.
pub(super) fn script(text: &str) -> Outline {
    let mut outline = Outline::default();
    let mut lines = text.lines();
    let mut calls = false;
    while let Some(line) = lines.next() {
        let mut whole = line.to_owned();
        calls = (calls || line == CALLS[0]) && line != CALLS[1];
        if calls {
            while let Some(start) = whole.strip_suffix('\\') {
                whole = format!("{start}{}", lines.next().unwrap_or_default());
            }
        } else if is_assignment(line) && line.ends_with("=(") {
            for line in lines.by_ref() {
                whole = format!("{whole} {line}");
                if line == ")" {
                    break;
                }
            }
        }
        let settings = if calls { call(&whole) } else { assignment(&whole) };
        match settings {
            Some(settings) => outline.settings.extend(settings),
            None if whole.trim().is_empty() || whole.trim_start().starts_with('#') => {}
            None => outline.rest.push(whole),
        }
    }
    outline
}

fn is_assignment(line: &str) -> bool {
    assigned(line).is_some()
}

/// The name and what follows the equals sign, of a line that gives a value to a name in capitals.
fn assigned(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.strip_prefix("declare -A ").unwrap_or(line).split_once('=')?;
    let is_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    (!name.is_empty() && name.chars().all(is_name)).then_some((name, value))
}

fn assignment(line: &str) -> Option<Vec<Setting>> {
    let (name, value) = assigned(line)?;
    let Some(list) = value.trim().strip_prefix('(').and_then(|list| list.strip_suffix(')')) else {
        return Some(vec![Setting::new(&[], name, value)]);
    };
    let place = [name.to_owned()];
    let element = |word: String| match word.strip_prefix('[').and_then(|word| word.split_once("]=")) {
        Some((key, value)) => Setting::new(&place, key, value),
        None => Setting::new(&place, word, ""),
    };
    Some(words(list).into_iter().map(element).collect())
}

/// A call that makes something with a name: `create NAME ...`, `once NAME ...`.
fn call(line: &str) -> Option<Vec<Setting>> {
    let words = words(line);
    let [verb, name, rest @ ..] = &words[..] else { return None };
    let is_call = verb.chars().all(|c| c.is_ascii_lowercase()) && line.starts_with(verb.as_str()) && !rest.is_empty();
    if !is_call || matches!(verb.as_str(), "if" | "for" | "begin") {
        return None;
    }
    let mut place = vec![name.clone()];
    let mut settings = Vec::new();
    for word in rest {
        match word.split_once('=') {
            Some((key, value)) => settings.push(Setting::new(&place, key, value)),
            None if PARTS.contains(&word.as_str()) => {
                place.truncate(1);
                place.push(word.clone());
            }
            // A value that a pair says again.
            None if rest.iter().any(|other| other.ends_with(&format!("={word}"))) => {}
            None => settings.push(Setting::new(&place[..1], word, "")),
        }
    }
    Some(settings)
}

/// The words of a line. Quotes hold a word together and are not part of it.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in line.chars() {
        match (c, quote) {
            ('\'' | '"', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (c, Some(open)) if c == open => quote = None,
            (c, None) if c.is_whitespace() => words.extend(word.take()),
            (c, _) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}
