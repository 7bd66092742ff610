//! One habit is one finding: who pastes a no-break space pastes a hundred, and an anchor comes with its aliases.

use super::{ANCHOR, DUPLICATE_KEY, FOREIGN_SPACE};
use crate::diag::{At, Diagnostic};
use crate::source::{Source, Span};

/// So many further places are shown; the others are counted.
const SHOWN: usize = 3;

/// Joins the findings of one habit to the first of them.
pub(super) fn fold(source: &Source, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let spaces = found.iter().any(|finding| finding.code == FOREIGN_SPACE.code);
    let mut rest: Vec<Diagnostic> = Vec::new();
    let mut habits: [Vec<Diagnostic>; 2] = Default::default();
    for finding in found {
        match finding.code {
            code if code == FOREIGN_SPACE.code => habits[0].push(finding),
            code if code == ANCHOR.code => habits[1].push(finding),
            // Lines that begin with such a space are all keys of one mapping to the parser.
            code if code == DUPLICATE_KEY.code && spaces => {}
            _ => rest.push(finding),
        }
    }
    let folded = habits.into_iter().filter_map(|habit| join(source, habit));
    rest.extend(folded);
    rest
}

fn join(source: &Source, habit: Vec<Diagnostic>) -> Option<Diagnostic> {
    let mut all = habit.into_iter();
    let mut first = all.next()?;
    let others: Vec<Diagnostic> = all.collect();
    for other in others.iter().take(SHOWN) {
        first = first.also(other.primary.at.clone(), other.primary.text.clone());
    }
    if let Some(next) = others.get(SHOWN) {
        let At::Span(Span { start, .. }) = next.primary.at else { return Some(first) };
        let (count, line) = (others.len() - SHOWN, source.position(start).line);
        let places = if count == 1 { "place" } else { "places" };
        first.notes.push(format!("the same at {count} more {places}, the next in line {line}"));
    }
    Some(first)
}
