//! What a plan does to the cluster's configuration: with a real pcs on the old CIB it makes the new one.

mod edits;
#[allow(dead_code)]
mod readers;

use std::fs;
use std::process::Command;

use edits::{FULL, built, edited};
use gfs2gen::change::{Change, Sides, Trees, script};

/// Edits, several at once because each call of pcs takes its time: what is new and gone, what is changed, what is made anew.
const EDITS: &[&[(&str, &str)]] = &[
    &[
        (
            "  - name: legacy\n    domain: domains/legacy.xml\n",
            "  - { name: db, memory: 2GiB, vcpus: 2, disks: [ { filesystem: new, file: db.raw, size: 9GiB } ] }\n",
        ),
        ("mount: /srv/iso }", "mount: /srv/iso }\n      - { name: new, size: 10%, mount: /srv/new }"),
        ("    prefer: alpha\n", "    prefer: beta\n"),
        ("commit=30", "commit=60"),
        ("root@example.com", "ops@example.com"),
        ("shutdown: 4min", "shutdown: 5min"),
    ],
    &[
        ("token: 5s", "token: 10s"),
        ("address: migration, transport: tls", "address: replication, transport: tls"),
        ("delay: 10s\n        timeout: 40s", "delay: 15s\n        timeout: 50s"),
        (
            "cipher: 17 }\n        secrets: { password: /etc/gfs2gen/secrets/bmc-beta }",
            "privlvl: \"it's\" }\n        secrets: { password: /etc/gfs2gen/secrets/ipmi-beta }",
        ),
        ("pdu-beta\n        agent: fence_apc_snmp", "pdu-b\n        agent: fence_apc_snmp"),
    ],
    &[
        (
            "agent: fence_apc_snmp\n        options: { ip: 10.0.99.20, plug: 7 }",
            "agent: fence_eaton_snmp\n        level: 1\n        options: { ip: 10.0.99.20, plug: 7 }",
        ),
        ("{ name: iso, logical_volume: iso", "{ name: dvd, logical_volume: dvd"),
        ("size: 100GiB, format: qcow2", "size: 120GiB, format: qcow2"),
        ("notify: { mail: root@example.com }\n", ""),
    ],
];

/// An element with its attributes and children in one order, where their order does not matter.
fn sorted(node: roxmltree::Node) -> String {
    let mut attributes: Vec<String> =
        node.attributes().map(|attribute| format!(" {}={:?}", attribute.name(), attribute.value())).collect();
    attributes.sort();
    let mut children: Vec<String> = node.children().filter(|child| child.is_element()).map(sorted).collect();
    // What pcs leaves of a set whose last value it took out.
    children.retain(|child| !child.starts_with("<meta_attributes") || child.contains("<nvpair"));
    children.retain(|child| !["<alerts>\n", "<fencing-topology>\n"].contains(&child.as_str()));
    // Members of a group start in their order.
    if !node.has_tag_name("group") {
        children.sort();
    }
    format!("<{}{}>\n{}", node.tag_name().name(), attributes.concat(), children.concat())
}

fn configuration(cib: &str) -> String {
    let document = roxmltree::Document::parse(cib).unwrap();
    let found = document.descendants().find(|node| node.has_tag_name("configuration")).unwrap();
    sorted(found)
}

#[test]
fn what_is_new_is_made_and_what_is_gone_is_removed() {
    becomes(EDITS[0]);
}

#[test]
fn what_has_other_values_gets_them() {
    becomes(EDITS[1]);
}

#[test]
fn what_is_something_else_under_its_name_is_made_anew() {
    becomes(EDITS[2]);
}

/// The old configuration becomes the new one, and stays it.
fn becomes(edits: &[(&str, &str)]) {
    if ["pcs", "cibadmin", "crm_diff", "crm_verify"].iter().any(|name| readers::find(name).is_none()) {
        return;
    }
    let (old, new) = (built(FULL), built(&edited(FULL, edits)));
    let sides = Sides { old: (&old).into(), new: (&new).into() };
    let change = Change::between(&sides);
    let script = script(&change, &sides, Trees { old: "old", new: "new" }).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (file, cib) = (folder.path().join("change.sh"), folder.path().join("cib.xml"));
    fs::write(&file, &script).unwrap();
    let text = |bundle: &gfs2gen::bundle::Bundle| bundle.get("cluster/cib.xml").unwrap().content.clone();
    fs::write(&cib, text(&old.1)).unwrap();
    let steps: Vec<&str> = script.lines().filter_map(|line| line.strip_suffix("_cib() {")).collect();
    assert!(!steps.is_empty());
    let apply = |how: &str, step: &str| {
        let mut command = Command::new("bash");
        command.arg(&file).args(["--here", how, &format!("{step}_cib"), "no", "as planned", "--cib"]).arg(&cib);
        readers::run(&mut command, "")
    };
    for step in &steps {
        apply("apply", step);
    }
    let now = fs::read_to_string(&cib).unwrap();
    assert_eq!(configuration(&now), configuration(&text(&new.1)), "{edits:?}");
    for step in steps {
        let said = apply("plan", step);
        assert!(said.contains("as planned: already done\ngfs2gen: unchanged"), "{step}: {said}");
    }
}
