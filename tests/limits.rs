//! Rules with a limit: just inside nothing is found, just outside the rule is.

use gfs2gen::compile::compile;
use gfs2gen::source::Source;

const BASE: &str = include_str!("../docs/rules/base/cluster.yaml");
const DOMAIN: &str = include_str!("../docs/rules/base/domains/legacy.xml");

/// The codes of the description with a text replaced.
fn codes(from: &str, to: &str) -> Vec<&'static str> {
    assert!(BASE.contains(from), "{from}");
    let compiled = compile(&Source::new("test", BASE.replacen(from, to, 1)), "2026-01-01", &|_| Ok(DOMAIN.to_owned()));
    compiled.diagnostics.iter().map(|found| found.code).collect()
}

/// A text of the description, what stands in its place with a value for `@`, the values, and the code.
struct Limit {
    from: &'static str,
    to: &'static str,
    inside: &'static [&'static str],
    outside: &'static [&'static str],
    code: &'static str,
}

const STORAGE: &str = "  - name: r0\n";
const MOUNT: &str = "        mount: /srv/vms\n";
const WEB: &str = "    vcpus: 2\n";

const fn limit(
    code: &'static str,
    from: &'static str,
    to: &'static str,
    inside: &'static [&'static str],
    outside: &'static [&'static str],
) -> Limit {
    Limit { from, to, inside, outside, code }
}

const LIMITS: &[Limit] = &[
    limit(
        "GFS410",
        "ip: 10.0.99.4,",
        "ip: 10.0.99.4, pcmk_host_map: \"@\",",
        &["server4:1", "server4=1,2", "server4:1; server4:2"],
        &["server7:1", "server4", "server4:", "server4:1;server7:2", "SERVER4:1"],
    ),
    limit("GFS226", "- name: server4", "- name: @", &["n4", "4a", "nets"], &["\"4\"", "net", "ipv6", "host"]),
    limit("GFS306", "  name: vcluster\n", "  name: vcluster\n  token: @\n", &["1s", "30s"], &["999ms", "30001ms"]),
    limit(
        "GFS409",
        "        delay: 10s\n",
        "        delay: 10s\n        timeout: @\n",
        &["5s", "600s"],
        &["4s", "601s"],
    ),
    limit(
        "GFS504",
        STORAGE,
        "  - name: r0\n    drbd: { resync: { max_rate: @, min_rate: 1KiB } }\n",
        &["250KiB", "4096MiB"],
        &["249KiB", "4097MiB"],
    ),
    limit(
        "GFS507",
        "/dev/disk/by-partlabel/drbd-r0",
        "@",
        &["/dev/disk/by-id/x"],
        &["/srv/x", "/dev/disk/../x", "/dev/"],
    ),
    limit("GFS509", "policy:\n", "migration: { speed: @ }\npolicy:\n", &["672Mbit", "1Gbit"], &["671Mbit", "100Mbit"]),
    limit("GFS510", STORAGE, "  - name: r0\n    drbd: { al_extents: @ }\n", &["6433"], &["6434"]),
    limit(
        "GFS609",
        MOUNT,
        "        logical_volume: @\n        mount: /srv/vms\n",
        &["mlog", "vmirror", "my-snapshot", "..."],
        &["x_mlog", "snapshot1", "pvmove", "..", "lv_tmeta0"],
    ),
    limit(
        "GFS611",
        "  - name: server4\n",
        "  - name: server4\n    local_pvs: [@]\n",
        &["/dev/md/os"],
        &["/dev/vda2", "/dev/nvme0n1p3"],
    ),
    limit(
        "GFS615",
        MOUNT,
        "        size: @\n        mount: /srv/vms\n    size: 1GiB\n",
        &["1020MiB"],
        &["1021MiB", "1024MiB"],
    ),
    limit(
        "GFS616",
        MOUNT,
        "        size: @%\n        mount: /srv/vms\n      - { name: b, size: 50%, mount: /srv/b }\n      - { name: c, mount: /srv/c }\n",
        &["1", "49"],
        &["50"],
    ),
    limit("GFS701", WEB, "    vcpus: 2\n    shutdown: @\n", &["60s", "1170s"], &["59s", "0s", "1171s"]),
    limit("GFS702", "memory: 4GiB", "memory: @", &["63GiB"], &["64GiB"]),
    limit("GFS803", MOUNT, "        size: @%\n        mount: /srv/vms\n    size: 2GiB\n", &["26"], &["25"]),
    limit(
        "GFS866",
        "  - name: server7\n",
        "  - name: server7\n    memory: @\n",
        &["8GiB", "8192MiB"],
        &["8191MiB", "1KiB"],
    ),
];

#[test]
fn a_limit_is_where_it_should_be() {
    for Limit { from, to, inside, outside, code } in LIMITS {
        for value in *inside {
            let to = to.replace('@', value);
            assert_eq!(codes(from, &to), Vec::<&str>::new(), "{to}");
        }
        for value in *outside {
            let to = to.replace('@', value);
            assert_eq!(codes(from, &to), [*code], "{to}");
        }
    }
}

/// The largest numbers that can be written do not run over.
#[test]
fn what_is_too_much_is_too_much() {
    let many: String =
        (0..40).map(|i| format!("      - {{ name: f{i}, size: 999999TiB, mount: /srv/f{i} }}\n")).collect();
    assert_eq!(codes(MOUNT, &format!("        size: 9GiB\n{MOUNT}{many}    size: 1TiB\n")), ["GFS605"]);
    let many: String = (0..40).map(|i| {
        format!("  - {{ name: g{i}, memory: 999999TiB, vcpus: 1, disks: [{{ filesystem: vms, file: g{i}, size: 1GiB }}] }}\n")
    }).collect();
    let found = codes("  - name: server7\n", "  - name: server7\n    memory: 64GiB\n");
    assert!(found.is_empty());
    let with_memory = BASE.replacen("  - name: server7\n", "  - name: server7\n    memory: 64GiB\n", 1);
    let text = with_memory.replacen("vms:\n", &format!("vms:\n{many}"), 1);
    let compiled = compile(&Source::new("test", text), "2026-01-01", &|_| Ok(DOMAIN.to_owned()));
    assert!(compiled.diagnostics.iter().any(|found| found.code == "GFS866"));
}

/// A name of device-mapper's: 127 characters, each dash twice.
#[test]
fn names_of_devices_count_dashes_twice() {
    for (dashes, expected) in [(6, vec![]), (7, vec!["GFS610"])] {
        let group = format!("{}{}", "v".repeat(60 - dashes), "-".repeat(dashes));
        let to = format!("        logical_volume: {}\n{MOUNT}    volume_group: {group}\n", "l".repeat(60));
        assert_eq!(codes(MOUNT, &to), expected, "{dashes} dashes");
    }
}
