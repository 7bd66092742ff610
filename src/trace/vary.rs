//! Other descriptions, one key away: to see what depends on that key.

use std::net::IpAddr;

use serde_json::{Map, Value, json};

use crate::path::{Path, Segment};
use crate::schema::{self, About};

/// A description in which one key is otherwise.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Variation {
    pub description: Value,
    /// A name that stands in paths of files: what it was and what it is.
    pub renamed: Option<(String, String)>,
    /// A text that also stands in the guests' own domains, which must agree with the description: what it was and what it is.
    pub in_domains: Option<(String, String)>,
}

impl Variation {
    /// A guest's own domain as it has to be beside this description.
    pub fn domain(&self, text: String) -> String {
        match &self.in_domains {
            Some((from, to)) => text.replace(from, to),
            None => text,
        }
    }
}

/// A key with descriptions in which it is otherwise. Not all of them are accepted.
#[derive(Debug)]
pub(super) struct Varied {
    pub key: Path,
    pub variations: Vec<Variation>,
}

/// Every key of a description and every key that it could have, in its order.
pub(super) fn vary(description: &Value) -> Vec<Varied> {
    let mut all = Vec::new();
    walk(description, description, &Path::root(), &mut all);
    all.retain(|varied| !varied.variations.is_empty());
    all
}

fn walk(whole: &Value, here: &Value, path: &Path, all: &mut Vec<Varied>) {
    match here {
        Value::Object(map) => {
            for (key, value) in map {
                let below = path.key(key);
                walk(whole, value, &below, all);
                if let (Value::Object(_), Some(without)) = (value, removed(whole, &below)) {
                    all.push(Varied { key: below, variations: vec![plain(without)] });
                }
            }
            absent(whole, map, path, all);
        }
        Value::Array(items) if items.first().is_some_and(Value::is_object) || path.to_string() == "/vms" => {
            for (index, item) in items.iter().enumerate() {
                let below = path.index(index);
                if let Some(without) = removed(whole, &below) {
                    all.push(Varied { key: below.clone(), variations: vec![plain(without)] });
                }
                walk(whole, item, &below, all);
            }
            if items.is_empty() {
                all.push(Varied { key: path.clone(), variations: first_guest(whole).map(plain).into_iter().collect() });
            }
        }
        value => all.push(Varied { key: path.clone(), variations: otherwise(whole, value, path) }),
    }
}

fn plain(description: Value) -> Variation {
    Variation { description, renamed: None, in_domains: None }
}

/// The description without the value at a path.
fn removed(whole: &Value, path: &Path) -> Option<Value> {
    let mut changed = whole.clone();
    let parent = changed.pointer_mut(&path.parent()?.to_string())?;
    match (parent, path.segments().last()?) {
        (Value::Object(map), Segment::Key(key)) => drop(map.shift_remove(key)?),
        (Value::Array(items), Segment::Index(index)) if items.len() > 1 || path.segments().len() == 2 => {
            items.remove(*index);
        }
        _ => return None,
    }
    Some(changed)
}

fn put(whole: &Value, path: &Path, value: Value) -> Value {
    let mut changed = whole.clone();
    if let Some(place) = changed.pointer_mut(&path.to_string()) {
        *place = value;
    }
    changed
}

/// The description with another value at a path, and with what refers to the old one.
fn otherwise(whole: &Value, value: &Value, path: &Path) -> Vec<Variation> {
    let about = schema::about(path);
    let mut variations = Vec::new();
    for other in others(whole, value, path, &about) {
        let mut changed = put(whole, path, other.clone());
        let (from, to) = (value.as_str(), other.as_str());
        let is_name = path.segments().last() == Some(&Segment::Key("name".into()));
        let renamed = from.zip(to).filter(|_| is_name).map(|(from, to)| (from.to_owned(), to.to_owned()));
        if let Some((from, to)) = &renamed {
            follow(&mut changed, path, from, to);
        }
        let is_mount = path.segments().last() == Some(&Segment::Key("mount".into()));
        let is_guest = is_name && path.segments().first() == Some(&Segment::Key("vms".into()));
        let in_domains = from.zip(to).filter(|_| is_mount || is_guest);
        let in_domains = in_domains.map(|(from, to)| (from.to_owned(), to.to_owned()));
        variations.push(Variation { description: changed, renamed, in_domains });
    }
    if path.to_string() == "/platform" {
        // Where the other platform has no such DRBD, it has its own.
        let own = variations.iter().filter_map(|one| removed(&one.description, &Path::root().key("drbd")).map(plain));
        variations.extend(own.collect::<Vec<_>>());
    }
    variations.extend(removed(whole, path).filter(|_| !value.is_null()).map(plain));
    variations
}

