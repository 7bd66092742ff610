//! What `gfs2gen show` says that a value comes from: each value of a description is changed, and what changes with it must be
//! what is said to come from it, and nothing else.

#[allow(dead_code)]
mod built;
mod shown;

use std::collections::{BTreeMap, BTreeSet};

use gfs2gen::path::{Path, Segment};
use gfs2gen::platform::PLATFORMS;
use gfs2gen::show::follows::ROWS;
use gfs2gen::show::{Origin, Shown};
use serde_json::{Value, json};
use shown::{descriptions, remove, show};

/// Other values for the one at a path; most descriptions that they make are fine.
fn others(path: &Path, value: &Value) -> Vec<Value> {
    let key = match path.segments().last() {
        Some(Segment::Key(key)) => key.as_str(),
        _ => "",
    };
    let texts = |texts: &[&str]| texts.iter().map(|text| json!(text)).collect::<Vec<_>>();
    match (key, value) {
        ("platform", _) => PLATFORMS.iter().map(|platform| json!(platform.name)).collect(),
        ("token", _) => texts(&["4s", "9s", "30s"]),
        ("delay", _) => texts(&["0s", "7s", "61s"]),
        ("timeout", _) => texts(&["5s", "240s"]),
        ("speed", _) => texts(&["100Mbit", "40Gbit"]),
        ("memory", _) => texts(&["1GiB", "99GiB"]),
        ("drbd", _) => texts(&["8.4", "9"]),
        ("transport", _) => texts(&["ssh", "tls"]),
        ("domain", _) => texts(&["domains/other.xml"]),
        ("links", _) => {
            vec![json!(["cluster"]), json!(["replication"]), json!(["back"]), json!(["cluster", "replication"])]
        }
        ("address", _) => texts(&["cluster", "replication", "migration", "guests", "front", "back"]),
        ("filesystem", _) => texts(&["vms", "logs", "iso", "a", "b", "c"]),
        ("mount", _) => texts(&["/mnt/x", "/srv/logs", "/srv/b"]),
        ("size", _) => texts(&["10%", "3GiB"]),
        ("type", _) => texts(&["kvm", "qemu"]),
        ("format", _) => texts(&["raw", "qcow2"]),
        (key, _) if key.ends_with("_alg") => texts(&["sha256", "sha512", "sha1"]),
        ("mac", _) => texts(&["52:54:00:aa:bb:cc"]),
        (_, Value::Bool(flag)) => vec![json!(!flag)],
        (_, Value::Number(number)) => {
            let number = number.as_u64().unwrap_or_default();
            vec![json!(number + 1), json!(number.saturating_sub(1)), json!(number + 20)]
        }
        (_, Value::String(text)) => {
            let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
            vec![json!(format!("{text}x")), json!(format!("{text}2")), json!(text.replacen(digits, "77", 1))]
        }
        (_, Value::Array(_)) => vec![json!(["noatime", "commit=7"])],
        _ => Vec::new(),
    }
}

/// A description with a value at a path; where it is a name that others refer to, they go with it. The paths of all that changed.
fn changed(description: &Value, path: &Path, value: &Value) -> (Value, BTreeSet<Path>) {
    let mut new = description.clone();
    let mut touched = BTreeSet::from([path.clone()]);
    let old = std::mem::replace(new.pointer_mut(&path.to_string()).unwrap(), value.clone());
    let referred = match path.segments() {
        [Segment::Key(list), _, Segment::Key(key)] => list == "nodes" && key == "name",
        [_, _, Segment::Key(list), _, Segment::Key(key)] => list == "filesystems" && key == "name",
        _ => false,
    };
    if let (true, Some(from), Some(to)) = (referred, old.as_str(), value.as_str()) {
        follow(&mut new, &Path::root(), from, to, &mut touched);
    }
    if path.to_string().ends_with("/mount") {
        swap(&mut new, path, &old, &mut touched);
    }
    (new, touched)
}

/// What is mounted there already is mounted in the place that is free now.
fn swap(description: &mut Value, path: &Path, free: &Value, touched: &mut BTreeSet<Path>) {
    let taken = description.pointer(&path.to_string()).cloned();
    for storage in 0..description["storage"].as_array().map_or(0, Vec::len) {
        let filesystems = Path::root().key("storage").index(storage).key("filesystems");
        for index in 0..description.pointer(&filesystems.to_string()).and_then(Value::as_array).map_or(0, Vec::len) {
            let other = filesystems.index(index).key("mount");
            let mount = description.pointer_mut(&other.to_string()).unwrap();
            if other != *path && Some(&*mount) == taken.as_ref() {
                *mount = free.clone();
                touched.insert(other);
            }
        }
    }
}

fn follow(value: &mut Value, at: &Path, from: &str, to: &str, touched: &mut BTreeSet<Path>) {
    match value {
        Value::Object(map) => {
            if let Some(inner) = map.remove(from) {
                touched.insert(at.key(from));
                map.insert(to.to_owned(), inner);
            }
            for (key, value) in map.iter_mut() {
                let refers = ["filesystem", "prefer"].contains(&key.as_str());
                if refers && value == from {
                    touched.insert(at.key(key));
                    *value = json!(to);
                }
                follow(value, &at.key(key), from, to, touched);
            }
        }
        Value::Array(items) => {
            items.iter_mut().enumerate().for_each(|(index, item)| follow(item, &at.index(index), from, to, touched));
        }
        _ => {}
    }
}

