//! From one configuration to another: what has to go, what has to be told, what has to be made.

use super::pcs::{all_equals, equals, words};
use super::*;

/// The calls that lead from one configuration to another.
#[derive(Debug, Clone, Default)]
pub struct CibChange {
    /// What goes, what needs others first.
    pub gone: Vec<Call>,
    /// What becomes different or is new, each with the script that makes it on a fresh cluster, in the order of those.
    pub made: Vec<(&'static str, Call)>,
    /// Resources that get other parameters: Pacemaker would restart them.
    pub restarted: Vec<String>,
}

impl CibChange {
    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.gone.is_empty() && self.made.is_empty()
    }
}

/// What leads from `old` to `new`, in `new`'s dialect of pcs.
pub fn change(old: &Configuration, new: &Configuration) -> CibChange {
    let mut change = CibChange::default();
    let old: Vec<&Statement> = old.statements().collect();
    let news: Vec<&Statement> = new.statements().collect();
    // What is made anew takes everything along that refers to it.
    let remade: Vec<String> = old.iter().filter_map(|old| remade(old, &news)).collect();
    let stays = |old: &&Statement| {
        let there = news.iter().any(|new| id(new) == id(old));
        there && !remade.iter().any(|gone| *gone == id(old) || refers(old, gone))
    };
    let kept: Vec<&Statement> = old.iter().copied().filter(stays).collect();
    let mut first: Vec<Call> = Vec::new();
    let mut levels: Vec<Call> = Vec::new();
    for before in old.iter().rev().filter(|old| !stays(old)) {
        match news.iter().find(|new| id(new) == id(before)) {
            None => first.extend(gone(before, "")),
            // After its devices, with one of which pcs may have left a part of it.
            Some(wanted @ Statement::Level(_)) => levels.extend(gone(before, &unlike(wanted))),
            Some(wanted) if remade.contains(&id(before)) => first.extend(gone(before, &unlike(wanted))),
            // It goes with what it refers to.
            Some(_) => {}
        }
    }
    first.append(&mut levels);
    // In one push with what comes in its place.
    if remade.is_empty() {
        change.gone = first;
    } else {
        change.made = first.into_iter().map(|call| ("", call)).collect();
    }
    for script in &new.scripts {
        for statement in script.blocks.iter().flat_map(|block| &block.statements) {
            let before = kept.iter().find(|old| id(old) == id(statement));
            let calls = match before {
                Some(before) if before == &statement => Vec::new(),
                Some(before) => changed(new.platform, before, statement),
                None => vec![call(new.platform, statement)],
            };
            if let (Some(Statement::Primitive(before)), Statement::Primitive(after)) = (before, statement)
                && before.parameters != after.parameters
                && after.provider.is_some()
            {
                change.restarted.push(after.id.clone());
            }
            change.made.extend(calls.into_iter().map(|call| (script.file, call)));
        }
    }
    change
}

/// What a statement is about, unique among all.
fn id(statement: &Statement) -> String {
    match statement {
        Statement::Property(name, _) => format!("property {name}"),
        Statement::Default(name, _) => format!("default {name}"),
        Statement::Primitive(primitive) => primitive.id.clone(),
        Statement::Clone(clone) => clone.id(),
        Statement::Location(location) => location.id(),
        Statement::Order(order) => order.id(),
        Statement::Colocation(colocation) => colocation.id(),
        Statement::Level(level) => level.id(),
        Statement::Alert(alert) => alert.id.clone(),
        Statement::Recipient(recipient) => recipient.id.clone(),
    }
}

/// The id of what keeps its name and is something else: another agent, another group, other devices of a level.
fn remade(old: &Statement, new: &[&Statement]) -> Option<String> {
    let other = new.iter().find(|new| id(new) == id(old))?;
    let differs = match (old, other) {
        (Statement::Primitive(old), Statement::Primitive(new)) => (old.kind(), &old.group) != (new.kind(), &new.group),
        (Statement::Level(old), Statement::Level(new)) => old.devices != new.devices,
        (Statement::Clone(old), Statement::Clone(new)) => old.element() != new.element(),
        (Statement::Order(_) | Statement::Colocation(_) | Statement::Location(_), other) => old != *other,
        _ => false,
    };
    differs.then(|| id(old))
}

/// Whether pcs takes a statement away together with what it is about.
fn refers(statement: &Statement, gone: &str) -> bool {
    let it = |id: &str| id == gone || id == ids::clone_of(gone);
    match statement {
        Statement::Clone(clone) => it(&clone.of),
        Statement::Location(location) => it(&location.resource),
        Statement::Order(order) => it(&order.first) || it(&order.then),
        Statement::Colocation(colocation) => it(&colocation.resource) || it(&colocation.with),
        Statement::Level(level) => level.devices.iter().any(|device| it(device)),
        Statement::Recipient(recipient) => it(&recipient.alert),
        _ => false,
    }
}

/// What an element that is made anew is not yet: a condition in XPath.
fn unlike(wanted: &Statement) -> String {
    match wanted {
        Statement::Level(level) => format!("[not(@devices='{}')]", level.devices.join(",")),
        Statement::Primitive(primitive) => match &primitive.group {
            Some(group) => format!("[not(@type='{}' and parent::group[@id='{group}'])]", primitive.agent),
            None => format!("[not(@type='{}')]", primitive.agent),
        },
        _ => String::new(),
    }
}