/// Gives what refers to a node or a filesystem its new name.
fn follow(description: &mut Value, path: &Path, from: &str, to: &str) {
    let rename = |value: &mut Value| {
        if value.as_str() == Some(from) {
            *value = to.into();
        }
    };
    let is_node = path.segments().first() == Some(&Segment::Key("nodes".into())) && path.segments().len() == 3;
    let is_filesystem = path.to_string().contains("/filesystems/");
    if is_node {
        for storage in description["storage"].as_array_mut().into_iter().flatten() {
            for key in ["disk", "identity"] {
                let Some(map) = storage.get_mut(key).and_then(Value::as_object_mut) else { continue };
                if let Some(value) = map.shift_remove(from) {
                    map.insert(to.to_owned(), value);
                }
            }
        }
    }
    for vm in description["vms"].as_array_mut().into_iter().flatten() {
        if let Some(prefer) = vm.get_mut("prefer").filter(|_| is_node) {
            rename(prefer);
        }
        let disks = vm.get_mut("disks").filter(|_| is_filesystem).and_then(Value::as_array_mut);
        disks.into_iter().flatten().for_each(|disk| rename(&mut disk["filesystem"]));
    }
}

/// Other values, the likeliest to be accepted first.
fn others(whole: &Value, value: &Value, path: &Path, about: &About) -> Vec<Value> {
    let mut found: Vec<Value> = about.choices.clone();
    match value {
        Value::Bool(flag) => found.push((!flag).into()),
        Value::Number(number) => {
            let number = number.as_u64().unwrap_or(0);
            found.extend([number + 1, number + 7, number * 2 + 1, number.saturating_sub(1)].map(Value::from));
        }
        Value::String(text) if found.is_empty() => {
            found.extend(texts(text).into_iter().map(Value::from));
            found.extend(names(whole, text).into_iter().map(Value::from));
            found.extend(about.examples.iter().take(2).cloned());
        }
        Value::Array(items) => found.extend(lists(whole, items, path)),
        _ => {}
    }
    let mut seen = vec![value.clone()];
    found.retain(|other| {
        !seen.contains(other) && {
            seen.push(other.clone());
            true
        }
    });
    found
}

/// Texts of the same kind as this one.
fn texts(text: &str) -> Vec<String> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return addresses(address);
    }
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    if let (Ok(number), true) = (text[..text.len() - unit.len()].parse::<u64>(), UNITS.contains(&unit)) {
        let mut numbers = vec![number * 2, number + 1, number.div_ceil(2), number * 10];
        numbers.retain(|other| *other != number);
        let mut texts: Vec<String> = numbers.iter().map(|other| format!("{other}{unit}")).collect();
        if unit.starts_with('%') {
            texts.splice(0..0, ["50%", "60%FREE", "10GiB"].map(str::to_owned));
        }
        return texts;
    }
    let cut = text.char_indices().next_back().map_or("", |(at, _)| &text[..at]);
    let end = ["x", "a", "1", "2"];
    let longer = end.iter().take(1).map(|end| format!("{text}{end}"));
    longer.chain(end.iter().map(|end| format!("{cut}{end}"))).filter(|other| other != text).take(3).collect()
}

/// The units of durations, sizes, shares and speeds; of no text that only happens to begin with a digit.
const UNITS: &[&str] = &["ms", "s", "min", "h", "KiB", "MiB", "GiB", "TiB", "%", "%FREE", "Mbit", "Gbit"];

fn addresses(address: IpAddr) -> Vec<String> {
    let steps = [1, 20, 40];
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, d] = v4.octets();
            steps.map(|step| IpAddr::from([a, b, c, (d.wrapping_add(step) % 250).max(1)]).to_string()).to_vec()
        }
        IpAddr::V6(v6) => steps
            .map(|step| {
                let mut parts = v6.segments();
                parts[7] = parts[7].wrapping_add(u16::from(step));
                IpAddr::from(parts).to_string()
            })
            .to_vec(),
    }
}

