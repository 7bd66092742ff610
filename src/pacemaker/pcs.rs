//! A statement as pcs takes it.

use super::*;
use crate::platform::{LevelDevices, Pcs};

/// A call of one of the functions that every script under `cluster/` has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The words, line by line: the function's name first.
    pub lines: Vec<Vec<String>>,
    /// The group that a resource becomes a member of.
    pub group: Option<String>,
}

/// The call that a statement is.
pub fn call(platform: &Platform, statement: &Statement) -> Call {
    let pcs = &platform.pcs;
    let mut group = None;
    let lines = match statement {
        Statement::Property(name, value) => setting("crm_config", name, value, &["property", "set"]),
        Statement::Default(name, value) => {
            setting("rsc_defaults", name, value, &[&["resource"], pcs.defaults_command].concat())
        }
        Statement::Primitive(primitive) => {
            group.clone_from(&primitive.group);
            create(primitive)
        }
        Statement::Clone(clone) => once(&clone.id(), clone.element(), vec![clone_words(pcs, clone)]),
        Statement::Location(location) => once(&location.id(), "rsc_location", vec![location_words(location)]),
        Statement::Order(order) => once(&order.id(), "rsc_order", vec![order_words(order)]),
        Statement::Colocation(colocation) => {
            once(&colocation.id(), "rsc_colocation", vec![colocation_words(colocation)])
        }
        Statement::Level(level) => once(&level.id(), "fencing-level", vec![level_words(pcs, level)]),
        Statement::Alert(alert) => once(&alert.id, "alert", alert_lines(alert)),
        Statement::Recipient(recipient) => {
            let mut line = words(&["alert", "recipient", "add", &recipient.alert]);
            line.extend([equals("value", &recipient.value), equals("id", &recipient.id)]);
            once(&recipient.id, "recipient", vec![line])
        }
    };
    Call { lines: lines.into_iter().flat_map(wrap).collect(), group }
}

/// How long a line of words may be, without its indentation and quotes.
const WIDTH: usize = 100;

/// Breaks a line that is too long to be read.
pub(super) fn wrap(line: Vec<String>) -> Vec<Vec<String>> {
    let mut lines: Vec<Vec<String>> = vec![Vec::new()];
    let mut width = 0;
    for word in line {
        let length = word.chars().count() + 1;
        if width > 0 && width + length > WIDTH {
            lines.push(Vec::new());
            width = 0;
        }
        width += length;
        lines.last_mut().expect("one line at least").push(word);
    }
    lines
}

pub(super) fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|word| (*word).to_owned()).collect()
}

pub(super) fn equals(name: &str, value: &str) -> String {
    format!("{name}={value}")
}

pub(super) fn all_equals(pairs: &Pairs) -> impl Iterator<Item = String> {
    pairs.iter().map(|(name, value)| equals(name, value))
}

/// `setting SECTION NAME VALUE pcs-words`.
fn setting(section: &str, name: &str, value: &str, command: &[&str]) -> Vec<Vec<String>> {
    let mut line = words(&["setting", section, name, value]);
    line.extend(words(command));
    line.push(equals(name, value));
    vec![line]
}

/// `once ID ELEMENT pcs-words`.
fn once(id: &str, element: &str, command: Vec<Vec<String>>) -> Vec<Vec<String>> {
    let mut lines = vec![words(&["once", id, element])];
    lines.extend(command);
    lines
}

/// `create ID AGENT pcs-words` or, for a fence device, `fence ID AGENT pcs-words`.
fn create(primitive: &Primitive) -> Vec<Vec<String>> {
    let mut lines = vec![match primitive.provider {
        Some(_) => words(&["create", &primitive.id, &primitive.kind()]),
        None => words(&["fence", &primitive.id, &primitive.agent]),
    }];
    if !primitive.parameters.is_empty() {
        lines.push(all_equals(&primitive.parameters).collect());
    }
    for (position, operation) in primitive.operations.iter().enumerate() {
        let mut line = words(if position == 0 { &["op"] } else { &[] });
        line.push(operation.name.to_owned());
        line.extend(operation.attributes().iter().map(|(name, value)| equals(name, value)));
        lines.push(line);
    }
    if !primitive.meta.is_empty() {
        let mut line = words(&["meta"]);
        line.extend(all_equals(&primitive.meta));
        lines.push(line);
    }
    lines
}

fn clone_words(pcs: &Pcs, clone: &CloneOf) -> Vec<String> {
    let mut line = match clone.promotable {
        None => words(&["resource", "clone", &clone.of]),
        Some(Promotable::Clone) => words(&["resource", "promotable", &clone.of]),
        Some(Promotable::Master) => words(&["resource", "master", &clone.id(), &clone.of]),
    };
    line.extend(words(pcs.clone_meta));
    line.extend(all_equals(&clone.meta));
    line
}

fn location_words(location: &Location) -> Vec<String> {
    let (verb, score) = match location.prefers {
        Some(score) => ("prefers", score.to_string()),
        None => ("avoids", String::from("INFINITY")),
    };
    words(&["constraint", "location", &location.resource, verb, &equals(&location.node, &score)])
}

fn order_words(order: &Order) -> Vec<String> {
    let mut line = words(&["constraint", "order", order.first_action, &order.first, "then", "start", &order.then]);
    if order.serialize {
        line.extend(words(&["kind=Serialize", "symmetrical=false"]));
    }
    line
}

fn colocation_words(colocation: &Colocation) -> Vec<String> {
    let mut line = words(&["constraint", "colocation", "add", &colocation.resource, "with"]);
    line.extend(colocation.role.map(str::to_owned));
    line.extend([colocation.with.clone(), String::from("score=INFINITY")]);
    line
}

fn level_words(pcs: &Pcs, level: &Level) -> Vec<String> {
    let mut line = words(&["stonith", "level", "add", &level.index.to_string(), &level.target]);
    match pcs.level_devices {
        LevelDevices::Words => line.extend(level.devices.iter().cloned()),
        LevelDevices::Commas => line.push(level.devices.join(",")),
    }
    line
}

fn alert_lines(alert: &Alert) -> Vec<Vec<String>> {
    let mut options = words(&["options"]);
    options.extend(all_equals(&alert.options));
    vec![words(&["alert", "create", &equals("path", &alert.path), &equals("id", &alert.id)]), options]
}
