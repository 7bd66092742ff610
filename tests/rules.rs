//! Every rule: a small change to a description that is fine, and the code that it must give.

use gfs2gen::compile::compile;
use gfs2gen::source::Source;

const MINIMAL: &str = include_str!("../examples/minimal/cluster.yaml");
const FULL: &str = include_str!("../examples/full/cluster.yaml");
const DOMAIN: &str = include_str!("../examples/full/domains/legacy.xml");

/// The codes of a description, in order of the findings.
fn codes(text: &str, domain: &str) -> Vec<&'static str> {
    let compiled = compile(&Source::new("test", text), "2026-01-01", &|_| Ok(domain.to_owned()));
    compiled.diagnostics.iter().map(|found| found.code).collect()
}

/// A rule's name and the texts that are replaced, each of which must be there.
type Change = (&'static str, &'static [(&'static str, &'static str)]);

const IN_MINIMAL: &[Change] = &[
    ("unknown-network", &[("  name: vcluster", "  name: vcluster\n  links: [clusterr]")]),
    (
        "unknown-network",
        &[("replication: 10.10.10.4", "back: 10.10.10.4"), ("replication: 10.10.10.7", "back: 10.10.10.7")],
    ),
    ("unequal-networks", &[("replication: 10.10.10.4 }", "replication: 10.10.10.4, x: 10.1.1.1 }")]),
    (
        "not-for-both-nodes",
        &[("disk: /dev/disk/by-partlabel/drbd-r0", "disk: { server4: /dev/disk/by-id/x, server8: /dev/disk/by-id/y }")],
    ),
    ("not-for-both-nodes", &[("disk: /dev/disk/by-partlabel/drbd-r0", "disk: { server4: /dev/disk/by-id/x }")]),
    ("drbd-not-offered", &[("platform: debian12", "platform: debian12\ndrbd: \"9\"")]),
    ("duplicate-node", &[("- name: server7", "- name: server4")]),
    ("duplicate-node", &[("- name: server4", "- name: server4\n    id: 2")]),
    ("reserved-name", &[("- name: r0", "- name: resource")]),
    ("not-an-address", &[("192.168.11.4", "192.168.11.400")]),
    ("duplicate-address", &[("10.10.10.7", "10.10.10.4")]),
    ("mixed-families", &[("10.10.10.7", "\"fd00::7\"")]),
    ("reserved-port", &[("- name: r0", "- name: r0\n    port: 21064")]),
    ("token-out-of-range", &[("  name: vcluster", "  name: vcluster\n  token: 500ms")]),
    ("repeated-link", &[("  name: vcluster", "  name: vcluster\n  links: [cluster, cluster]")]),
    ("special-address", &[("10.10.10.7", "127.0.0.1")]),
    ("link-shared-with-drbd", &[("- name: r0", "- name: r0\n    address: cluster")]),
    ("dlm-over-several-links", &[("  name: vcluster", "  name: vcluster\n  links: [cluster, replication]")]),
    (
        "zones-without-firewalld",
        &[("platform: debian12", "platform: debian12\nfirewall: { manage: nftables, zones: { cluster: x } }")],
    ),
    (
        "unknown-secret",
        &[(
            "secrets: { password: /etc/gfs2gen/secrets/bmc-server4",
            "secrets: { key: /etc/gfs2gen/secrets/bmc-server4",
        )],
    ),
    (
        "secret-in-description",
        &[(
            "username: admin, lanplus: true }\n        secrets: { password: /etc/gfs2gen/secrets/bmc-server4 }",
            "password: hunter2, lanplus: true }",
        )],
    ),
    ("secret-in-description", &[("ip: 10.0.99.4,", "ip: 10.0.99.4, action: off,")]),
    ("missing-fence-option", &[("ip: 10.0.99.4, ", "")]),
    ("gap-in-fence-levels", &[("delay: 10s", "level: 2\n        delay: 10s")]),
    ("fence-race", &[("        delay: 10s\n", "")]),
    ("unsafe-fence-method", &[("ip: 10.0.99.4,", "ip: 10.0.99.4, method: cycle,")]),
    ("no-lanplus", &[("10.0.99.7, username: admin, lanplus: true", "10.0.99.7, username: admin")]),
    ("shared-secret-file", &[("- name: r0", "- name: r0\n    drbd: { secret: /etc/gfs2gen/secrets/bmc-server4 }")]),
    ("fence-out-of-range", &[("delay: 10s", "delay: 10s\n        timeout: 2s")]),
    ("unstable-disk-path", &[("/dev/disk/by-partlabel/drbd-r0", "/dev/sdb1")]),
    ("disk-is-drbd", &[("/dev/disk/by-partlabel/drbd-r0", "/dev/drbd7")]),
    ("resync-rates", &[("- name: r0", "- name: r0\n    drbd: { resync: { max_rate: 10MiB, min_rate: 20MiB } }")]),
    ("checksum-for-authentication", &[("- name: r0", "- name: r0\n    drbd: { auth_alg: crc32c }")]),
    ("disk-is-local-pv", &[("- name: server4", "- name: server4\n    local_pvs: [/dev/disk/by-partlabel/drbd-r0]")]),
    ("free-space-taken-early", &[("mount: /srv/vms }", "mount: /srv/vms }\n      - { name: b, mount: /srv/b }")]),
    (
        "duplicate-filesystem",
        &[("mount: /srv/vms }", "mount: /srv/vms, size: 9GiB }\n      - { name: vms, mount: /srv/b }")],
    ),
    (
        "duplicate-logical-volume",
        &[(
            "mount: /srv/vms }",
            "mount: /srv/vms, size: 9GiB }\n      - { name: b, logical_volume: lv_vms, mount: /srv/b }",
        )],
    ),
    (
        "shares-over-100",
        &[("mount: /srv/vms }", "mount: /srv/vms, size: 80% }\n      - { name: b, size: 30%, mount: /srv/b }")],
    ),
    (
        "volumes-too-large",
        &[("- name: r0", "- name: r0\n    size: 10GiB"), ("mount: /srv/vms }", "mount: /srv/vms, size: 11GiB }")],
    ),
    (
        "volume-name-too-long",
        &[("- name: r0", "- name: a123456789012345678901234567890123456789012345678901234567890123")],
    ),
    ("secret-in-description", &[("ip: 10.0.99.4,", "ip: 10.0.99.4, pcmk_delay_max: 5s,")]),
    ("too-few-journals", &[("mount: /srv/vms }", "mount: /srv/vms, journals: 1 }")]),
    ("journal-size", &[("mount: /srv/vms }", "mount: /srv/vms, journal_size: 4MiB }")]),
    ("journals-fill-filesystem", &[("mount: /srv/vms }", "mount: /srv/vms, size: 400MiB }")]),
    (
        "duplicate-mount",
        &[("mount: /srv/vms }", "mount: /srv/vms, size: 9GiB }\n      - { name: b, mount: /srv/vms/ }")],
    ),
    ("nested-mount", &[("mount: /srv/vms }", "mount: /srv/vms, size: 9GiB }\n      - { name: b, mount: /srv/vms/b }")]),
    ("system-mount", &[("mount: /srv/vms", "mount: /etc/vms")]),
    ("dangerous-mount-option", &[("mount: /srv/vms }", "mount: /srv/vms, options: [localflocks] }")]),
    ("doubtful-mount-option", &[("mount: /srv/vms }", "mount: /srv/vms, options: [errors=panic] }")]),
    (
        "unknown-rule",
        &[("platform: debian12", "platform: debian12\npolicy: { allow: [{ rule: singel-link, reason: x }] }")],
    ),
    (
        "error-cannot-be-allowed",
        &[("platform: debian12", "platform: debian12\npolicy: { allow: [{ rule: fence-race, reason: x }] }")],
    ),
    (
        "unused-waiver",
        &[("platform: debian12", "platform: debian12\npolicy: { allow: [{ rule: no-lanplus, reason: x }] }")],
    ),
    (
        "ended-waiver",
        &[(
            "platform: debian12",
            "platform: debian12\npolicy: { allow: [{ rule: GFS307, reason: x, until: 2025-12-31 }] }",
        )],
    ),
    (
        "clvmd-couples-resources",
        &[
            ("platform: debian12", "platform: el7"),
            (
                "      - { name: vms, mount: /srv/vms }",
                "      - { name: vms, mount: /srv/vms }\n  - { name: r1, disk: /dev/disk/by-id/b, filesystems: [{ name: b, mount: /srv/b }] }",
            ),
        ],
    ),
];

