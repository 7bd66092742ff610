//! The difference of two written-out descriptions, key by key: what was added, removed, renamed and changed.

use serde_json::Value;

use super::side::Sides;
use crate::model::{bits_per_second, bytes, millis};
use crate::plan::GuestBody;

/// One edit of the description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The key, such as `storage[].disk{}`: `[]` is any element of a list, `{}` any name of a mapping.
    pub key: String,
    /// The names that stand for those, outermost first.
    pub names: Vec<String>,
    /// What happened to it.
    pub kind: Kind,
    /// What it was; `null` where it was not there.
    pub old: Value,
    /// What it is; `null` where it is not there any more.
    pub new: Value,
}

/// What happened to a key or to an element of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It has another name.
    Renamed,
    /// It has another value.
    Changed,
}

/// Lists whose elements have a name, and the key that holds it.
pub(super) const LISTS: &[(&str, &str)] = &[
    ("nodes[]", "name"),
    ("nodes[].fence[]", "name"),
    ("storage[]", "name"),
    ("storage[].filesystems[]", "name"),
    ("vms[]", "name"),
    ("vms[].disks[]", "file"),
    ("policy.allow[]", "rule"),
];

/// Mappings whose keys are names that the user chose.
pub(super) const MAPPINGS: &[&str] = &[
    "nodes[].addresses",
    "nodes[].fence[].options",
    "nodes[].fence[].secrets",
    "storage[].disk",
    "storage[].identity",
    "firewall.zones",
];

/// What makes an element the same under another name: one of these groups of keys has the same values, all of them there.
const SAME: &[(&str, &[&[&str]])] = &[
    // There are two of them, always.
    ("nodes[]", &[&[]]),
    ("nodes[].fence[]", &[&["agent", "options", "secrets"]]),
    ("storage[]", &[&["disk"], &["port", "minor"]]),
    ("storage[].filesystems[]", &[&["mount"], &["logical_volume"]]),
    ("vms[]", &[&["disks"], &["domain"]]),
    ("vms[].disks[]", &[&["filesystem", "size", "format"]]),
];

impl Edit {
    /// Where it is, with its names: `storage[fast].disk.alpha`.
    pub fn place(&self) -> String {
        let mut names = self.names.iter();
        let mut next = || names.next().map_or("?", String::as_str);
        let mut place = String::new();
        for part in self.key.split_inclusive(['[', '{']) {
            match part.split_at(part.len().saturating_sub(1)) {
                (before, "[") => place.push_str(&format!("{}[{}", before.trim_start_matches('}'), next())),
                (before, "{") => place.push_str(&format!("{}.{}", before.trim_start_matches('}'), next())),
                _ => place.push_str(part.trim_start_matches('}')),
            }
        }
        place
    }

    /// The name at a position; the last one is the element itself.
    pub fn name(&self, position: usize) -> &str {
        self.names.get(position).map_or("", String::as_str)
    }

    /// What is edited and how, on one line.
    pub fn headline(&self) -> String {
        let place = self.place();
        let whole = |value: &Value| value.is_object();
        match self.kind {
            Kind::Added if whole(&self.new) => format!("{place} is new"),
            Kind::Removed if whole(&self.old) => format!("{place} is gone"),
            _ => format!("{place}: {} -> {}", shown(&self.old), shown(&self.new)),
        }
    }

    /// Whether a quantity became more (`Greater`) or less; none where the two cannot be compared.
    pub fn direction(&self) -> Option<std::cmp::Ordering> {
        let (old_unit, old) = quantity(&self.old)?;
        let (new_unit, new) = quantity(&self.new)?;
        (old_unit == new_unit).then(|| new.cmp(&old))
    }
}

/// A value as people read it on one line.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(values) => format!("[{}]", values.iter().map(shown).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

fn quantity(value: &Value) -> Option<(&'static str, u64)> {
    if let Some(number) = value.as_u64() {
        return Some(("", number));
    }
    let text = value.as_str()?;
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let number: u64 = digits.parse().ok()?;
    match &text[digits.len()..] {
        "%FREE" => Some(("%FREE", number)),
        "%" => Some(("%", number)),
        "KiB" | "MiB" | "GiB" | "TiB" => Some(("bytes", bytes(text))),
        "ms" | "s" | "min" | "h" => Some(("ms", millis(text))),
        "Mbit" | "Gbit" => Some(("bits", bits_per_second(text))),
        _ => None,
    }
}