/// `gone ID ELEMENT pcs-words`, for an element of which the condition holds; none for what goes with something else.
fn gone(statement: &Statement, condition: &str) -> Option<Call> {
    let id = id(statement);
    let (element, command) = match statement {
        // There is no command of pcs's for a level that every line of it has.
        Statement::Level(_) => ("fencing-level", Vec::new()),
        Statement::Primitive(primitive) if primitive.provider.is_none() => {
            ("primitive", words(&["stonith", "delete", &id]))
        }
        Statement::Primitive(_) => ("primitive", words(&["resource", "delete", &id])),
        Statement::Location(_) => ("rsc_location", words(&["constraint", "remove", &id])),
        Statement::Order(_) => ("rsc_order", words(&["constraint", "remove", &id])),
        Statement::Colocation(_) => ("rsc_colocation", words(&["constraint", "remove", &id])),
        Statement::Alert(_) => ("alert", words(&["alert", "remove", &id])),
        Statement::Recipient(_) => ("recipient", words(&["alert", "recipient", "remove", &id])),
        Statement::Property(..) | Statement::Default(..) | Statement::Clone(_) => return None,
    };
    let mut line = words(&["gone", &id, &format!("{element}{condition}")]);
    line.extend(command);
    Some(Call { lines: vec![line], group: None })
}

/// `changed ID pcs-words` for what is there and has other values.
fn changed(platform: &Platform, old: &Statement, new: &Statement) -> Vec<Call> {
    let told = |lines: Vec<Vec<String>>| {
        let mut all = vec![words(&["changed", &id(new)])];
        all.extend(lines);
        Call { lines: all.into_iter().flat_map(pcs::wrap).collect(), group: None }
    };
    match (old, new) {
        (Statement::Primitive(old), Statement::Primitive(new)) => vec![told(updated(old, new))],
        (Statement::Clone(old), Statement::Clone(new)) => {
            let mut line = words(&["resource", "meta", &new.id()]);
            line.extend(differing(&old.meta, &new.meta));
            vec![told(vec![line])]
        }
        (Statement::Alert(old), Statement::Alert(new)) => {
            let mut line = words(&["alert", "update", &new.id, &equals("path", &new.path), "options"]);
            line.extend(differing(&old.options, &new.options));
            vec![told(vec![line])]
        }
        (_, Statement::Recipient(new)) => {
            let line = words(&["alert", "recipient", "update", &new.id, &equals("value", &new.value)]);
            vec![told(vec![line])]
        }
        // Properties and defaults are set the same way whether they are there or not.
        _ => vec![call(platform, new)],
    }
}

/// `NAME=VALUE` where the value is new, `NAME=` where there is none any more.
fn differing(old: &Pairs, new: &Pairs) -> Vec<String> {
    let fresh: Pairs = new.iter().filter(|pair| !old.contains(pair)).cloned().collect();
    let gone = old.iter().filter(|(name, _)| !new.iter().any(|(other, _)| other == name));
    all_equals(&fresh).chain(gone.map(|(name, _)| equals(name, ""))).collect()
}

fn updated(old: &Primitive, new: &Primitive) -> Vec<Vec<String>> {
    let class = if new.provider.is_none() { "stonith" } else { "resource" };
    let mut lines = vec![words(&[class, "update", &new.id])];
    let parameters = differing(&old.parameters, &new.parameters);
    if !parameters.is_empty() {
        lines.push(parameters);
    }
    let operations = new.operations.iter().filter(|operation| !old.operations.contains(operation));
    for (position, operation) in operations.enumerate() {
        let mut line = words(if position == 0 { &["op"] } else { &[] });
        line.push(operation.name.to_owned());
        line.extend(operation.attributes().iter().map(|(name, value)| equals(name, value)));
        lines.push(line);
    }
    let meta = differing(&old.meta, &new.meta);
    if !meta.is_empty() {
        lines.push(words(&["meta"]).into_iter().chain(meta).collect());
    }
    lines
}

/// A call as a person types it, word by word.
pub fn command(call: &Call) -> Vec<String> {
    let mut given: Vec<&str> = call.lines.iter().flatten().map(String::as_str).collect();
    let function = if given.is_empty() { "" } else { given.remove(0) };
    let mut typed: Vec<&str> = vec!["pcs"];
    match function {
        "create" => {
            typed.extend(["resource", "create"]);
            typed.extend(given);
            typed.push("--no-default-ops");
        }
        "fence" => {
            typed.extend(["stonith", "create"]);
            typed.extend(given);
        }
        "setting" => typed.extend(&given[3..]),
        "gone" if given.len() == 2 => {
            let xpath = format!("//{}[@id='{}']", given[1], given[0]);
            return words(&["cibadmin", "--delete", "--xpath", &xpath]);
        }
        "gone" | "once" => typed.extend(&given[2..]),
        _ => typed.extend(&given[1..]),
    }
    if let Some(group) = &call.group {
        typed.extend(["--group", group]);
    }
    words(&typed)
}