const IN_FULL: &[Change] = &[
    ("unknown-filesystem", &[("filesystem: vms,", "filesystem: vsm,")]),
    ("unknown-node", &[("prefer: alpha", "prefer: alhpa")]),
    ("duplicate-storage", &[("- name: slow", "- name: fast")]),
    ("duplicate-id", &[("- name: bmc-alpha", "- name: dlm")]),
    ("duplicate-port", &[("port: 7800", "port: 7789")]),
    ("duplicate-minor", &[("minor: 10", "minor: 0")]),
    (
        "duplicate-disk",
        &[(
            "disk: /dev/disk/by-partlabel/drbd-slow",
            "disk: { alpha: /dev/disk/by-id/nvme-eui.0025385b71b00c33, beta: /dev/disk/by-id/z }",
        )],
    ),
    ("duplicate-volume-group", &[("volume_group: archive", "volume_group: vg_fast")]),
    ("incomplete-guest", &[("    memory: 16GiB\n", "")]),
    ("incomplete-guest", &[("    domain: domains/legacy.xml", "    domain: domains/legacy.xml\n    memory: 1GiB")]),
    ("incomplete-guest", &[("    domain: domains/legacy.xml", "    domain: domains/legacy.xml\n    type: qemu")]),
    ("guest-without-hardware-help", &[("type: kvm", "type: qemu")]),
    ("duplicate-guest", &[("- name: web", "- name: legacy")]),
    ("duplicate-image", &[("file: web.raw", "file: legacy.raw")]),
    (
        "duplicate-mac",
        &[(
            "  - name: legacy",
            "  - { name: w2, memory: 1GiB, vcpus: 1, disks: [{ filesystem: vms, file: w2, size: 1GiB }], network: { bridge: br0, mac: \"52:54:00:12:34:56\" } }\n  - name: legacy",
        )],
    ),
];

