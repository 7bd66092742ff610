//! Whatever is written: no panic, and every finding has a place. Gate 1 must catch what a plan cannot be made of.

use std::ops::Range;

use proptest::prelude::*;

use gfs2gen::compile::{Compiled, compile};
use gfs2gen::diag::emit::{Report, github, human, json, sarif, short};
use gfs2gen::diag::{At, Diagnostic, Locate, Severity};
use gfs2gen::path::{Path, Segment};
use gfs2gen::source::Source;
use gfs2gen::syntax::Document;

const EXAMPLES: [&str; 3] = [
    include_str!("../examples/minimal/cluster.yaml"),
    include_str!("../examples/original/cluster.yaml"),
    include_str!("../examples/full/cluster.yaml"),
];
const DOMAIN: &str = include_str!("../examples/full/domains/legacy.xml");

/// One change of a description, at one of its entries or scalars.
#[derive(Debug, Clone)]
enum Edit {
    /// An entry goes.
    Drop,
    /// An entry stands twice.
    Double,
    /// Two letters of a key change places, or one goes.
    Misspell(prop::sample::Index),
    /// A value becomes another value of the same text: mostly a description of right shape that means nonsense.
    Swap(prop::sample::Index),
    /// A value becomes a word that is right somewhere, or nearly.
    Put(&'static str),
    /// A value is not there.
    Empty,
    /// A value becomes huge.
    Huge(bool),
}

const WORDS: [&str; 32] = [
    "all",
    "0",
    "1",
    "2",
    "9",
    "1GiB",
    "999999TiB",
    "100%",
    "100%FREE",
    "1%",
    "0ms",
    "999999h",
    "/",
    "/dev/sda",
    "\"9\"",
    "vms",
    "cluster",
    "replication",
    "::1",
    "10.0.0.999",
    "GFS307",
    "single-link",
    "firewalld",
    "1Mbit",
    "yes",
    "0123",
    "1e3",
    "~",
    "[]",
    "{}",
    "'it''s'",
    "\u{202e}",
];

fn edit() -> impl Strategy<Value = Edit> {
    let index = any::<prop::sample::Index>;
    prop_oneof![
        2 => Just(Edit::Drop),
        1 => Just(Edit::Double),
        3 => index().prop_map(Edit::Misspell),
        4 => index().prop_map(Edit::Swap),
        4 => prop::sample::select(&WORDS[..]).prop_map(Edit::Put),
        1 => Just(Edit::Empty),
        1 => any::<bool>().prop_map(Edit::Huge),
    ]
}

/// An entry of a mapping: its key and its value, in bytes.
struct Entry {
    key: Range<usize>,
    value: Range<usize>,
    scalar: bool,
}

/// The entries of a description in the order of the text.
fn entries(text: &str) -> Vec<Entry> {
    let Ok(document) = Document::parse(&Source::new("c", text)) else { return Vec::new() };
    let entry = |path: &Path| {
        let place = document.place(path)?;
        let key = place.key?;
        let scalar = !document.get(path)?.is_array() && !document.get(path)?.is_object();
        Some(Entry { key: key.start..key.end, value: place.value.start..place.value.end, scalar })
    };
    let mut entries: Vec<Entry> = document.paths().filter_map(entry).collect();
    entries.sort_by_key(|entry| entry.key.start);
    entries
}

fn apply(text: &mut String, at: prop::sample::Index, edit: &Edit) {
    let all = entries(text);
    if all.is_empty() {
        return;
    }
    let scalars: Vec<&Entry> = all.iter().filter(|entry| entry.scalar).collect();
    let entry = &all[at.index(all.len())];
    let scalar = if scalars.is_empty() { entry } else { scalars[at.index(scalars.len())] };
    let whole = entry.key.start..entry.value.end.max(entry.key.end);
    match edit {
        Edit::Drop => {
            let rest = &text[whole.end..];
            let after = rest.len() - rest.trim_start_matches([' ', ',']).len();
            text.replace_range(whole.start..whole.end + after, "");
        }
        Edit::Double => {
            let column = whole.start - text[..whole.start].rfind('\n').map_or(0, |at| at + 1);
            let between = match text[..whole.start].ends_with(['{', ',', ' ']) && text[whole.end..].contains('}') {
                true => ", ".to_owned(),
                false => format!("\n{}", " ".repeat(column)),
            };
            let again = between + &text[whole.clone()];
            text.insert_str(whole.end, &again);
        }
        Edit::Misspell(which) => {
            let key = text[entry.key.clone()].to_owned();
            let letters: Vec<char> = key.chars().collect();
            let position = which.index(letters.len());
            let mut wrong = letters.clone();
            if position > 0 && letters[position - 1] != letters[position] {
                wrong.swap(position - 1, position);
            } else {
                wrong.remove(position);
            }
            text.replace_range(entry.key.clone(), &String::from_iter(wrong));
        }
        Edit::Swap(from) => {
            let value = text[all[from.index(all.len())].value.clone()].to_owned();
            text.replace_range(scalar.value.clone(), value.lines().next().unwrap_or_default());
        }
        Edit::Put(word) => text.replace_range(scalar.value.clone(), word),
        Edit::Empty => text.replace_range(scalar.value.clone(), ""),
        Edit::Huge(number) => text.replace_range(scalar.value.clone(), &if *number { "9" } else { "x" }.repeat(9_000)),
    }
}

fn compiled(text: &str) -> (Source, Compiled) {
    let source = Source::new("cluster.yaml", text);
    let compiled = compile(&source, "2026-01-31", &|_| Ok(DOMAIN.to_owned()));
    (source, compiled)
}

/// What has to hold of every description.
fn sound(source: &Source, compiled: &Compiled) -> Result<(), TestCaseError> {
    let bugs = compiled.diagnostics.iter().filter(|found| found.code.starts_with("GFS9")).count();
    prop_assert_eq!(bugs, 0, "{:#?}", compiled.diagnostics);
    let errors = compiled.diagnostics.iter().any(|found| found.severity == Severity::Error);
    prop_assert_eq!(errors, !compiled.is_fine());
    for found in &compiled.diagnostics {
        for label in std::iter::once(&found.primary).chain(&found.secondary) {
            place(source, compiled, &label.at)?;
        }
    }
    let document = compiled.document.as_ref().map(|document| document as _);
    let reports = [Report { source, document, diagnostics: &compiled.diagnostics }];
    prop_assert!(human(&reports, true).len() >= compiled.diagnostics.len());
    prop_assert_eq!(short(&reports).lines().count(), compiled.diagnostics.len());
    prop_assert_eq!(github(&reports).lines().count(), compiled.diagnostics.len());
    for text in [json(&reports), sarif(&reports, &[])] {
        prop_assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
    }
    Ok(())
}

/// A place lies in the text, and every list element on the way to it is there.
fn place(source: &Source, compiled: &Compiled, at: &At) -> Result<(), TestCaseError> {
    let span = match (at, &compiled.document) {
        (At::Span(span), _) => *span,
        (At::Path(..), Some(document)) => Locate::locate(document, at),
        (At::Path(path, _), None) => return Err(TestCaseError::fail(format!("{path} without a document"))),
    };
    prop_assert!(source.text().get(span.start..span.end).is_some(), "{:?}", span);
    if let (At::Path(path, _), Some(document)) = (at, &compiled.document) {
        for length in 1..=path.segments().len() {
            let part: Path = path.segments()[..length].iter().cloned().collect();
            let is_element = matches!(path.segments()[length - 1], Segment::Index(_));
            prop_assert!(!is_element || document.has(&part), "{} of {}", part, path);
        }
    }
    Ok(())
}

/// The text with what is suggested in place of what is underlined.
fn mended(source: &Source, compiled: &Compiled, found: &Diagnostic) -> Option<String> {
    let suggestion = found.suggestion.as_deref()?;
    let document = compiled.document.as_ref().map(|document| document as _);
    let span = Report { source, document, diagnostics: &[] }.span(&found.primary);
    Some(format!("{}{suggestion}{}", &source.text()[..span.start], &source.text()[span.end..]))
}

fn example() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&EXAMPLES[..])
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) })]

    #[test]
    fn one_mistake_is_found_at_its_place_and_a_suggestion_mends_it(
        example in example(), at in any::<prop::sample::Index>(), edit in edit(),
    ) {
        let mut text = example.to_owned();
        apply(&mut text, at, &edit);
        let (source, compiled) = compiled(&text);
        sound(&source, &compiled)?;
        for found in &compiled.diagnostics {
            let Some(text) = mended(&source, &compiled, found) else { continue };
            let (_, again) = self::compiled(&text);
            let same = |other: &&Diagnostic| (other.code, &other.message) == (found.code, &found.message);
            let count = |all: &Compiled| all.diagnostics.iter().filter(same).count();
            prop_assert!(count(&again) < count(&compiled), "{}\n{:#?}", text, found);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn nothing_that_is_written_makes_the_compiler_panic(
        example in example(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), edit()), 2..5),
    ) {
        let mut text = example.to_owned();
        for (at, edit) in &edits {
            apply(&mut text, *at, edit);
        }
        let (source, compiled) = compiled(&text);
        sound(&source, &compiled)?;
    }
}
