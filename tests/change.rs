//! What a change of the description means: the comparison, and the table of edits.

#[allow(dead_code)]
mod built;
mod edits;

use std::collections::BTreeSet;

use edits::{FULL, LEGACY, edited, keys_of_the_schema};
use gfs2gen::change::table::{On, rows};
use gfs2gen::change::{Change, Class, Sides};
use gfs2gen::compile::compile;
use gfs2gen::source::Source;
use serde_json::Value;

fn between(old: &str, new: &str) -> Change {
    let (old, new) = (edits::built(old), edits::built(new));
    Change::between(&Sides { old: (&old).into(), new: (&new).into() })
}

/// What is edited, with its class: `storage[fast].port: guests migrate`.
fn said(change: &Change) -> Vec<String> {
    change.edits.iter().map(|meant| format!("{}: {}", meant.edit.place(), meant.row.class)).collect()
}

#[test]
fn a_description_that_is_written_out_is_one_of_the_same_tree() {
    for (name, path) in built::examples() {
        let text = std::fs::read_to_string(&path).unwrap();
        let (_, bundle) = edits::built(&text);
        let (_, again) = edits::built(&format!("{:#}\n", bundle.description()));
        assert!(bundle == again, "{name}: the tree of the written-out description is another one");
    }
}

/// A leaf of a value by its key in the table.
fn keys_of(value: &Value, key: &str, mappings: &BTreeSet<String>, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) if mappings.contains(&format!("{key}{{}}")) && !map.is_empty() => {
            found.insert(format!("{key}{{}}"));
        }
        Value::Object(map) => {
            for (name, value) in map {
                keys_of(value, &format!("{key}{}{name}", if key.is_empty() { "" } else { "." }), mappings, found);
            }
        }
        Value::Array(values) if values.iter().any(Value::is_object) => {
            found.insert(format!("{key}[]"));
            values.iter().for_each(|value| keys_of(value, &format!("{key}[]"), mappings, found));
        }
        _ => drop(found.insert(key.to_owned())),
    }
}

#[test]
fn every_key_of_the_schema_is_written_out() {
    let schema: BTreeSet<String> = keys_of_the_schema().into_iter().collect();
    let (_, bundle) = edits::built(FULL);
    let mut found = BTreeSet::new();
    keys_of(bundle.description(), "", &schema, &mut found);
    let missing: Vec<_> = schema.difference(&found).collect();
    assert_eq!(missing, Vec::<&String>::new(), "compared by it they would be equal");
    let unknown: Vec<_> = found.difference(&schema).collect();
    assert_eq!(unknown, Vec::<&String>::new());
}

#[test]
fn every_key_of_the_schema_has_its_row() {
    let schema: BTreeSet<String> = keys_of_the_schema().into_iter().collect();
    for key in &schema {
        let last = rows().filter(|row| row.key == key).last();
        let fits = last.is_some_and(|row| matches!(row.on, On::Any));
        assert!(fits, "src/change/table has no row that fits any edit of `{key}`");
    }
    for row in rows() {
        assert!(schema.contains(row.key), "the table has a row for `{}`, which is no key", row.key);
        assert!(!row.why.ends_with('.'), "{}: {}", row.key, row.why);
        // Who cannot or must not have it is told what else there is.
        assert!(!row.class.needs_leave() || row.instead.is_some(), "{}", row.key);
    }
}

type Replaced = &'static [(&'static str, &'static str)];