/// A rule's name and what is replaced in the libvirt domain.
const IN_DOMAIN: &[Change] = &[
    ("unreadable-domain", &[("</domain>", "")]),
    ("domain-name", &[("<name>legacy</name>", "<name>other</name>")]),
    ("domain-name", &[("  <name>legacy</name>\n", "  <name>legacy</name><title>x</title>\n")]),
    ("domain-without-shared-disk", &[("/srv/vms/legacy.raw", "/var/lib/libvirt/images/legacy.raw")]),
    ("unsafe-disk-cache", &[("cache='none'", "cache='writeback'")]),
    (
        "disk-on-one-node",
        &[("<interface", "<disk type='block'><source dev='/dev/sdc'/><target dev='vdb'/></disk><interface")],
    ),
];

fn changed(text: &str, replacements: &[(&str, &str)]) -> String {
    replacements.iter().fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from} is not in the description");
        text.replacen(from, to, 1)
    })
}

fn code_of(name: &str) -> &'static str {
    let rules = gfs2gen::rules::all().map(|rule| rule.code);
    let mut all = rules.chain(gfs2gen::rules::CODES.iter().map(|(code, _)| *code));
    all.find(|code| code.name == name).unwrap_or_else(|| panic!("no rule {name}")).code
}

/// The codes that a change adds are this rule's alone.
fn gives(name: &str, before: &[&str], after: &[&'static str]) {
    let new: Vec<&&str> = after.iter().filter(|code| !before.contains(code)).collect();
    assert!(!new.is_empty() && new.iter().all(|code| **code == code_of(name)), "{name}: {new:?}");
}

#[test]
fn every_change_gives_its_rule_and_no_other() {
    let minimal = codes(MINIMAL, DOMAIN);
    let full = codes(FULL, DOMAIN);
    assert_eq!(minimal, ["GFS307"], "one link only");
    assert!(full.is_empty(), "{full:?}");
    for (name, change) in IN_MINIMAL {
        gives(name, &minimal, &codes(&changed(MINIMAL, change), DOMAIN));
    }
    for (name, change) in IN_FULL {
        gives(name, &full, &codes(&changed(FULL, change), DOMAIN));
    }
    for (name, change) in IN_DOMAIN {
        gives(name, &full, &codes(FULL, &changed(DOMAIN, change)));
    }
}

#[test]
fn every_rule_has_a_change_that_breaks_it() {
    let tried: Vec<&str> = IN_MINIMAL.iter().chain(IN_FULL).chain(IN_DOMAIN).map(|(name, _)| *name).collect();
    for rule in gfs2gen::rules::all() {
        // Broken by the smallest description as it is.
        if rule.code.name != "single-link" {
            assert!(tried.contains(&rule.code.name), "{} is never broken here", rule.code.name);
        }
    }
}