/// Other names of the same things, where the text is the name of something.
fn names(whole: &Value, text: &str) -> Vec<String> {
    let all = |values: &Value, key: &str| -> Vec<String> {
        let items = values.as_array().into_iter().flatten();
        items.filter_map(|item| item[key].as_str().map(str::to_owned)).collect()
    };
    let networks = networks(whole);
    let nodes = all(&whole["nodes"], "name");
    let storages = whole["storage"].as_array().into_iter().flatten();
    let filesystems: Vec<String> = storages.flat_map(|storage| all(&storage["filesystems"], "name")).collect();
    let kinds = [networks, nodes, filesystems];
    let same = kinds.into_iter().filter(|kind| kind.iter().any(|name| name == text));
    same.flatten().filter(|name| name != text).collect()
}

fn networks(whole: &Value) -> Vec<String> {
    let addresses = whole["nodes"][0]["addresses"].as_object();
    addresses.into_iter().flat_map(Map::keys).cloned().collect()
}

/// Other lists: without one of the elements, with one more, the other way round.
fn lists(whole: &Value, items: &[Value], path: &Path) -> Vec<Value> {
    let mut lists: Vec<Vec<Value>> = Vec::new();
    for index in 0..items.len() {
        let mut shorter = items.to_vec();
        shorter.remove(index);
        lists.push(shorter);
    }
    let about = schema::about(&path.index(0));
    let named = if path.to_string() == "/cluster/links" { networks(whole) } else { Vec::new() };
    let more = named.into_iter().map(Value::from).chain(about.choices).chain(about.examples);
    for more in more.filter(|more| !items.contains(more)).take(4) {
        lists.push(items.iter().cloned().chain([more.clone()]).collect());
        lists.push(vec![more]);
    }
    lists.push(items.iter().rev().cloned().collect());
    lists.into_iter().map(Value::from).collect()
}

/// The keys that a mapping could have and does not.
fn absent(whole: &Value, map: &Map<String, Value>, path: &Path, all: &mut Vec<Varied>) {
    for key in schema::about(path).keys {
        if map.contains_key(&key) {
            continue;
        }
        let key = path.key(key);
        let with = |value: Value| {
            let mut changed = whole.clone();
            let place = changed.pointer_mut(&path.to_string()).and_then(Value::as_object_mut);
            if let (Some(map), Some(Segment::Key(name))) = (place, key.segments().last()) {
                map.insert(name.clone(), value);
            }
            plain(changed)
        };
        let variations = samples(whole, &key, 3).into_iter().map(with).collect();
        all.push(Varied { key, variations });
    }
}

/// Values that a key could have which is not there.
fn samples(whole: &Value, path: &Path, depth: usize) -> Vec<Value> {
    let about = schema::about(path);
    let last = path.segments().last();
    if last == Some(&Segment::Key("zones".into())) {
        return networks(whole).first().map(|name| json!({ name: "internal" })).into_iter().collect();
    }
    if last == Some(&Segment::Key("prefer".into())) {
        return vec![whole["nodes"][0]["name"].clone()];
    }
    if !about.choices.is_empty() || !about.examples.is_empty() {
        return about.choices.into_iter().chain(about.examples.into_iter().take(1)).collect();
    }
    if depth == 0 {
        return Vec::new();
    }
    if about.is_list {
        return samples(whole, &path.index(0), depth - 1).into_iter().take(1).map(|item| json!([item])).collect();
    }
    let mut map = Map::new();
    for key in about.keys {
        if let Some(value) = samples(whole, &path.key(&key), depth - 1).into_iter().next() {
            map.insert(key, value);
        }
    }
    if map.is_empty() { Vec::new() } else { vec![map.into()] }
}

/// The description with a guest, where it has none.
fn first_guest(whole: &Value) -> Option<Value> {
    let filesystem = whole["storage"][0]["filesystems"][0]["name"].as_str()?;
    let disk = json!({ "filesystem": filesystem, "file": "first.raw", "size": "1GiB" });
    let guest = json!({ "name": "first", "memory": "1GiB", "vcpus": 1, "disks": [disk] });
    Some(put(whole, &Path::root().key("vms"), json!([guest])))
}

#[cfg(test)]
mod tests;
