//! Whatever is written: no panic, and every finding has a place. Gate 1 must catch what a plan cannot be made of.

use proptest::prelude::*;

use gfs2gen::compile::compile;
use gfs2gen::diag::Severity;
use gfs2gen::diag::emit::{Report, human, json};
use gfs2gen::source::Source;

const EXAMPLES: [&str; 3] = [
    include_str!("../examples/minimal/cluster.yaml"),
    include_str!("../examples/original/cluster.yaml"),
    include_str!("../examples/full/cluster.yaml"),
];
const DOMAIN: &str = include_str!("../examples/full/domains/legacy.xml");

/// One change of a description.
#[derive(Debug, Clone)]
enum Edit {
    /// A line goes.
    Drop(prop::sample::Index),
    /// A word becomes another word of the same text: mostly a description of right shape that means nonsense.
    Swap(prop::sample::Index, prop::sample::Index),
    /// A word becomes a word that is right somewhere, or nearly.
    Put(prop::sample::Index, &'static str),
    /// An entry of a flow mapping goes.
    Entry(prop::sample::Index),
}

const WORDS: [&str; 24] = [
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
];

fn edit() -> impl Strategy<Value = Edit> {
    let index = any::<prop::sample::Index>;
    prop_oneof![
        2 => index().prop_map(Edit::Drop),
        4 => (index(), index()).prop_map(|(from, to)| Edit::Swap(from, to)),
        4 => (index(), prop::sample::select(&WORDS[..])).prop_map(|(at, word)| Edit::Put(at, word)),
        2 => index().prop_map(Edit::Entry),
    ]
}

/// The byte ranges of the words of a text.
fn words(text: &str) -> Vec<std::ops::Range<usize>> {
    let is_word = |c: char| !c.is_whitespace() && !"{}[],#\"".contains(c);
    let mut words = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (start, is_word(c)) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                // A key keeps its colon.
                if !text[from..at].ends_with(':') {
                    words.push(from..at);
                }
                start = None;
            }
            _ => {}
        }
    }
    words
}

fn apply(text: &mut String, edit: &Edit) {
    let all = words(text);
    if all.is_empty() {
        return;
    }
    match edit {
        Edit::Drop(index) => {
            let mut lines: Vec<&str> = text.lines().collect();
            lines.remove(index.index(lines.len()));
            *text = lines.join("\n") + "\n";
        }
        Edit::Swap(from, to) => {
            let word = text[all[from.index(all.len())].clone()].to_owned();
            text.replace_range(all[to.index(all.len())].clone(), &word);
        }
        Edit::Put(at, word) => text.replace_range(all[at.index(all.len())].clone(), word),
        Edit::Entry(index) => {
            let commas: Vec<usize> = text.match_indices(", ").map(|(at, _)| at).collect();
            if !commas.is_empty() {
                let at = commas[index.index(commas.len())];
                let length = text[at + 2..].find([',', '}', ']', '\n']).unwrap_or(0);
                text.replace_range(at..at + 2 + length, " ");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn nothing_that_is_written_makes_the_compiler_panic(
        example in prop::sample::select(&EXAMPLES[..]),
        edits in prop::collection::vec(edit(), 1..4),
    ) {
        let mut text = example.to_owned();
        for edit in &edits {
            apply(&mut text, edit);
        }
        let source = Source::new("cluster.yaml", text);
        let compiled = compile(&source, "2026-01-31", &|_| Ok(DOMAIN.to_owned()));
        let bugs = compiled.diagnostics.iter().filter(|found| found.code.starts_with("GFS9")).count();
        prop_assert_eq!(bugs, 0, "{:#?}", compiled.diagnostics);
        let errors = compiled.diagnostics.iter().any(|found| found.severity == Severity::Error);
        prop_assert_eq!(errors, !compiled.is_fine());
        let report = Report {
            source: &source,
            document: compiled.document.as_ref().map(|document| document as _),
            diagnostics: &compiled.diagnostics,
        };
        prop_assert!(human(&[report], true).len() >= compiled.diagnostics.len());
        prop_assert!(!json(&[report]).is_empty());
    }
}
