//! Files of lines: pairs, tables, lists.

use super::{DEEP, Outline, Setting};

fn of(settings: impl Iterator<Item = Setting>) -> Outline {
    Outline { settings: settings.collect(), rest: Vec::new() }
}

fn said(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim_end).filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with(['#', ';']))
}

/// `key=value`, in sections or not: systemd's units, dlm.conf.
pub(super) fn pairs(text: &str) -> Outline {
    let mut outline = Outline::default();
    let mut place: Vec<String> = Vec::new();
    for line in said(text) {
        if let Some(section) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            place = vec![section.to_owned()];
        } else if let Some((key, value)) = line.split_once('=') {
            outline.settings.push(Setting::new(&place, key, value));
        } else {
            outline.rest.push(line.to_owned());
        }
    }
    outline
}

/// One word a line.
pub(super) fn words(text: &str) -> Outline {
    of(said(text).map(|line| Setting::new(&[], line, "")))
}

/// What happens to each unit.
pub(super) fn presets(text: &str) -> Outline {
    of(said(text).map(|line| {
        let (verb, unit) = line.split_once(' ').unwrap_or((line, ""));
        Setting::new(&[], unit, verb)
    }))
}

/// The names of each address.
pub(super) fn hosts(text: &str) -> Outline {
    of(said(text).map(|line| {
        let (address, names) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        Setting::new(&[], names.trim(), address)
    }))
}

/// What is mounted at each place, and how.
pub(super) fn fstab(text: &str) -> Outline {
    let fields = ["device", "", "type", "options"];
    of(said(text).flat_map(move |line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let place = [words.get(1).unwrap_or(&"").to_string()];
        let named = words.into_iter().zip(fields).filter(|(_, name)| !name.is_empty());
        named.map(|(word, name)| Setting::new(&place, name, word)).collect::<Vec<_>>()
    }))
}

/// Mappings by indentation, as the inventory has them.
pub(super) fn indented(text: &str) -> Outline {
    let mut outline = Outline::default();
    let mut above: Vec<(usize, String)> = Vec::new();
    for line in said(text).filter(|line| *line != "---") {
        let indent = line.len() - line.trim_start().len();
        above.retain(|(other, _)| *other < indent);
        if above.len() > DEEP {
            outline.rest.push(line.to_owned());
            continue;
        }
        let place: Vec<String> = above.iter().map(|(_, name)| name.clone()).collect();
        let clean = |text: &str| text.trim().trim_matches('"').to_owned();
        match line.split_once(": ") {
            Some((key, value)) => outline.settings.push(Setting { place, key: clean(key), value: clean(value) }),
            None => match line.strip_suffix(':') {
                Some(name) => above.push((indent, clean(name))),
                None => outline.rest.push(line.to_owned()),
            },
        }
    }
    outline
}
