//! What changes in a file, in words: what its settings were and become.
//!
//! A file is read as its format wants it into settings, each at its place. What cannot be read so, and what is no setting,
//! is counted in lines: then nothing is claimed.

mod blocks;
mod phrases;
mod plain;
mod script;
mod tagged;

use super::lines::operations;

/// One setting: the block that it stands in from outside to inside, its name, and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Setting {
    place: Vec<String>,
    key: String,
    value: String,
}

impl Setting {
    fn new(place: &[String], key: impl Into<String>, value: impl Into<String>) -> Self {
        Setting { place: place.to_vec(), key: key.into(), value: value.into() }
    }
}

/// A file as settings, and the lines that are none. Comments and empty lines are neither.
#[derive(Debug, Default, PartialEq, Eq)]
struct Outline {
    settings: Vec<Setting>,
    rest: Vec<String>,
}

/// More are counted only.
const MOST: usize = 6;

/// No file of ours has so many settings.
const MANY: usize = 3_000;

/// Nor blocks in blocks so deep.
const DEEP: usize = 32;

/// What changes between two texts of a file of a tree.
pub(super) fn summary(path: &str, old: &str, new: &str) -> Vec<String> {
    if old == new {
        return Vec::new();
    }
    if path.ends_with(".md") {
        return vec![sections(old, new)];
    }
    let readable = |text| outline(path, text).filter(|outline| outline.settings.len() < MANY);
    let (Some(before), Some(after)) = (readable(old), readable(new)) else {
        return vec![changed(changed_lines(old, new))];
    };
    let mut words = phrases::between(&before.settings, &after.settings);
    if words.len() > MOST {
        let more = words.len() - MOST;
        words.truncate(MOST);
        words.push(format!("and {more} more"));
    }
    let rest = changed_lines(&before.rest.join("\n"), &after.rest.join("\n"));
    match (words.is_empty(), rest) {
        (true, 0) if old == new => {}
        (true, 0) => words.push(format!("{}, in comments, order or layout only", changed(changed_lines(old, new)))),
        (true, rest) => words.push(changed(rest)),
        (false, 0) => {}
        (false, 1) => words.push("1 other line changed".to_owned()),
        (false, rest) => words.push(format!("{rest} other lines changed")),
    }
    words
}

/// A number of lines.
pub(super) fn lines(number: usize) -> String {
    format!("{number} line{}", if number == 1 { "" } else { "s" })
}

fn changed(number: usize) -> String {
    format!("{} changed", lines(number))
}

/// Reads a file by the form that its path says it has.
fn outline(path: &str, text: &str) -> Option<Outline> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    match (name, extension) {
        ("MANIFEST.json", _) => tagged::manifest(text),
        (_, "xml") => tagged::xml(text),
        ("fstab", _) => Some(plain::fstab(text)),
        ("hosts", _) => Some(plain::hosts(text)),
        ("dlm.conf", _) => Some(plain::pairs(text)),
        ("inventory.yml", _) => Some(plain::indented(text)),
        (_, "preset") => Some(plain::presets(text)),
        (_, "service" | "timer" | "socket" | "target") => Some(plain::pairs(text)),
        (_, "sh") => Some(script::script(text)),
        (_, "conf") if path.contains("/systemd/") => Some(plain::pairs(text)),
        (_, "conf") if path.contains("/modules-load.d/") => Some(plain::words(text)),
        (_, "conf" | "res" | "nft") => blocks::blocks(text),
        _ => None,
    }
}

fn changed_lines(old: &str, new: &str) -> usize {
    operations(old, new).iter().map(|(old, new)| old.len().max(new.len())).sum()
}

/// The heading that each line of a page stands below. A line in a block of commands is none.
fn headings(lines: &[&str]) -> Vec<String> {
    let (mut heading, mut fenced) = (String::new(), false);
    let mut all = Vec::new();
    for line in lines {
        fenced ^= line.trim_start().starts_with("```");
        if line.starts_with('#') && !fenced {
            heading = line.trim_start_matches('#').trim().to_owned();
        }
        all.push(heading.clone());
    }
    all
}

/// For pages: how many lines, and below which headings.
fn sections(old: &str, new: &str) -> String {
    let (before, after): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let (old_headings, new_headings) = (headings(&before), headings(&after));
    let mut found: Vec<String> = Vec::new();
    for (gone, come) in operations(old, new) {
        for name in new_headings[come].iter().chain(&old_headings[gone]) {
            if !name.is_empty() && !found.contains(name) {
                found.push(name.clone());
            }
        }
    }
    let more = found.len().saturating_sub(MOST);
    let names: Vec<String> = found.iter().take(MOST).map(|name| format!("“{name}”")).collect();
    let below = match (names.is_empty(), more) {
        (true, _) => String::new(),
        (false, 0) => format!(" in {}", names.join(", ")),
        (false, more) => format!(" in {} and {more} more parts", names.join(", ")),
    };
    changed(changed_lines(old, new)) + &below
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PATHS: [&str; 14] = [
        "MANIFEST.json",
        "a.xml",
        "etc/gfs2gen/fstab",
        "etc/gfs2gen/hosts",
        "etc/dlm/dlm.conf",
        "inventory.yml",
        "site.yml",
        "a.preset",
        "a.timer",
        "a.sh",
        "etc/modules-load.d/a.conf",
        "a.res",
        "a.nft",
        "RUNBOOK.md",
    ];

    #[test]
    fn what_others_made_of_a_file_is_counted_at_worst() {
        let deep = |open: &str, close: &str| open.repeat(30_000) + &close.repeat(30_000);
        let many: String = (0..9_000).map(|i| format!("k{i}=v\n")).collect();
        for text in [deep("<a>", "</a>"), deep("a {\n", "}\n"), deep("[", "]"), many, "(".repeat(70_000)] {
            for path in PATHS {
                let words = summary(path, &text, "a = 1\n");
                assert!(!words.is_empty() && words.len() <= MOST + 2, "{path}: {words:?}");
            }
        }
    }

    fn text() -> impl Strategy<Value = String> {
        let pieces = [
            "a",
            "b",
            " ",
            " ",
            "\n",
            "\n",
            "=",
            ":",
            ": ",
            ";",
            "{",
            "}",
            "[",
            "]",
            "(",
            ")",
            "\"",
            "'",
            "#",
            "<a",
            " b=\"c\"",
            ">",
            "</a>",
            "A=(",
            "[x]=",
            "begin \"$@\"\n",
            "finish\n",
            "\\",
            "create ",
            "op ",
            "\u{e9}",
            "\r",
            "{\"a\":",
            "1.2.3.4:5",
            "6",
        ];
        prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

        #[test]
        fn every_difference_has_words(path in prop::sample::select(&PATHS[..]), old in text(), new in text()) {
            let words = summary(path, &old, &new);
            prop_assert_eq!(words.is_empty(), old == new, "{:?}", words);
            prop_assert!(words.iter().all(|words| !words.trim().is_empty()), "{:?}", words);
        }
    }
}
