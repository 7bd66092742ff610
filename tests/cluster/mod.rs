//! The examples as plans.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use gfs2gen::domain::Domain;
use gfs2gen::model::Description;
use gfs2gen::plan::{Plan, Written, resolve};
use gfs2gen::source::Source;
use gfs2gen::syntax::Document;

/// The folders below `examples/`.
pub const EXAMPLES: [&str; 3] = ["full", "minimal", "original"];

/// The plan of an example.
pub fn plan(example: &str) -> Plan {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(example);
    let text = fs::read_to_string(folder.join("cluster.yaml")).expect("the example");
    let document = Document::parse(&Source::new("cluster.yaml", text)).expect("an example without errors");
    let description: Description = serde_json::from_value(document.value().clone()).expect("a description");
    let mut domains = BTreeMap::new();
    for (position, vm) in description.vms.iter().flatten().enumerate() {
        if let Some(path) = &vm.domain {
            let text = fs::read_to_string(folder.join(path.as_str())).expect("the guest's own domain");
            domains.insert(position, Domain::parse(&text));
        }
    }
    resolve(&Written { description, domains })
}
