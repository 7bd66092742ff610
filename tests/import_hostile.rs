//! Whatever is in a collection: no panic, and for each file that cannot be read one finding with its place.

#[allow(dead_code)]
mod built;
mod edits;
mod running;

use std::collections::BTreeMap;

use gfs2gen::compile::compile;
use gfs2gen::import::{Collected, Imported, import};
use gfs2gen::source::Source;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use running::Files;

fn examples() -> Vec<Files> {
    let texts =
        [edits::FULL, include_str!("../examples/original/cluster.yaml"), include_str!("../examples/el9/cluster.yaml")];
    let said = |text: &&str| {
        let (plan, bundle) = edits::built(text);
        running::said(&plan, &bundle)
    };
    texts.iter().map(said).collect()
}

/// Imports bytes; what comes of them can be checked, and every finding stands somewhere.
fn imported(files: &BTreeMap<String, Vec<u8>>) -> Option<Imported> {
    let one = |(path, bytes): (&String, &Vec<u8>)| Collected {
        path: path.clone(),
        text: Source::from_bytes(format!("found/{path}"), bytes.clone()),
    };
    let imported = import(files.iter().map(one).collect())?;
    let mut broken = vec![0; imported.sources.len()];
    for (file, finding) in &imported.findings {
        let source = &imported.sources[*file];
        let gfs2gen::diag::At::Span(span) = finding.primary.at else { panic!("{finding:?}") };
        assert!(span.start <= span.end && span.end <= source.text().len(), "{}: {finding:?}", source.name());
        broken[*file] += usize::from(finding.code == "IMP001");
    }
    assert!(broken.iter().all(|findings| *findings <= 1), "{:?}", imported.findings);
    let load = |path: &str| {
        let known = imported.domains.iter().find(|(known, _)| known == path).map(|(_, text)| text.clone());
        known.ok_or_else(|| std::io::Error::from(std::io::ErrorKind::NotFound))
    };
    let compiled = compile(&Source::new("cluster.yaml", imported.text.clone()), "2026-01-01", &load);
    // It is always YAML: what is wrong with it is what is written, not how.
    let text = compiled.diagnostics.iter().find(|found| found.code.starts_with("GFS0") || found.code == "GFS901");
    assert!(text.is_none(), "{text:?}\n{}", imported.text);
    Some(imported)
}

/// A change of one file.
#[derive(Debug, Clone)]
enum Change {
    Cut(prop::sample::Index),
    Insert(prop::sample::Index, Vec<u8>),
    Remove(prop::sample::Index, prop::sample::Index),
    Repeat(prop::sample::Index, u8),
    Swap,
    Gone,
}

const BITS: [&str; 22] = [
    "{",
    "}",
    "\"",
    "'",
    "<",
    ">",
    "/>",
    "<a>",
    "&x;",
    "[",
    "]",
    "=",
    ";",
    ":",
    "\n",
    "#",
    "\\",
    "\u{202e}",
    "18446744073709551615",
    "-",
    "::",
    "%",
];

fn change() -> impl Strategy<Value = Change> {
    let index = any::<prop::sample::Index>;
    let bit = prop::sample::select(&BITS[..]).prop_map(|bit| bit.as_bytes().to_vec());
    let bytes = prop_oneof![3 => bit, 1 => prop::collection::vec(any::<u8>(), 1..6)];
    prop_oneof![
        1 => index().prop_map(Change::Cut),
        4 => (index(), bytes).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        2 => (index(), index()).prop_map(|(from, to)| Change::Remove(from, to)),
        1 => (index(), 2u8..60).prop_map(|(at, times)| Change::Repeat(at, times)),
        2 => Just(Change::Swap),
        1 => Just(Change::Gone),
    ]
}