/// Every edit that leads from one description to the other, in the order of the description.
pub fn difference(sides: &Sides) -> Vec<Edit> {
    let mut edits = Vec::new();
    let old = follow(sides.old.bundle.description(), sides.new.bundle.description());
    walk(&old, sides.new.bundle.description(), "", &[], &mut edits);
    edits.extend(domains(sides));
    edits
}

fn walk(old: &Value, new: &Value, key: &str, names: &[String], edits: &mut Vec<Edit>) {
    if old == new {
        return;
    }
    let list = LISTS.iter().find(|(list, _)| list.strip_suffix("[]") == Some(key));
    if let Some((list, id)) = list {
        elements(old, new, (list, id), names, edits);
    } else if old.is_object() || new.is_object() {
        let mapping = MAPPINGS.contains(&key);
        for name in keys(old, new) {
            let (old, new) = (&old[name.as_str()], &new[name.as_str()]);
            if mapping {
                let names: Vec<String> = names.iter().cloned().chain([name]).collect();
                leaf(old, new, &format!("{key}{{}}"), &names, edits);
            } else {
                let dot = if key.is_empty() { "" } else { "." };
                walk(old, new, &format!("{key}{dot}{name}"), names, edits);
            }
        }
    } else {
        leaf(old, new, key, names, edits);
    }
}

fn leaf(old: &Value, new: &Value, key: &str, names: &[String], edits: &mut Vec<Edit>) {
    let kind = match (old, new) {
        (old, new) if old == new => return,
        (Value::Null, _) => Kind::Added,
        (_, Value::Null) => Kind::Removed,
        _ => Kind::Changed,
    };
    edits.push(Edit { key: key.to_owned(), names: names.to_vec(), kind, old: old.clone(), new: new.clone() });
}

/// The keys of both, the new ones first and in their order.
fn keys(old: &Value, new: &Value) -> Vec<String> {
    let of = |value: &Value| value.as_object().map(|map| map.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
    let mut keys = of(new);
    keys.extend(of(old).into_iter().filter(|key| new.get(key).is_none()));
    keys
}

fn elements(old: &Value, new: &Value, (list, id): (&str, &str), names: &[String], edits: &mut Vec<Edit>) {
    let of = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let (old, new) = (of(old), of(new));
    let named = |value: &Value| shown(&value[id]);
    let below = |value: &Value| names.iter().cloned().chain([named(value)]).collect::<Vec<_>>();
    let pairs = pairs(&old, &new, list, id);
    for (old, new) in &pairs {
        match (old, new) {
            (Some(old), Some(new)) => {
                let names = below(new);
                if named(old) != named(new) {
                    let key = format!("{list}.{id}");
                    let (old, new) = (old[id].clone(), new[id].clone());
                    edits.push(Edit { key, names: names.clone(), kind: Kind::Renamed, old, new });
                }
                for key in keys(old, new).into_iter().filter(|key| key != id) {
                    walk(&old[key.as_str()], &new[key.as_str()], &format!("{list}.{key}"), &names, edits);
                }
            }
            (Some(one), None) => leaf(one, &Value::Null, list, &below(one), edits),
            (None, Some(one)) => leaf(&Value::Null, one, list, &below(one), edits),
            (None, None) => {}
        }
    }
}

/// The elements of two lists side by side: by their names, and what is left by what else makes them the same.
fn pairs<'a>(old: &'a [Value], new: &'a [Value], list: &str, id: &str) -> Vec<(Option<&'a Value>, Option<&'a Value>)> {
    let mut left: Vec<&Value> = old.iter().filter(|one| !new.iter().any(|other| one[id] == other[id])).collect();
    let mut pairs = Vec::new();
    for one in new {
        let by_name = old.iter().find(|other| one[id] == other[id]);
        let partner = by_name.or_else(|| {
            let found = left.iter().position(|other| is_same(list, other, one))?;
            Some(left.remove(found))
        });
        pairs.push((partner, Some(one)));
    }
    pairs.extend(left.into_iter().map(|one| (Some(one), None)));
    pairs
}