/// Edits of the full example: what is replaced, by what, and what is said of it.
const EDITS: &[(Replaced, &[&str])] = &[
    // guests
    (
        &[(
            "  - name: legacy",
            "  - { name: db, memory: 2GiB, vcpus: 2, disks: [ { filesystem: vms, file: db.raw, size: 9GiB } ] }\n  - name: legacy",
        )],
        &["vms[db]: online"],
    ),
    (&[("  - name: legacy\n    domain: domains/legacy.xml\n", "")], &["vms[legacy]: guests stop"]),
    (&[("memory: 16GiB", "memory: 24GiB")], &["vms[web].memory: guests stop"]),
    (
        &[("filesystem: logs, file: web-logs", "filesystem: vms, file: web-logs")],
        &["vms[web].disks[web-logs.qcow2].filesystem: guests stop"],
    ),
    (&[("file: web.raw, size: 40GiB", "file: web.raw, size: 50GiB")], &["vms[web].disks[web.raw].size: guests stop"]),
    (&[("file: web.raw, size: 40GiB", "file: web.raw, size: 30GiB")], &["vms[web].disks[web.raw].size: impossible"]),
    (&[("file: web.raw", "file: www.raw")], &["vms[web].disks[www.raw].file: guests stop"]),
    (&[("    prefer: alpha\n", "")], &["vms[web].prefer: online"]),
    (&[("name: web\n", "name: www\n")], &["vms[www].name: guests stop"]),
    (&[("migration: { address: migration", "migration: { address: replication")], &["migration.address: online"]),
    (&[("transport: tls", "transport: ssh")], &["migration.transport: rolling"]),
    // filesystems
    (
        &[("      - { name: iso,", "      - { name: new, size: 10%, mount: /srv/new }\n      - { name: iso,")],
        &["storage[slow].filesystems[new]: online"],
    ),
    (&[("size: 600GiB", "size: 700GiB")], &["storage[fast].filesystems[vms].size: online"]),
    (&[("size: 600GiB", "size: 500GiB")], &["storage[fast].filesystems[vms].size: impossible"]),
    (&[("size: 80%", "size: 90%")], &["storage[slow].filesystems[iso].size: online"]),
    (&[("size: 80%", "size: 100%FREE")], &["storage[slow].filesystems[iso].size: online"]),
    (
        &[(
            "      - { name: iso, logical_volume: iso, size: 80%, mount: /srv/iso }",
            "      - { name: dvd, logical_volume: dvd, size: 80%, mount: /srv/dvd }",
        )],
        &["storage[slow].filesystems[dvd]: online", "storage[slow].filesystems[iso]: destroys data"],
    ),
    (&[("journals: 3", "journals: 4")], &["storage[fast].filesystems[vms].journals: online"]),
    (&[("journals: 3", "journals: 2")], &["storage[fast].filesystems[vms].journals: impossible"]),
    (&[("commit=30", "commit=60, data=ordered")], &["storage[fast].filesystems[logs].options: online"]),
    (&[("[noatime, commit=30]", "[noatime]")], &["storage[fast].filesystems[logs].options: guests migrate"]),
    (
        &[("{ name: iso, logical_volume: iso", "{ name: dvd, logical_volume: iso")],
        &["storage[slow].filesystems[dvd].name: guests stop"],
    ),
    (&[("mount: /srv/iso", "mount: /srv/dvd")], &["storage[slow].filesystems[iso].mount: guests stop"]),
    // storage
    (
        &[(
            "vms:\n",
            "  - { name: more, disk: /dev/disk/by-partlabel/drbd-more, filesystems: [ { name: more, mount: /srv/more } ] }\nvms:\n",
        )],
        &["storage[more]: online"],
    ),
    (&[("size: 900GiB", "size: 1200GiB")], &["storage[fast].size: online"]),
    (&[("size: 900GiB", "size: 800GiB")], &["storage[fast].size: impossible"]),
    (&[("    size: 900GiB\n", "")], &["storage[fast].size: nothing"]),
    (
        &[
            ("beta: eui.0025385b71b00d44", "beta: eui.0025385b71b00e55"),
            ("nvme-eui.0025385b71b00d44", "nvme-eui.0025385b71b00e55"),
        ],
        &["storage[fast].disk.beta: guests migrate", "storage[fast].identity.beta: guests migrate"],
    ),
    (&[("port: 7800", "port: 7801")], &["storage[slow].port: guests migrate"]),
    (&[("minor: 10", "minor: 11")], &["storage[slow].minor: guests migrate"]),
    (&[("max_rate: 400MiB", "max_rate: 300MiB")], &["storage[fast].drbd.resync.max_rate: online"]),
    (&[("csums_alg: sha1", "csums_alg: sha256")], &["storage[slow].drbd.csums_alg: online"]),
    (&[("secrets/replication", "secrets/other")], &["storage[slow].drbd.secret: online"]),
    (&[("volume_group: archive", "volume_group: attic")], &["storage[slow].volume_group: guests stop"]),
    (&[("- name: slow\n", "- name: cold\n")], &["storage[cold].name: guests stop"]),
    // the network, nodes, fencing
    (&[("cluster: 192.168.11.4,", "cluster: 192.168.11.5,")], &["nodes[alpha].addresses.cluster: full stop"]),
    (&[("migration: 10.10.20.4", "migration: 10.10.20.5")], &["nodes[alpha].addresses.migration: online"]),
    (
        &[
            ("links: [cluster, replication]", "links: [cluster]"),
            (
                "policy:\n  allow:\n    - rule: dlm-over-several-links\n      reason: both links were tested with SCTP for a month before this cluster went live\n      until: 2099-12-31\n",
                "",
            ),
        ],
        &["cluster.links: full stop", "policy.allow[dlm-over-several-links]: nothing"],
    ),
    (&[("links: [cluster, replication]", "links: [cluster, replication, migration]")], &["cluster.links: online"]),
    (&[("links: [cluster, replication]", "links: [replication, cluster]")], &["cluster.links: full stop"]),
    (&[("token: 5s", "token: 10s")], &["cluster.token: online"]),
    (&[("autostart: true", "autostart: false")], &["cluster.autostart: online"]),
    (&[("name: rack12", "name: rack13")], &["cluster.name: full stop"]),
    (
        &[("id: 1\n", "id: 3\n"), ("id: 2\n", "id: 1\n"), ("id: 3\n", "id: 2\n")],
        &["nodes[alpha].id: impossible", "nodes[beta].id: impossible"],
    ),
    (
        &[("name: beta\n", "name: gamma\n"), ("beta: /dev", "gamma: /dev"), ("beta: eui", "gamma: eui")],
        &["nodes[gamma].name: full stop"],
    ),
    (
        &[("bmc-beta\n        agent: fence_ipmilan", "ipmi-beta\n        agent: fence_ipmilan")],
        &["nodes[beta].fence[ipmi-beta].name: online"],
    ),
    (&[("secrets/bmc-beta", "secrets/ipmi-beta")], &["nodes[beta].fence[bmc-beta].secrets.password: online"]),
    (&[("ip: 10.0.99.7", "ip: 10.0.99.8")], &["nodes[beta].fence[bmc-beta].options.ip: online"]),
    (
        &[("delay: 10s\n        timeout", "delay: 15s\n        timeout")],
        &["nodes[alpha].fence[bmc-alpha].delay: online"],
    ),
    // the rest
    (
        &[("manage: firewalld, zones: { cluster: internal }", "manage: nftables")],
        &["firewall.manage: rolling", "firewall.zones.cluster: online"],
    ),
    (&[("root@example.com", "ops@example.com")], &["notify.mail: online"]),
    (&[("reason: both links", "reason: all links")], &["policy.allow[dlm-over-several-links].reason: nothing"]),
    (&[("platform: debian12", "platform: debian13")], &["platform: full stop"]),
];

