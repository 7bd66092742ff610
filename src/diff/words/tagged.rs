//! XML, and the manifest.

use roxmltree::{Document, Node};
use serde_json::Value;

use super::{DEEP, Outline, Setting};

/// Elements that only hold others: what is in them belongs to what is around them.
const HOLDERS: [&str; 8] = [
    "configuration",
    "crm_config",
    "resources",
    "constraints",
    "instance_attributes",
    "operations",
    "nodes",
    "devices",
];

/// Reads a CIB, a domain, or a firewall's zone or service.
pub(super) fn xml(text: &str) -> Option<Outline> {
    let document = Document::parse(text).ok()?;
    let mut outline = Outline::default();
    attributes(document.root_element(), &[], &mut outline);
    inside(document.root_element(), &[], 0, &mut outline)?;
    Some(outline)
}

fn inside(element: Node, place: &[String], depth: usize, outline: &mut Outline) -> Option<()> {
    if depth > DEEP {
        return None;
    }
    for child in element.children().filter(Node::is_element) {
        let tag = child.tag_name().name();
        let text = child.text().unwrap_or_default().trim();
        if let (Some(name), true) = (child.attribute("name"), tag == "nvpair") {
            outline.settings.push(Setting::new(place, name, child.attribute("value").unwrap_or_default()));
            continue;
        }
        let mut below = place.to_vec();
        if !HOLDERS.contains(&tag) {
            let name = ["id", "name", "uname", "dev"].into_iter().find_map(|name| child.attribute(name));
            // An operation's id is its name and interval once more.
            let name = if tag == "op" { child.attribute("name") } else { name };
            below.push(name.map_or(tag.to_owned(), |name| format!("{tag} {name}")));
        }
        if !text.is_empty() {
            let unit = child.attribute("unit").map(|unit| format!(" {unit}")).unwrap_or_default();
            outline.settings.push(Setting::new(place, tag, format!("{text}{unit}")));
        }
        if !text.is_empty() && child.attributes().len() == 0 {
            continue;
        }
        attributes(child, &below, outline);
        inside(child, &below, depth + 1, outline)?;
    }
    Some(())
}

fn attributes(element: Node, place: &[String], outline: &mut Outline) {
    let holder = HOLDERS.contains(&element.tag_name().name());
    let mut some = false;
    for attribute in element.attributes().filter(|attribute| !holder || attribute.name() != "id") {
        // The name of the place again.
        let said = attribute.name() == "unit"
            || place.last().is_some_and(|label| label.ends_with(&format!(" {}", attribute.value())));
        if !said {
            outline.settings.push(Setting::new(place, attribute.name(), attribute.value()));
        }
        some |= !said;
    }
    if !some && !holder && !place.is_empty() && !element.has_children() {
        // That it is there is all that it says.
        outline.settings.push(Setting::new(place, "", ""));
    }
}

/// Reads our manifest: the files by their paths, and what else is in it.
pub(super) fn manifest(text: &str) -> Option<Outline> {
    let value: Value = serde_json::from_str(text).ok()?;
    let mut outline = Outline::default();
    walk(&value, &mut Vec::new(), "", &mut outline);
    // A hash says no more than the file's own difference.
    let (hashes, settings) = outline.settings.into_iter().partition(|setting| setting.key == "sha256");
    let hashes: Vec<Setting> = hashes;
    let rest = hashes.into_iter().map(|setting| format!("{} {}", setting.place.join(" "), setting.value));
    Some(Outline { settings, rest: rest.collect() })
}

fn walk(value: &Value, place: &mut Vec<String>, key: &str, outline: &mut Outline) {
    let before = place.len();
    match value {
        Value::Object(entries) => {
            if !key.is_empty() {
                place.push(key.to_owned());
            }
            for (key, value) in entries {
                walk(value, place, key, outline);
            }
        }
        Value::Array(elements) => {
            for element in elements {
                let name = ["path", "name"].into_iter().find_map(|name| element.get(name)).and_then(Value::as_str);
                match (element, name) {
                    (Value::Object(_), Some(name)) => walk(element, place, &format!("{key} {name}"), outline),
                    _ => walk(element, place, key, outline),
                }
            }
        }
        Value::String(text) => outline.settings.push(Setting::new(place, key, text)),
        other => outline.settings.push(Setting::new(place, key, other.to_string())),
    }
    place.truncate(before);
}
