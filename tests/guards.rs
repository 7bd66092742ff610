//! Which rules look at which key: what `gfs2gen explain TREE/FILE:LINE` says of a key's rules is what their pages show.
//! `GFS2GEN_BLESS=1 cargo test --test guards` writes the list anew.

mod pages;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use gfs2gen::diag::At;
use gfs2gen::rules;
use gfs2gen::trace::guards::{GUARDS, pattern};

use pages::{blocks, compiled, failing};

/// Each key with the rules whose failing examples point to it.
fn pointed_to() -> BTreeMap<String, BTreeSet<&'static str>> {
    let mut keys: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for rule in rules::all() {
        for failing in failing(&blocks(rule.code.page)) {
            let (_, compiled) = compiled(failing.example, &[]);
            let found = compiled.diagnostics.iter().filter(|found| found.code == rule.code.code);
            for label in found.flat_map(|found| std::iter::once(&found.primary).chain(&found.secondary)) {
                if let At::Path(path, _) = &label.at {
                    keys.entry(pattern(path)).or_default().insert(rule.code.code);
                }
            }
        }
    }
    keys.remove("");
    keys
}

#[test]
fn the_list_is_what_the_pages_show() {
    let found = pointed_to();
    assert!(found["nodes[].fence[].delay"].contains("GFS405"));
    if std::env::var_os("GFS2GEN_BLESS").is_some() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/trace/guards.rs");
        let text = fs::read_to_string(&path).unwrap();
        let (before, rest) = text.split_once("    // list\n").unwrap();
        let (_, after) = rest.split_once("    // end of list\n").unwrap();
        let line = |(key, codes): (&String, &BTreeSet<&str>)| {
            let codes: Vec<String> = codes.iter().map(|code| format!("{code:?}")).collect();
            format!("    ({key:?}, &[{}]),\n", codes.join(", "))
        };
        let list: String = found.iter().map(line).collect();
        fs::write(&path, format!("{before}    // list\n{list}    // end of list\n{after}")).unwrap();
        return;
    }
    let known: BTreeMap<String, BTreeSet<&str>> =
        GUARDS.iter().map(|(key, codes)| ((*key).to_owned(), codes.iter().copied().collect())).collect();
    assert_eq!(known, found, "run `GFS2GEN_BLESS=1 cargo test --test guards`");
}