fn apply(files: &mut BTreeMap<String, Vec<u8>>, which: prop::sample::Index, change: &Change) {
    if files.is_empty() {
        return;
    }
    let paths: Vec<String> = files.keys().cloned().collect();
    let path = which.get(&paths);
    let other = files[&paths[(which.index(paths.len()) + 1) % paths.len()]].clone();
    let bytes = files.get_mut(path).unwrap();
    let place = |at: &prop::sample::Index, bytes: &[u8]| at.index(bytes.len() + 1);
    match change {
        Change::Cut(at) => bytes.truncate(at.index(bytes.len() + 1)),
        Change::Insert(at, more) => {
            let at = place(at, bytes);
            bytes.splice(at..at, more.iter().copied());
        }
        Change::Remove(from, to) => {
            let (from, to) = (place(from, bytes), place(to, bytes));
            bytes.drain(from.min(to)..from.max(to).min(from.min(to) + 200));
        }
        Change::Repeat(at, times) => {
            let at = place(at, bytes);
            let part = bytes[at..bytes.len().min(at + 30)].repeat(usize::from(*times));
            bytes.splice(at..at, part);
        }
        // One file's text under another's name.
        Change::Swap => *bytes = other,
        Change::Gone => drop(files.remove(path)),
    }
}

#[test]
fn changed_collections_are_read_or_refused() {
    let examples = examples();
    let config = Config {
        failure_persistence: None,
        ..Config::with_cases(std::env::var("GFS2GEN_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(150))
    };
    let changes = prop::collection::vec((any::<prop::sample::Index>(), change()), 1..12);
    let walk = (0..examples.len(), changes);
    let run = TestRunner::new(config).run(&walk, |(example, changes)| {
        let mut files: BTreeMap<String, Vec<u8>> =
            examples[example].iter().map(|(path, text)| (path.clone(), text.clone().into_bytes())).collect();
        changes.iter().for_each(|(which, change)| apply(&mut files, *which, change));
        imported(&files);
        Ok(())
    });
    run.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn bytes_of_any_kind_are_read_or_refused() {
    const NAMES: [&str; 16] = [
        "a/etc/drbd.d/r0.res",
        "a/etc/corosync/corosync.conf",
        "a/etc/lvm/lvm.conf",
        "b/said/lvmconfig",
        "a/said/cib.xml",
        "b/x.xml",
        "a/said/vgs.json",
        "b/said/gfs2",
        "a/said/disks",
        "a/etc/hosts",
        "a/etc/os-release",
        "status.txt",
        "a/etc/fstab",
        "b/etc/nftables.d/gfs2gen.nft",
        "a/said/images",
        "a/x.preset",
    ];
    let bit = prop_oneof![
        prop::sample::select(&BITS[..]).prop_map(|bit| bit.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..4),
        "(resource|on|node|nodelist|totem|global|filter|cib|configuration|Online: \\[|journal0:|==) ?"
            .prop_map(String::into_bytes),
    ];
    let text = prop::collection::vec(bit, 0..40).prop_map(|bits| bits.concat());
    let files = prop::collection::btree_map(prop::sample::select(&NAMES[..]).prop_map(str::to_owned), text, 1..6);
    let config = Config { failure_persistence: None, ..Config::with_cases(1_000) };
    let run = TestRunner::new(config).run(&files, |files| {
        imported(&files);
        Ok(())
    });
    run.unwrap_or_else(|error| panic!("{error}"));
}

/// Depth costs no stack, and length no patience.
#[test]
fn deep_and_long_files_are_read_or_refused() {
    let base = || -> BTreeMap<String, Vec<u8>> {
        BTreeMap::from([("a/etc/corosync/corosync.conf".to_owned(), b"totem {\n cluster_name: c\n}\n".to_vec())])
    };
    for (path, text) in [
        ("a/etc/drbd.d/r.res", "a {".repeat(200_000)),
        ("a/etc/drbd.d/r.res", format!("{}{}", "resource r { ".repeat(100_000), "}".repeat(100_000))),
        ("a/etc/lvm/lvm.conf", "a { ".repeat(200_000)),
        ("a/said/cib.xml", "<a>".repeat(200_000)),
        ("a/said/cib.xml", "<a".repeat(200_000)),
        ("a/x.json", "[".repeat(200_000)),
        ("a/etc/corosync/corosync.conf", "a {\n".repeat(200_000)),
    ] {
        let mut files = base();
        files.insert(path.to_owned(), text.into_bytes());
        let began = std::time::Instant::now();
        let found = imported(&files).map(|imported| imported.findings.len());
        assert!(path.ends_with("corosync.conf") || found.is_some_and(|found| found > 0), "{path}");
        assert!(began.elapsed().as_secs() < 20, "{path}");
    }
}