fn is_same(list: &str, old: &Value, new: &Value) -> bool {
    let groups = SAME.iter().find(|(known, _)| *known == list).map(|(_, groups)| *groups).unwrap_or_default();
    groups.iter().any(|keys| keys.iter().all(|key| old.get(key).is_some() && old.get(key) == new.get(key)))
}

/// The old description with the new names of nodes and filesystems where something refers to one: that something else has
/// another name is no edit of the reference.
fn follow(old: &Value, new: &Value) -> Value {
    let mut old = old.clone();
    let renamed = |old: &Value, new: &Value, list: &str| -> Vec<(String, String)> {
        let of = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let (old, new) = (of(old), of(new));
        let pairs = pairs(&old, &new, list, "name");
        let both = pairs.iter().filter_map(|(old, new)| Some((shown(&(*old)?["name"]), shown(&(*new)?["name"]))));
        both.filter(|(old, new)| old != new).collect()
    };
    for (from, to) in renamed(&old["nodes"], &new["nodes"], "nodes[]") {
        for storage in old["storage"].as_array_mut().into_iter().flatten() {
            for mapping in ["disk", "identity"] {
                if let Some(value) = storage[mapping].as_object_mut().and_then(|map| map.remove(&from)) {
                    storage[mapping][&to] = value;
                }
            }
        }
        refer(&mut old, &from, &to, |vm| vec![&mut vm["prefer"]]);
    }
    let storages: Vec<(Value, Value)> = {
        let of = |value: &Value| value["storage"].as_array().cloned().unwrap_or_default();
        let (old, new) = (of(&old), of(new));
        let pairs = pairs(&old, &new, "storage[]", "name");
        pairs.iter().filter_map(|(old, new)| Some(((*old)?.clone(), (*new)?.clone()))).collect()
    };
    for (before, after) in storages {
        for (from, to) in renamed(&before["filesystems"], &after["filesystems"], "storage[].filesystems[]") {
            refer(&mut old, &from, &to, |vm| {
                let disks = vm["disks"].as_array_mut().into_iter().flatten();
                disks.map(|disk| &mut disk["filesystem"]).collect()
            });
        }
    }
    old
}

fn refer(description: &mut Value, from: &str, to: &str, places: fn(&mut Value) -> Vec<&mut Value>) {
    for vm in description["vms"].as_array_mut().into_iter().flatten() {
        for place in places(vm) {
            if place.as_str() == Some(from) {
                *place = Value::from(to);
            }
        }
    }
    // Looking a key up to change it makes it.
    for vm in description["vms"].as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
        vm.retain(|_, value| !value.is_null());
    }
}

/// Domains of the user's own that stand in the same file and say something else.
fn domains(sides: &Sides) -> Vec<Edit> {
    let described = |vm: &Value| Some((vm["name"].as_str()?.to_owned(), vm["domain"].as_str()?.to_owned()));
    let new = sides.new.bundle.description()["vms"].as_array().into_iter().flatten().filter_map(described);
    let old = sides.old.bundle.description()["vms"].as_array().into_iter().flatten().filter_map(described);
    let old: Vec<_> = old.collect();
    let text = |guests: &[crate::plan::Guest], name: &str| {
        guests.iter().find(|guest| guest.name == name).and_then(|guest| match &guest.body {
            GuestBody::Own(domain) => Some(domain.text.clone()),
            GuestBody::Described(_) => None,
        })
    };
    let edits = new.filter(|vm| old.contains(vm)).filter_map(|(name, file)| {
        let same = text(&sides.old.plan.guests, &name) == text(&sides.new.plan.guests, &name);
        let (old, new) = (Value::from(file.clone()), Value::from(format!("{file} with another text")));
        (!same).then(|| Edit { key: "vms[].domain".into(), names: vec![name], kind: Kind::Changed, old, new })
    });
    edits.collect()
}
