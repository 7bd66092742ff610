//! Whatever is written: no panic, and every finding has a place. Gate 1 must catch what a plan cannot be made of.

mod mutate;

use proptest::prelude::*;

use gfs2gen::compile::{Compiled, compile};
use gfs2gen::diag::emit::{Report, github, human, json, sarif, short};
use gfs2gen::diag::{At, Diagnostic, Locate, Severity};
use gfs2gen::path::{Path, Segment};
use gfs2gen::source::Source;
use mutate::{apply, edit};

const EXAMPLES: [&str; 3] = [
    include_str!("../examples/minimal/cluster.yaml"),
    include_str!("../examples/original/cluster.yaml"),
    include_str!("../examples/full/cluster.yaml"),
];
const DOMAIN: &str = include_str!("../examples/full/domains/legacy.xml");

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