#[test]
fn what_an_edit_of_the_full_example_means() {
    for (edits, expected) in EDITS {
        assert_eq!(said(&between(FULL, &edited(FULL, edits))), *expected, "{edits:?}");
    }
}

#[test]
fn nothing_is_edited_where_a_default_is_written_or_a_value_spelt_otherwise() {
    let same = [
        ("token: 5s", "token: 5000ms"),
        ("size: 600GiB", "size: 614400MiB"),
        ("lanplus: true", "lanplus: 1"),
        ("port: 7800", "port: 7800\n    address: replication"),
        (
            "disk: /dev/disk/by-partlabel/drbd-slow",
            "disk: { alpha: /dev/disk/by-partlabel/drbd-slow, beta: /dev/disk/by-partlabel/drbd-slow }",
        ),
    ];
    assert_eq!(said(&between(FULL, &edited(FULL, &same))), Vec::<String>::new());
}

#[test]
fn another_text_in_the_same_file_is_an_edit() {
    let old = edits::built(FULL);
    let new = edits::with_domain(FULL, &LEGACY.replace("<vcpu", "<!-- more --><vcpu"));
    let change = Change::between(&Sides { old: (&old).into(), new: (&new).into() });
    assert_eq!(said(&change), ["vms[legacy].domain: guests stop"]);
}

