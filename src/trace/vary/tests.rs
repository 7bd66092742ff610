//! Nearly every key has another value that is accepted.

use super::*;
use crate::compile::{compile, plan_of};
use crate::source::Source;

const FULL: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/full/cluster.yaml"));
const LEGACY: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/full/domains/legacy.xml"));

fn full() -> Value {
    let compiled = compile(&Source::new("full", FULL), "2026-01-01", &|_| Ok(LEGACY.to_owned()));
    compiled.built.expect("the example is fine").1.description().clone()
}

/// Keys of which there is no other value: there is one version; and a guest is either described or has a domain of its own.
const FIXED: &[&str] = &[
    "/apiVersion",
    "/vms/0/domain",
    "/vms/1/type",
    "/vms/1/memory",
    "/vms/1/vcpus",
    "/vms/1/cpu",
    "/vms/1/disks",
    "/vms/1/network",
];

#[test]
fn every_key_can_be_otherwise() {
    let description = full();
    let mut fixed = Vec::new();
    for Varied { key, variations } in vary(&description) {
        let accepted = |one: &Variation| plan_of(&one.description, &|_| Ok(one.domain(LEGACY.to_owned()))).is_some();
        // A mapping that cannot be left out is varied by the keys in it.
        let has_keys = description.pointer(&key.to_string()).is_some_and(|value| value.is_object());
        if !has_keys && !variations.iter().any(accepted) {
            fixed.push(key.to_string());
        }
    }
    assert_eq!(fixed, FIXED);
}

#[test]
fn what_refers_to_a_name_follows_it() {
    let description = full();
    let path = Path::root().key("nodes").index(0).key("name");
    let varied = otherwise(&description, &"alpha".into(), &path).remove(0).description;
    let name = varied["nodes"][0]["name"].as_str().unwrap();
    assert_ne!(name, "alpha");
    assert!(varied["storage"][0]["disk"][name].is_string() && varied["storage"][0]["identity"][name].is_string());
    assert_eq!(varied["vms"][0]["prefer"], name);
}

#[test]
fn a_quantity_becomes_another_one_and_a_name_no_quantity() {
    assert_eq!(texts("5s"), ["10s", "6s", "3s", "50s"]);
    assert_eq!(texts("80%")[..2], ["50%", "60%FREE"]);
    assert_eq!(texts("10.0.0.249")[0], "10.0.0.1");
    assert_eq!(texts("9lives")[0], "9livesx");
    assert!(texts("1s").iter().all(|text| text != "1s" && text != "0s"));
}
