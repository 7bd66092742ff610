//! Descriptions to show, and what is shown of them.

#![allow(dead_code, reason = "each test program uses its part of this")]

use gfs2gen::bundle::Bundle;
use gfs2gen::compile::compile;
use gfs2gen::path::{Path, Segment};
use gfs2gen::plan::Plan;
use gfs2gen::show::{self, Shown};
use gfs2gen::source::Source;
use gfs2gen::syntax::Document;
use serde_json::Value;

const DOMAIN: &str = include_str!("../../examples/full/domains/legacy.xml");

/// Levels that are out of order, short timeouts, several guests, and links that are not the ones by default.
const ODD: &str = include_str!("odd.yaml");

/// The examples, and others that they do not resemble.
pub fn descriptions() -> Vec<String> {
    let unlike = [include_str!("../descriptions/unlike/cluster.yaml"), ODD].map(str::to_owned);
    let examples = crate::built::examples().into_iter().map(|(_, path)| std::fs::read_to_string(path).unwrap());
    examples.chain(unlike).collect()
}

/// The guest whose domain is in a file.
fn guest_of(text: &str, path: &str) -> String {
    let Ok(document) = Document::parse(&Source::new("c", text)) else { return String::new() };
    let vms = document.value()["vms"].as_array().cloned().unwrap_or_default();
    let guest = vms.iter().find(|vm| vm["domain"] == path).and_then(|vm| vm["name"].as_str());
    guest.unwrap_or("legacy").to_owned()
}

/// What comes of a text; none if it is not fine. Domains are like that of the full example, in a file named `other` with more
/// memory and its image elsewhere.
pub fn compiled(text: &str) -> Option<(Plan, Bundle, Document)> {
    let load = |path: &str| {
        let named = DOMAIN.replace("<name>legacy<", &format!("<name>{}<", guest_of(text, path)));
        let other = named.replace("<memory unit='GiB'>2<", "<memory unit='GiB'>99<").replace("/srv/vms/", "/srv/b/");
        Ok(if path.contains("other") { other } else { named })
    };
    let compiled = compile(&Source::new("cluster.yaml", text), "2026-01-31", &load);
    let (plan, bundle) = compiled.built?;
    Some((plan, bundle, compiled.document?))
}

/// What is shown of a text; none if it is not fine.
pub fn show(text: &str) -> Option<Shown> {
    let (plan, bundle, document) = compiled(text)?;
    Some(show::show(&Source::new("cluster.yaml", text), &document, &plan, bundle.description()).unwrap())
}

/// Removes a value, and what holds nothing without it.
pub fn remove(description: &mut Value, path: &Path) {
    let Some(parent) = path.parent() else { return };
    let Some(holder) = description.pointer_mut(&parent.to_string()) else { return };
    if let (Some(map), Some(Segment::Key(key))) = (holder.as_object_mut(), path.segments().last()) {
        map.remove(key);
        if map.is_empty() {
            remove(description, &parent);
        }
    }
}
