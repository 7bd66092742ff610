//! The plans of edits of examples/full, word by word: what somebody follows at night. `GFS2GEN_BLESS=1 cargo test --test planned`
//! accepts what is said now.

mod edits;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use edits::{FULL, built, edited};
use gfs2gen::change::{Change, Replaced, Sides, human};
use similar::TextDiff;

/// A plan's name, and what is edited.
type Planned = (&'static str, &'static [(&'static str, &'static str)]);

const PLANNED: &[Planned] = &[
    (
        "add-guest",
        &[(
            "  - name: legacy",
            "  - name: db\n    memory: 8GiB\n    vcpus: 4\n    disks: [ { filesystem: vms, file: db.raw, size: 60GiB } ]\n    network: { bridge: br0 }\n    prefer: beta\n  - name: legacy",
        )],
    ),
    ("remove-guest", &[("  - name: legacy\n    domain: domains/legacy.xml\n", "")]),
    ("more-memory", &[("memory: 16GiB", "memory: 24GiB")]),
    ("move-image", &[("filesystem: logs, file: web-logs", "filesystem: vms, file: web-logs")]),
    (
        "add-filesystem",
        &[("      - { name: iso,", "      - { name: backup, size: 10%, mount: /srv/backup }\n      - { name: iso,")],
    ),
    ("grow-filesystem", &[("size: 600GiB", "size: 700GiB")]),
    (
        "remove-filesystem",
        &[(", mount: /srv/iso }", ", mount: /srv/iso }\n      - { name: old, size: 10%, mount: /srv/old }")],
    ),
    ("grow-disk", &[("size: 900GiB", "size: 1200GiB")]),
    // A filesystem that takes a share of the larger disk is made with it, and does not grow.
    (
        "grow-disk-for-filesystem",
        &[
            ("size: 900GiB", "size: 1200GiB"),
            ("      - { name: logs,", "      - { name: more, size: 10%, mount: /srv/more }\n      - { name: logs,"),
        ],
    ),
    // Room is made before it is used.
    (
        "grow-both",
        &[("size: 900GiB", "size: 1200GiB"), ("size: 600GiB", "size: 700GiB"), ("journals: 3", "journals: 4")],
    ),
    ("add-journals", &[("journals: 3", "journals: 4")]),
    ("mount-options", &[("commit=30", "commit=60")]),
    (
        "add-storage",
        &[(
            "vms:\n",
            "  - name: more\n    disk: /dev/disk/by-partlabel/drbd-more\n    filesystems: [ { name: more, mount: /srv/more } ]\nvms:\n",
        )],
    ),
    (
        "replace-disk",
        &[
            ("beta: eui.0025385b71b00d44", "beta: eui.0025385b71b00e55"),
            ("nvme-eui.0025385b71b00d44", "nvme-eui.0025385b71b00e55"),
        ],
    ),
    ("drbd-port", &[("port: 7800", "port: 7801")]),
    ("token", &[("token: 5s", "token: 10s")]),
    ("fence-secret", &[("secrets/bmc-beta", "secrets/ipmi-beta")]),
    ("rename-filesystem", &[("{ name: iso, logical_volume: iso", "{ name: dvd, logical_volume: dvd")]),
    ("rename-cluster", &[("name: rack12", "name: rack13")]),
    ("other-link-address", &[("cluster: 192.168.11.4,", "cluster: 192.168.11.5,")]),
    // What grows while it is mounted waits until it is mounted again.
    (
        "other-address-and-growth",
        &[
            ("cluster: 192.168.11.4,", "cluster: 192.168.11.5,"),
            ("size: 600GiB", "size: 700GiB"),
            ("journals: 3", "journals: 4"),
        ],
    ),
    ("shrink", &[("size: 600GiB", "size: 500GiB")]),
    // What is another one by what the command line says.
    ("replace-node", &[("ip: 10.0.99.4,", "ip: 10.0.99.5,")]),
];

#[test]
fn the_plans_are_the_expected_ones() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/planned");
    let bless = std::env::var("GFS2GEN_BLESS").is_ok();
    if bless {
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
    }
    let mut names = BTreeSet::new();
    for (name, edits) in PLANNED {
        // What is removed is there before.
        let (old, new) = match *name {
            "remove-filesystem" => (edited(FULL, edits), FULL.to_owned()),
            _ => (FULL.to_owned(), edited(FULL, edits)),
        };
        let (old, new) = (built(&old), built(&new));
        let sides = Sides { old: (&old).into(), new: (&new).into() };
        let replaced =
            if *name == "replace-node" { vec![Replaced::read("alpha", &sides).unwrap()] } else { Vec::new() };
        let now = human(&Change::with_replaced(&sides, &replaced)).unwrap();
        let file = folder.join(format!("{name}.txt"));
        names.insert(file.file_name().unwrap().to_owned());
        if bless {
            fs::write(&file, &now).unwrap();
        }
        let then = fs::read_to_string(&file).unwrap_or_default();
        assert!(now == then, "{name} differs\n{}", TextDiff::from_lines(&then, &now).unified_diff());
    }
    let there: BTreeSet<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(there, names);
}
