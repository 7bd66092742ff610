//! Concepts: each layer says the same four things, and what it says of files is so.

use std::fs;
use std::path::Path;

use super::pages::{ROOT, read};

/// What the bootstrap makes on the nodes, so that it is in no tree.
const ON_THE_NODES: &[&str] = &["/etc/hosts", "/etc/corosync/authkey"];

/// The paths of the tree of the fullest example.
fn tree() -> Vec<String> {
    let manifest: serde_json::Value = serde_json::from_str(&read("golden/full/MANIFEST.json")).unwrap();
    let files = manifest["files"].as_array().unwrap().iter();
    files.map(|file| format!("/{}", file["path"].as_str().unwrap())).collect()
}

/// Whether a file of the tree is meant: by its path or the end of it, with a name for a word in capitals.
fn is_written(paths: &[String], name: &str) -> bool {
    let name = name.replace("RESOURCE", "fast").replace("GUEST", "web");
    let (start, end) = name.split_once('*').unwrap_or((&name, ""));
    paths.iter().any(|path| path.find(start).is_some_and(|at| path[at + start.len()..].contains(end)))
}

#[test]
fn each_layer_says_what_it_does_what_goes_wrong_and_who_guards_it() {
    let page = read("docs/concepts.md");
    let layers: Vec<&str> = page.split("\n## ").skip(1).collect();
    assert_eq!(layers.len(), 9);
    let paths = tree();
    let preset = paths.iter().find(|path| path.ends_with(".preset")).unwrap();
    let preset = fs::read_to_string(Path::new(ROOT).join(format!("golden/full{preset}"))).unwrap();
    let mut found = 0;
    for layer in layers {
        let title = layer.lines().next().unwrap();
        let about: &[&str] = if title == "The time budget" {
            &["**Files.**", "**Rules.**"]
        } else {
            &["**What ", "**When ", "**Files.**", "**Rules.**"]
        };
        for mark in about {
            assert_eq!(layer.matches(&format!("\n{mark}")).count(), 1, "{title}: {mark}");
        }
        let (_, files) = layer.split_once("\n**Files.**").unwrap();
        let files = files.split("\n\n").next().unwrap();
        let names = files.split('`').skip(1).step_by(2).filter_map(|span| span.split(' ').next());
        for name in names.filter(|name| name.contains(['.', '/']) && !ON_THE_NODES.contains(name)) {
            assert!(is_written(&paths, name) || preset.contains(name), "{title}: no tree has {name}");
            found += 1;
        }
    }
    assert!(found > 25, "{found}");
    assert!(!is_written(&paths, "lvm/lvmlocal.conf") && !is_written(&paths, "drbd.d/slower.res"));
}
