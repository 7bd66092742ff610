//! One word for one thing: what the glossary does not call a thing stands nowhere that people read.

use std::fs;
use std::path::Path;

use super::pages::{Part, ROOT, all, parts, prose, read, without_code};

/// A row of the glossary: the word, and those that are not used for it.
struct Row {
    word: String,
    not: Vec<String>,
}

fn glossary() -> Vec<Row> {
    let text = read("docs/glossary.md");
    let rows = text.lines().filter(|line| line.starts_with("| **"));
    rows.map(|line| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        assert_eq!(cells.len(), 5, "{line}");
        let not = cells[3].split(',').map(|word| word.trim().to_owned()).filter(|word| !word.is_empty());
        Row { word: cells[1].trim_matches('*').to_owned(), not: not.collect() }
    })
    .collect()
}

/// Where a word stands in a text as a word of its own, or in the plural. Small letters stand for capitals, too; capitals do not
/// stand for small ones: `VM` is none of our words, `vms` a good name for a filesystem.
fn stands(text: &str, word: &str) -> Option<usize> {
    let text = if word.contains(char::is_uppercase) { text.to_owned() } else { text.to_lowercase() };
    let is_part = |other: char| other.is_alphanumeric() || "-_/.$".contains(other);
    text.match_indices(word).map(|(at, _)| at).find(|at| {
        let rest = &text[at + word.len()..];
        let rest = rest.strip_prefix('s').unwrap_or(rest);
        let ends = rest
            .chars()
            .next()
            .is_none_or(|next| !is_part(next) || (next == '.' && !rest[1..].starts_with(char::is_alphanumeric)));
        ends && text[..*at].chars().next_back().is_none_or(|before| !is_part(before))
    })
}

/// What the operating system says in its own words.
const OF_THE_SYSTEM: &str = "No such file or directory";

/// What people read: prose of the documentation and the runbooks, the help, what rules say, and comments and messages in trees.
fn texts() -> Vec<(String, String)> {
    let mut texts: Vec<(String, String)> =
        ["README.md", "CONTRIBUTING.md"].map(|name| (name.to_owned(), prose(&read(name)))).into();
    for page in all().into_iter().filter(|page| page != "glossary.md") {
        let text = read(format!("docs/{page}"));
        texts.push((format!("docs/{page}"), prose(&text)));
        if page.starts_with("rules/") || page == "reference/commands.md" {
            for part in parts(&text) {
                if let Part::Block("text", body) = part {
                    texts.push((format!("docs/{page}"), without_code(&said(body)).replace(OF_THE_SYSTEM, "")));
                }
            }
        }
    }
    for tree in fs::read_dir(Path::new(ROOT).join("golden")).unwrap() {
        let tree = format!("golden/{}", tree.unwrap().file_name().to_str().unwrap());
        let manifest: serde_json::Value = serde_json::from_str(&read(format!("{tree}/MANIFEST.json"))).unwrap();
        for file in manifest["files"].as_array().unwrap() {
            let name = format!("{tree}/{}", file["path"].as_str().unwrap());
            let text = read(&name);
            texts.push((name, if text.starts_with("# Runbook") { prose(&text) } else { comments_and_messages(&text) }));
        }
    }
    texts
}

/// The functions of the scripts that tell somebody something.
const TELL: &[&str] = &["die", "later", "refuse", "say"];

/// Comments, and what scripts print.
fn comments_and_messages(text: &str) -> String {
    let mut lines = String::new();
    for line in text.lines().map(str::trim_start) {
        if line.starts_with('#') {
            lines += &format!("{}\n", without_code(line));
        } else if line.split([' ', ';']).any(|word| TELL.contains(&word)) {
            lines += &format!("{}\n", line.split(['\'', '"']).skip(1).step_by(2).collect::<Vec<_>>().join(" "));
        }
    }
    lines
}

/// What is said of a finding, without the lines of the description that it shows.
fn said(block: &str) -> String {
    let shown =
        |line: &str| line.trim_start().starts_with(|first: char| first.is_ascii_digit()) && line.contains(" | ");
    block.lines().filter(|line| !shown(line)).collect::<Vec<_>>().join("\n")
}

#[test]
fn one_thing_has_one_word() {
    let mut wrong = Vec::new();
    let texts = texts();
    for Row { word, not } in glossary() {
        for other in not {
            for (name, text) in &texts {
                for line in text.lines().filter(|line| stands(line, &other).is_some()) {
                    wrong.push(format!("{name}: `{other}`, where the glossary has `{word}`: {}", line.trim()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_glossary_has_words_to_look_for() {
    let rows = glossary();
    assert!(rows.len() > 20 && rows.iter().map(|row| row.not.len()).sum::<usize>() > 20);
    let mut words: Vec<String> = rows.iter().map(|row| row.word.to_lowercase()).collect();
    assert!(words.is_sorted(), "the glossary is sorted: {words:?}");
    words.dedup();
    assert_eq!(words.len(), rows.len());
}

#[test]
fn comments_and_messages_are_read() {
    let text = "# a comment, `not this`\npeer=$1\nif a; then refuse 'a message' \"$peer\"; fi\n";
    assert_eq!(comments_and_messages(text), "# a comment, `\na message $peer\n");
}

#[test]
fn words_are_found_as_words() {
    assert!(stands("The VMs move.", "VM").is_some());
    assert!(stands("one STONITH device", "STONITH").is_some());
    assert!(stands("It is a Mirror.", "mirror").is_some());
    for text in ["vm-web moves", "stonith-enabled", "srv/vms", "rack1:vms", "mirrored", "fence-peer.sh", "$PEER"] {
        for word in ["VM", "STONITH", "mirror", "peer", "fence-peer"] {
            assert!(stands(text, word).is_none(), "{text}: {word}");
        }
    }
}
