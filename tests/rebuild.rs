//! A tree that follows its description through random edits is at every step the tree that a fresh build makes, and the
//! difference that is shown is the one between the two.

mod mutate;
mod place;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use gfs2gen::bundle::Bundle;
use gfs2gen::compile::compile;
use gfs2gen::diff::{Body, Hunk, Side, TreeDiff};
use gfs2gen::output::{Change, apply, plan};
use gfs2gen::source::Source;
use mutate::Edit;
use place::{Place, identity};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

const EXAMPLES: [&str; 3] = [
    include_str!("../examples/minimal/cluster.yaml"),
    include_str!("../examples/original/cluster.yaml"),
    include_str!("../examples/full/cluster.yaml"),
];
const DOMAIN: &str = include_str!("../examples/full/domains/legacy.xml");

/// The cluster's name and its files; none if the description is not fine.
fn built(text: &str) -> Option<(String, Bundle)> {
    let compiled = compile(&Source::new("cluster.yaml", text), "2026-01-31", &|_| Ok(DOMAIN.to_owned()));
    compiled.built.map(|(plan, bundle)| (plan.cluster.name, bundle))
}

/// Every file of a tree with what git keeps of its mode.
fn files(tree: &Path) -> BTreeMap<PathBuf, (Vec<u8>, bool)> {
    let (mut found, mut folders) = (BTreeMap::new(), vec![tree.to_owned()]);
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let metadata = fs::symlink_metadata(&path).unwrap();
            if metadata.is_dir() {
                folders.push(path);
            } else {
                let executable = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o100 != 0;
                found.insert(path.strip_prefix(tree).unwrap().to_owned(), (fs::read(&path).unwrap(), executable));
            }
        }
    }
    found
}

/// What a reader of the difference makes of the old text.
fn patched(old: &str, hunks: &[Hunk]) -> String {
    let lines: Vec<&str> = old.split_inclusive('\n').collect();
    let (mut new, mut at) = (String::new(), 0);
    for hunk in hunks {
        let start = if hunk.old.1 == 0 { hunk.old.0 } else { hunk.old.0 - 1 };
        new.extend(lines[at..start].iter().copied());
        at = start + hunk.old.1;
        for line in hunk.lines.iter().filter(|line| line.side != Side::Old) {
            new += &line.text();
            new += if line.ended { "\n" } else { "" };
        }
    }
    new.extend(lines[at..].iter().copied());
    new
}

/// The difference turns the old files into the new ones, and says something of each.
fn shown(old: &BTreeMap<PathBuf, (Vec<u8>, bool)>, new: &BTreeMap<PathBuf, (Vec<u8>, bool)>, diff: &TreeDiff) {
    let text = |files: &BTreeMap<PathBuf, (Vec<u8>, bool)>, path: &str| {
        files.get(Path::new(path)).map(|(bytes, _)| String::from_utf8(bytes.clone()).unwrap()).unwrap_or_default()
    };
    for file in &diff.files {
        let Body::Lines(hunks) = &file.body else { panic!("{}: {:?}", file.path, file.body) };
        assert!(patched(&text(old, &file.path), hunks) == text(new, &file.path), "{}", file.path);
        assert!(!file.words.is_empty() && file.words.iter().all(|words| !words.is_empty()), "{}", file.path);
    }
    let differing = old.keys().chain(new.keys()).filter(|path| old.get(*path) != new.get(*path));
    for path in differing {
        assert!(diff.files.iter().any(|file| Path::new(&file.path) == path), "{}", path.display());
    }
}

#[test]
fn a_tree_that_is_built_over_is_a_tree_that_is_built_anew() {
    let steps = Cell::new(0);
    let config = Config { failure_persistence: None, ..Config::with_cases(40) };
    let edits = prop::collection::vec((any::<prop::sample::Index>(), mutate::edit()), 16);
    let walk = (prop::sample::select(&EXAMPLES[..]), edits);
    let walked = TestRunner::new(config).run(&walk, |(example, edits): (&str, Vec<(prop::sample::Index, Edit)>)| {
        let place = Place::new();
        let mut text = example.to_owned();
        let mut last = built(&text).expect("an example");
        step(&place, &last);
        for (at, edit) in &edits {
            let mut edited = text.clone();
            mutate::apply(&mut edited, *at, edit);
            // Of most edits nothing is built; of those that change no file there is nothing to see.
            let Some(next) = built(&edited).filter(|next| *next != last) else { continue };
            text = edited;
            step(&place, &next);
            last = next;
            steps.set(steps.get() + 1);
        }
        Ok(())
    });
    walked.unwrap_or_else(|error| panic!("{error}"));
    eprintln!("{} edits that change the tree", steps.get());
    assert!(steps.get() > 40, "{} edits change something", steps.get());
}

fn step(place: &Place, (name, bundle): &(String, Bundle)) {
    let target = place.out.path().join(name);
    let look = || plan(&target, bundle, name).unwrap();
    let before = if target.exists() { files(&target) } else { BTreeMap::new() };
    let changes = look();
    let diff = TreeDiff::of(&changes, bundle);
    apply(&changes, bundle, false).unwrap();

    let fresh = Place::new();
    let anew = fresh.out.path().join(name);
    apply(&plan(&anew, bundle, name).unwrap(), bundle, false).unwrap();
    let (now, wanted) = (files(&target), files(&anew));
    assert!(now.keys().eq(wanted.keys()), "{:?}", now.keys());
    for (path, file) in &wanted {
        assert!(now[path] == *file, "{}", path.display());
    }
    shown(&before, &now, &diff);

    let all = || now.keys().map(|path| identity(&target.join(path))).collect::<Vec<_>>();
    let touched = all();
    let again = look();
    assert!(again.is_clean() && again.count(&Change::Unchanged) == now.len());
    apply(&again, bundle, false).unwrap();
    assert_eq!(all(), touched);
}
