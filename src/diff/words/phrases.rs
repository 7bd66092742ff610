//! Two lists of settings, and what is to be said of the difference.

use std::collections::{BTreeMap, BTreeSet};

use super::Setting;

/// So much of a value is said.
const LONGEST: usize = 60;

/// So many places are said by their names.
const SEVERAL: usize = 3;

/// One change, but for its place.
#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    Changed { key: String, from: String, to: String },
    New { key: String, value: String },
    Gone { key: String, value: String },
    BlockNew,
    BlockGone,
}

#[derive(Debug)]
struct Event {
    place: Vec<String>,
    what: What,
}

/// The values at every place under every name, in the order in which they come first.
struct Values<'a> {
    order: Vec<(&'a [String], &'a str)>,
    values: BTreeMap<(&'a [String], &'a str), Vec<&'a str>>,
    /// Every block.
    places: BTreeSet<&'a [String]>,
}

impl<'a> Values<'a> {
    fn of(settings: &'a [Setting]) -> Self {
        let mut all = Values { order: Vec::new(), values: BTreeMap::new(), places: BTreeSet::from([&[][..]]) };
        for Setting { place, key, value } in settings {
            let name = (place.as_slice(), key.as_str());
            let values = all.values.entry(name).or_default();
            if values.is_empty() {
                all.order.push(name);
            }
            values.push(value);
            all.places.extend((1..=place.len()).map(|length| &place[..length]));
        }
        all
    }

    /// The outermost block on the way to a place that is not here.
    fn lacks<'p>(&self, place: &'p [String]) -> Option<&'p [String]> {
        (1..=place.len()).map(|length| &place[..length]).find(|part| !self.places.contains(part))
    }
}

/// What to say of what is in one list and not in the other.
pub(super) fn between(old: &[Setting], new: &[Setting]) -> Vec<String> {
    let (before, after) = (Values::of(old), Values::of(new));
    let mut events: Vec<Event> = Vec::new();
    let mut say = |place: &[String], what: What| {
        if !events.iter().any(|event| event.place == place && event.what == what) {
            events.push(Event { place: place.to_vec(), what });
        }
    };
    let gone_only = before.order.iter().filter(|name| !after.values.contains_key(*name));
    for name @ (place, key) in after.order.iter().chain(gone_only) {
        let of = |values: &Values| values.values.get(name).map(|all| all.iter().map(|v| (*v).to_owned()).collect());
        let (mut gone, mut come): (Vec<String>, Vec<String>) =
            (of(&before).unwrap_or_default(), of(&after).unwrap_or_default());
        let key = (*key).to_owned();
        match (before.lacks(place), after.lacks(place)) {
            (Some(block), _) => say(block, What::BlockNew),
            (_, Some(block)) => say(block, What::BlockGone),
            (None, None) => {
                come.retain(|value| match gone.iter().position(|other| other == value) {
                    Some(at) => drop_at(&mut gone, at),
                    None => true,
                });
                if let ([from], [to]) = (&gone[..], &come[..]) {
                    say(place, changed(key, from, to));
                    continue;
                }
                gone.into_iter().for_each(|value| say(place, What::Gone { key: key.clone(), value }));
                come.into_iter().for_each(|value| say(place, What::New { key: key.clone(), value }));
            }
        }
    }
    let events = paired(events);
    merged(&events, &after).iter().map(|(place, event)| phrase(place, event)).collect()
}

/// One element of a list that goes and one that comes are one that changes.
fn paired(events: Vec<Event>) -> Vec<Event> {
    let element = |event: &Event| match &event.what {
        What::New { key, value } if value.is_empty() => Some((true, key.clone())),
        What::Gone { key, value } if value.is_empty() => Some((false, key.clone())),
        _ => None,
    };
    let mut lists: BTreeMap<Vec<String>, Vec<(bool, String)>> = BTreeMap::new();
    for event in &events {
        lists.entry(event.place.clone()).or_default().extend(element(event));
    }
    let pair = |event: &Event| match &lists[&event.place][..] {
        [(true, to), (false, from)] | [(false, from), (true, to)] if element(event).is_some() => {
            Some(What::Changed { key: String::new(), from: from.clone(), to: to.clone() })
        }
        _ => None,
    };
    let mut all: Vec<Event> = Vec::new();
    for event in events {
        match pair(&event) {
            Some(what) if all.iter().any(|other| other.place == event.place && other.what == what) => {}
            Some(what) => all.push(Event { place: event.place, what }),
            None => all.push(event),
        }
    }
    all
}

fn drop_at(values: &mut Vec<String>, at: usize) -> bool {
    values.remove(at);
    false
}

