//! Which key of a description changes which line: each is changed in turn, and the files are made again.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::thread;

use serde_json::Value;

use super::vary::{self, Variation, Varied};
use crate::artifact;
use crate::bundle::Bundle;
use crate::compile;
use crate::diff;
use crate::path::Path;

/// Reads the files that a description names.
pub type Load<'l> = dyn Fn(&str) -> io::Result<String> + Sync + 'l;

/// What one file depends on.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Effects {
    /// For each line the keys that change it, in the order of the description.
    pub lines: Vec<Vec<Path>>,
    /// The keys without which there would be no such file, or it would have another path.
    pub file: Vec<Path>,
}

/// What each of these files depends on.
pub(super) fn effects(description: &Value, load: &Load, files: &BTreeMap<String, String>) -> BTreeMap<String, Effects> {
    let keys = vary::vary(description);
    let workers = thread::available_parallelism().map_or(1, usize::from).min(8);
    let next = std::sync::atomic::AtomicUsize::new(0);
    // Each worker takes the next key that nobody has.
    let work = || {
        let mut found: Vec<(usize, BTreeMap<&str, Touched>)> = Vec::new();
        loop {
            let position = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let Some(varied) = keys.get(position) else { return found };
            found.push((position, touched(varied, load, files)));
        }
    };
    let mut found: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect()
    });
    found.sort_by_key(|(position, _)| *position);
    let empty = |text: &String| Effects { lines: vec![Vec::new(); text.lines().count()], file: Vec::new() };
    let mut effects: BTreeMap<String, Effects> = files.iter().map(|(path, text)| (path.clone(), empty(text))).collect();
    for (position, touched) in found {
        for (path, touched) in touched {
            let Some(effects) = effects.get_mut(path) else { continue };
            if touched.file {
                effects.file.push(keys[position].key.clone());
            }
            for line in touched.lines {
                effects.lines[line].push(keys[position].key.clone());
            }
        }
    }
    effects
}

/// What a key does to a file.
#[derive(Default)]
struct Touched {
    lines: BTreeSet<usize>,
    file: bool,
}

fn touched<'f>(varied: &Varied, load: &Load, files: &'f BTreeMap<String, String>) -> BTreeMap<&'f str, Touched> {
    let mut all: BTreeMap<&str, Touched> = BTreeMap::new();
    let built = varied.variations.iter().filter_map(|variation| Some((variation, build(variation, load, files)?)));
    for (variation, bundle) in built {
        for (path, text) in files {
            let now = bundle.get(path).or_else(|| bundle.get(&elsewhere(path, variation)?));
            let touched = all.entry(path).or_default();
            touched.file |= bundle.get(path).is_none();
            let Some(now) = now.filter(|now| now.content != *text) else { continue };
            touched.lines.extend(gone(text, &now.content));
        }
    }
    all
}

fn build(variation: &Variation, load: &Load, files: &BTreeMap<String, String>) -> Option<Bundle> {
    let (plan, _) = compile::plan_of(&variation.description, &|path| Ok(variation.domain(load(path)?)))?;
    let moved = files.keys().filter_map(|path| elsewhere(path, variation));
    let wanted = files.keys().cloned().chain(moved).collect();
    Some(artifact::traced(&plan, wanted).ok()?.0)
}

/// The path of a file after something that it is named after was renamed.
fn elsewhere(path: &str, variation: &Variation) -> Option<String> {
    let (from, to) = variation.renamed.as_ref()?;
    let part = |part: &str| {
        let rest = part.strip_prefix(from.as_str()).filter(|rest| rest.is_empty() || rest.starts_with('.'))?;
        Some(format!("{to}{rest}"))
    };
    let parts: Vec<String> = path.split('/').map(|one| part(one).unwrap_or_else(|| one.to_owned())).collect();
    let now = parts.join("/");
    (now != path).then_some(now)
}

/// The lines of a text, from 0, that another one does not have. A line that only moved is still there.
fn gone(text: &str, now: &str) -> Vec<usize> {
    let kept = diff::kept(text, now);
    let used: BTreeSet<usize> = kept.iter().flatten().copied().collect();
    let mut moved: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, line) in now.lines().enumerate().filter(|(at, _)| !used.contains(at)) {
        *moved.entry(line).or_default() += 1;
    }
    let mut gone = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|(at, _)| kept[*at].is_none()) {
        match moved.get_mut(line).filter(|left| **left > 0) {
            Some(left) => *left -= 1,
            None => gone.push(at),
        }
    }
    gone
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_moved_is_not_gone() {
        assert_eq!(gone("a\nb\nc\nd\n", "b\na\nd\nx\n"), [2]);
        assert_eq!(gone("x\nx\n", "x\n").len(), 1);
    }
}