/// Every description that comes of one by another value somewhere, with the places that changed and what is shown of it.
fn experiments(description: &Value) -> Vec<(BTreeSet<Path>, Shown)> {
    let base = show(&format!("{description:#}\n")).expect("it was shown");
    let mut made = Vec::new();
    let there = base.entries.iter().filter(|entry| description.pointer(&entry.path.to_string()).is_some());
    for entry in there {
        for other in others(&entry.path, &entry.value).iter().filter(|other| **other != entry.value) {
            let (new, touched) = changed(description, &entry.path, other);
            made.extend(show(&format!("{new:#}\n")).map(|shown| (touched, shown)));
        }
    }
    made
}

/// Those that are not like another one here.
fn different() -> impl Iterator<Item = String> {
    let names = ["name: rack12", "name: vCluster", "name: Nordpol_2", "name: \"odd\""];
    let texts: Vec<String> =
        descriptions().into_iter().filter(|text| names.iter().any(|name| text.contains(name))).collect();
    assert_eq!(texts.len(), names.len());
    texts.into_iter()
}

#[test]
fn what_follows_changes_with_what_it_comes_from_and_with_nothing_else() {
    let mut witnessed: BTreeSet<(&str, &str)> = BTreeSet::new();
    for text in different() {
        let base = show(&text).unwrap();
        let experiments = experiments(&base.description);
        assert!(experiments.len() > 50, "{}", experiments.len());
        for (touched, shown) in &experiments {
            let now: BTreeMap<&Path, &Value> = shown.follows.iter().map(|one| (&one.path, &one.value)).collect();
            for one in base.follows.iter().filter(|one| now.get(&one.path) != Some(&&one.value)) {
                let from = one.from.iter().filter(|from| touched.contains(from));
                let keys: Vec<&str> =
                    from.flat_map(|from| one.row.from.iter().filter(|key| fits(from, key))).copied().collect();
                assert!(!keys.is_empty(), "{} changes with {touched:?}", one.path);
                witnessed.extend(keys.iter().map(|key| (one.row.key, *key)));
            }
        }
    }
    for row in ROWS {
        for key in row.from {
            assert!(witnessed.contains(&(row.key, *key)), "no change of {key} changes {}", row.key);
        }
    }
}

/// Whether a path is one of a key's.
fn fits(path: &Path, key: &str) -> bool {
    let mut place = String::new();
    for step in path.segments() {
        match step {
            Segment::Index(_) => place += "[]",
            Segment::Key(_) if key.strip_prefix(place.as_str()) == Some("{}") => place += "{}",
            Segment::Key(name) => {
                place += if place.is_empty() { "" } else { "." };
                place += name;
            }
        }
    }
    place == key
}

#[test]
fn what_is_derived_changes_with_what_it_comes_from_and_with_nothing_else() {
    let (mut witnessed, mut derived) = (BTreeSet::new(), BTreeSet::new());
    for text in different() {
        let base = show(&text).unwrap();
        // Without what is derived it is derived anew; all else stays written.
        let mut open = base.description.clone();
        for entry in &base.entries {
            if matches!(entry.origin, Origin::Derived { .. } | Origin::Platform) {
                remove(&mut open, &entry.path);
            }
        }
        let from: BTreeMap<&Path, (&Value, Vec<Path>)> = base
            .entries
            .iter()
            .filter_map(|entry| match &entry.origin {
                Origin::Derived { from, .. } => Some((&entry.path, (&entry.value, from.clone()))),
                Origin::Platform => Some((&entry.path, (&entry.value, vec![Path::root().key("platform")]))),
                _ => None,
            })
            .collect();
        let key = |path: &Path| fits_any(path);
        derived.extend(from.iter().flat_map(|(path, (_, from))| from.iter().map(|from| (key(path), key(from)))));
        for (touched, shown) in experiments(&open) {
            for entry in shown.entries {
                let Some((value, from)) = from.get(&entry.path) else { continue };
                if touched.contains(&entry.path) || **value == entry.value {
                    continue;
                }
                let cause: Vec<&Path> = from.iter().filter(|from| touched.contains(from)).collect();
                assert!(!cause.is_empty(), "{} changes with {touched:?}", entry.path);
                witnessed.extend(cause.into_iter().map(|from| (key(&entry.path), key(from))));
            }
        }
    }
    assert_eq!(witnessed, derived);
    assert!(derived.len() >= 6, "{derived:?}");
}

/// A path with all elements of a list as one.
fn fits_any(path: &Path) -> String {
    let step = |step: &Segment| match step {
        Segment::Index(_) => "[]".to_owned(),
        Segment::Key(key) => format!("/{key}"),
    };
    path.segments().iter().map(step).collect()
}