/// Of an address with a port only the half that changes is said.
fn changed(key: String, from: &str, to: &str) -> What {
    let halves = |value: &str| {
        let (host, port) = value.rsplit_once(':')?;
        let is_port = !port.is_empty() && port.chars().all(|c| c.is_ascii_digit()) && host.contains(['.', ']']);
        is_port.then(|| (host.to_owned(), port.to_owned()))
    };
    let (key, from, to) = match (halves(from), halves(to)) {
        (Some((host, from)), Some((same, to))) if host == same => ("port".to_owned(), from, to),
        (Some((from, port)), Some((to, same))) if port == same => match (from.rsplit_once(' '), to.rsplit_once(' ')) {
            (Some((family, from)), Some((same, to))) if family == same => (key, from.to_owned(), to.to_owned()),
            _ => (key, from, to),
        },
        _ => (key, from.to_owned(), to.to_owned()),
    };
    What::Changed { key, from, to }
}

/// Where something happens, as it is said, and whether these are several places.
struct Where {
    name: String,
    several: bool,
}

/// Says once what happens at several places that are alike, such as both nodes; if it happens at all of them, without
/// their names.
fn merged<'a>(events: &'a [Event], after: &Values) -> Vec<(Where, &'a Event)> {
    let mut said: Vec<(Vec<&[String]>, &Event)> = Vec::new();
    for event in events {
        let alike = |(places, other): &&mut (Vec<&[String]>, &Event)| {
            let first = places[0];
            other.what == event.what
                && first.len() == event.place.len()
                && differing(first, &event.place).count() == 1
                && places.last().is_some_and(|last| differing(first, last).all(|at| first[at] != event.place[at]))
        };
        match said.iter_mut().find(alike) {
            Some((places, _)) => places.push(&event.place),
            None => said.push((vec![&event.place], event)),
        }
    }
    said.into_iter().map(|(places, event)| (name_of(&places, after), event)).collect()
}

/// Where two places of the same depth differ.
fn differing<'p>(a: &'p [String], b: &'p [String]) -> impl Iterator<Item = usize> + 'p {
    a.iter().zip(b).enumerate().filter(|(_, (a, b))| a != b).map(|(at, _)| at)
}

fn first_word(label: &str) -> &str {
    label.split(' ').next().unwrap_or(label)
}

fn name_of(places: &[&[String]], after: &Values) -> Where {
    let (first, other) = match places {
        [first, other, ..] => (first, other),
        places => return Where { name: places.concat().join(", "), several: false },
    };
    let at = differing(first, other).next().unwrap_or(0);
    let is_sibling = |place: &&&[String]| {
        place.len() == first.len()
            && place[..at] == first[..at]
            && place[at + 1..] == first[at + 1..]
            && first_word(&place[at]) == first_word(&first[at])
    };
    let alike = places.iter().all(|place| first_word(&place[at]) == first_word(&first[at]));
    let all = alike && after.places.iter().filter(is_sibling).count() == places.len();
    let names: Vec<&str> = places.iter().map(|place| place[at].as_str()).collect();
    let middle = match &names[..] {
        _ if all => None,
        names if names.len() > SEVERAL + 1 => {
            Some(format!("{} and {} more", names[..SEVERAL].join(", "), names.len() - SEVERAL))
        }
        [names @ .., last] => Some(format!("{} and {last}", names.join(", "))),
        [] => None,
    };
    let parts = first[..at].iter().cloned().chain(middle).chain(first[at + 1..].iter().cloned());
    let name = parts.collect::<Vec<_>>().join(", ");
    let name = if name.is_empty() { format!("every {}", first_word(&first[at])) } else { name };
    Where { name, several: !all }
}

fn phrase(Where { name, several }: &Where, event: &Event) -> String {
    let place = match &event.what {
        // Such as the attribute `port` of an element `port`.
        What::Changed { key, .. } if name == key => "",
        What::Changed { key, .. } => name.strip_suffix(&format!(", {key}")).unwrap_or(name),
        _ => name,
    };
    let verb = if *several { "are" } else { "is" };
    let with = |key: &str, value: &str| format!("{key} {}", short(value)).trim().to_owned();
    let what = match &event.what {
        // Of texts it does not help to say how they begin.
        What::Changed { key, from, to } if [from, to].iter().all(|value| value.chars().count() > LONGEST) => {
            format!("{key} changes").trim().to_owned()
        }
        What::Changed { key, from, to } => {
            let (from, to) = (short(from), short(to));
            let words = match (from.is_empty(), to.is_empty()) {
                (true, _) => format!("{key} gets {to}"),
                (_, true) => format!("{key} loses {from}"),
                _ => format!("{key} {from} to {to}"),
            };
            words.trim().to_owned()
        }
        What::New { key, value } => format!("{} is new", with(key, value)),
        What::Gone { key, value } => format!("{} is gone", with(key, value)),
        What::BlockNew => return format!("{place} {verb} new"),
        What::BlockGone => return format!("{place} {verb} gone"),
    };
    if place.is_empty() { what } else { format!("{place}: {what}") }
}

fn short(value: &str) -> String {
    match value.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", value[..at].trim_end()),
        None => value.to_owned(),
    }
}