#[test]
fn old_locking_becomes_new_and_not_the_other_way_round() {
    let text = include_str!("../examples/original/cluster.yaml");
    let new = text.replace("platform: el7", "platform: debian12");
    let compiled = compile(&Source::new("x", new.as_str()), "2026-01-01", &|_| Ok(String::new()));
    assert!(compiled.is_fine(), "{:?}", compiled.diagnostics);
    assert!(said(&between(text, &new)).contains(&"platform: full stop".to_owned()));
    assert!(said(&between(&new, text)).contains(&"platform: impossible".to_owned()));
}

#[test]
fn an_older_drbd_becomes_nine_and_not_the_other_way_round() {
    let older = FULL.replace("platform: debian12\n", "platform: el9\ndrbd: \"8.4\"\n");
    let newer = older.replace("8.4", "9");
    let change = between(&older, &newer);
    assert_eq!(said(&change), ["drbd: full stop"]);
    let titles: Vec<&str> = change.steps.iter().map(|step| step.title.as_str()).collect();
    let at = |title: &str| {
        titles.iter().position(|said| said.starts_with(title)).unwrap_or_else(|| panic!("{title}: {titles:#?}"))
    };
    let order = [
        "corosync and Pacemaker have stopped",
        "DRBD 9 is installed",
        "the files of the new tree",
        "the metadata of fast is DRBD 9's on alpha",
        "corosync and Pacemaker run",
    ];
    assert!(order.windows(2).all(|pair| at(pair[0]) < at(pair[1])), "{titles:#?}");
    assert_eq!(said(&between(&newer, &older)), ["drbd: impossible"]);
    assert!(between(&newer, &older).steps.is_empty());
    // From the oldest platform to the newest of its family: the volume groups change hands on the way.
    let text = include_str!("../examples/original/cluster.yaml");
    let change = between(text, &text.replace("platform: el7", "platform: el9"));
    assert_eq!(said(&change)[..2], ["platform: full stop", "drbd: full stop"]);
    let titles: Vec<&str> = change.steps.iter().map(|step| step.title.as_str()).collect();
    assert!(titles.iter().any(|title| title.ends_with("is shared by lvmlockd")), "{titles:#?}");
}

/// The table as people read it.
fn page() -> String {
    let mut page = String::from(
        "# What an edit means\n\nWhat `gfs2gen plan OLD NEW` says of an edit of each key, from the table in `src/change/table`; a test writes this page.\n`[]` is any element of a list, `{}` any name. Of several rows of a key the first that fits counts.\n\n",
    );
    for class in Class::ALL {
        page.push_str(&format!("- **{class}**: {}\n", class.meaning()));
    }
    page.push_str("\n| key | edit | class | why, what must hold before, the way round |\n|---|---|---|---|\n");
    for row in rows() {
        // In a sentence the names of an edit stand in braces.
        let said = |text: &str| text.replace('|', "\\|").replace(['{', '}'], "*").replace('<', "\\<");
        let before = row.before.iter().map(|text| format!("<br>**before:** {}", said(text)));
        let instead = row.instead.map(|text| format!("<br>**instead:** {}", said(text)));
        let told: String = before.chain(instead).collect();
        page.push_str(&format!("| `{}` | {} | {} | {}{told} |\n", row.key, row.on.words(), row.class, said(row.why)));
    }
    page
}

#[test]
fn the_page_is_the_table() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/changes.md");
    if std::env::var("GFS2GEN_BLESS").is_ok() {
        std::fs::write(&file, page()).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap_or_default(), page());
}
