//! What people read: the place, and what to write instead. Exact text.

mod program;

use program::{MINIMAL, finding};

const FULL: &str = include_str!("../examples/full/cluster.yaml");

#[test]
fn a_misspelt_key_is_one_finding_also_where_the_right_one_is_missing() {
    assert_eq!(
        finding(MINIMAL, "  name: vcluster", "  nmae: vcluster"),
        "error[GFS101]: unknown key `nmae` in `cluster`
 --> cluster.yaml:5:3
  |
5 |   nmae: vcluster
  |   ^^^^ not a key of the language
  |
  = help: did you mean `name`?
"
    );
    assert_eq!(
        finding(MINIMAL, "platform: debian12", "plattform: debian12"),
        "error[GFS101]: unknown key `plattform` in the description
 --> cluster.yaml:3:1
  |
3 | plattform: debian12
  | ^^^^^^^^^ not a key of the language
  |
  = help: did you mean `platform`?
"
    );
    assert_eq!(
        finding(FULL, "journals: 3", "jurnals: 3"),
        "error[GFS101]: unknown key `jurnals` in entry 1 of `filesystems`
  --> cluster.yaml:52:53
   |
52 |       - { name: vms, size: 600GiB, mount: /srv/vms, jurnals: 3 }
   |                                                     ^^^^^^^ not a key of the language
   |
   = help: did you mean `journals`?
"
    );
    assert_eq!(
        finding(FULL, "volume_group: archive", "volumeGroup: archive"),
        "error[GFS101]: unknown key `volumeGroup` in entry 2 of `storage`
  --> cluster.yaml:59:5
   |
59 |     volumeGroup: archive
   |     ^^^^^^^^^^^ not a key of the language
   |
   = help: did you mean `volume_group`?
"
    );
}

#[test]
fn a_misspelt_word_of_a_choice() {
    assert_eq!(
        finding(MINIMAL, "platform: debian12", "platform: debian-12"),
        "error[GFS105]: `debian-12` is not a valid `platform`
 --> cluster.yaml:3:11
  |
3 | platform: debian-12
  |           ^^^^^^^^^ not one of the choices
  |
  = help: did you mean `debian12`?
  = help: one of `el7`, `el8`, `el9`, `debian12`, `debian13`, `ubuntu2404`
"
    );
    assert_eq!(
        finding(FULL, "transport: tls", "transport: TLS"),
        "error[GFS105]: `TLS` is not a valid `transport`
  --> cluster.yaml:76:45
   |
76 | migration: { address: migration, transport: TLS, speed: 10Gbit }
   |                                             ^^^ not one of the choices
   |
   = help: did you mean `tls`?
   = help: one of `ssh`, `tls`
"
    );
    assert_eq!(
        finding(FULL, "verify_alg: crc32c", "verify_alg: sha-256"),
        "error[GFS105]: `sha-256` is not a valid `verify_alg`
  --> cluster.yaml:50:25
   |
50 |     drbd: { verify_alg: sha-256, resync: { max_rate: 400MiB, min_rate: 50MiB } }
   |                         ^^^^^^^ not one of the choices
   |
   = help: did you mean `sha256`?
   = help: one of `md5`, `sha1`, `sha256`, `sha512`, `crc32c`
"
    );
}

#[test]
fn a_platform_that_nobody_can_have_says_why() {
    assert_eq!(
        finding(MINIMAL, "platform: debian12", "platform: el10"),
        "error[GFS105]: `el10` is not a valid `platform`
 --> cluster.yaml:3:11
  |
3 | platform: el10
  |           ^^^^ not one of the choices
  |
  = note: EL 10 has no GFS2 and no DLM: they were in the Resilient Storage Add-On, which ends with EL 9
  = help: one of `el7`, `el8`, `el9`, `debian12`, `debian13`, `ubuntu2404`
"
    );
}

#[test]
fn a_misspelt_node_or_filesystem() {
    assert_eq!(
        finding(FULL, "prefer: alpha", "prefer: alhpa"),
        "error[GFS205]: no node `alhpa`
  --> cluster.yaml:72:13
   |
72 |     prefer: alhpa
   |             ^^^^^ not the name of a node
   |
   = help: did you mean `alpha`?
   = help: the nodes are `alpha`, `beta`
"
    );
    assert_eq!(
        finding(FULL, "identity: { alpha", "identity: { alhpa"),
        "error[GFS203]: no node `alhpa`
  --> cluster.yaml:48:17
   |
48 |     identity: { alhpa: eui.0025385b71b00c33, beta: eui.0025385b71b00d44 }
   |                 ^^^^^ not the name of a node
   |
   = help: did you mean `alpha`?
   = help: the nodes are `alpha`, `beta`
"
    );
    assert_eq!(
        finding(FULL, "filesystem: vms", "filesystem: vsm"),
        "error[GFS204]: no filesystem `vsm`
  --> cluster.yaml:69:23
   |
69 |       - { filesystem: vsm, file: web.raw, size: 40GiB }
   |                       ^^^ not the name of a filesystem
   |
   = help: did you mean `vms`?
   = help: the filesystems are `vms`, `logs`, `iso`
"
    );
}

#[test]
fn a_misspelt_network() {
    assert_eq!(
        finding(FULL, "links: [cluster,", "links: [cluter,"),
        "error[GFS201]: no network `cluter`: not both nodes have an address of this name
 --> cluster.yaml:7:11
  |
7 |   links: [cluter, replication]
  |           ^^^^^^ not a network of both nodes
  |
  = help: did you mean `cluster`?
  = help: the networks of both nodes are `cluster`, `migration`, `replication`
"
    );
    assert_eq!(
        finding(FULL, "address: migration", "address: migraton"),
        "error[GFS201]: no network `migraton`: not both nodes have an address of this name
  --> cluster.yaml:76:23
   |
76 | migration: { address: migraton, transport: tls, speed: 10Gbit }
   |                       ^^^^^^^^ not a network of both nodes
   |
   = help: did you mean `migration`?
   = help: the networks of both nodes are `cluster`, `migration`, `replication`
"
    );
    assert_eq!(
        finding(FULL, "zones: { cluster", "zones: { clusters"),
        "error[GFS201]: no network `clusters`: not both nodes have an address of this name
  --> cluster.yaml:77:41
   |
77 | firewall: { manage: firewalld, zones: { clusters: internal } }
   |                                         ^^^^^^^^ not a network of both nodes
   |
   = help: did you mean `cluster`?
   = help: the networks of both nodes are `cluster`, `migration`, `replication`
"
    );
}

#[test]
fn a_network_misspelt_on_one_node_is_one_finding_there() {
    assert_eq!(
        finding(MINIMAL, "replication: 10.10.10.7", "replicaton: 10.10.10.7"),
        "error[GFS202]: `server7` has no address in the network `replication`
  --> cluster.yaml:16:41
   |
 8 |     addresses: { cluster: 192.168.11.4, replication: 10.10.10.4 }
   |                                         ----------- `server4` has one
...
16 |     addresses: { cluster: 192.168.11.7, replicaton: 10.10.10.7 }
   |                                         ^^^^^^^^^^ `replicaton` is on this node only
   |
   = help: did you mean `replication`?
"
    );
    assert_eq!(
        finding(MINIMAL, "replication: 10.10.10.4", "replicaton: 10.10.10.4"),
        "error[GFS202]: `server4` has no address in the network `replication`
  --> cluster.yaml:8:41
   |
 8 |     addresses: { cluster: 192.168.11.4, replicaton: 10.10.10.4 }
   |                                         ^^^^^^^^^^ `replicaton` is on this node only
...
16 |     addresses: { cluster: 192.168.11.7, replication: 10.10.10.7 }
   |                                         ----------- `server7` has one
   |
   = help: did you mean `replication`?
"
    );
    // Neither is used: the first node's name is taken for the right one.
    let third = MINIMAL.replace("replication: 10.10.10.4", "replication: 10.10.10.4, backup: 10.10.20.4");
    assert_eq!(
        finding(&third, "replication: 10.10.10.7", "replication: 10.10.10.7, bakcup: 10.10.20.7"),
        "error[GFS202]: `server7` has no address in the network `backup`
  --> cluster.yaml:16:66
   |
 8 |     addresses: { cluster: 192.168.11.4, replication: 10.10.10.4, backup: 10.10.20.4 }
   |                                                                  ------ `server4` has one
...
16 |     addresses: { cluster: 192.168.11.7, replication: 10.10.10.7, bakcup: 10.10.20.7 }
   |                                                                  ^^^^^^ `bakcup` is on this node only
   |
   = help: did you mean `backup`?
"
    );
}

#[test]
fn a_wrong_type_says_what_to_write() {
    assert_eq!(
        finding(MINIMAL, "  name: vcluster", "  name: 1e3"),
        r#"error[GFS103]: `name` must be text
 --> cluster.yaml:5:9
  |
5 |   name: 1e3
  |         ^^^ this is a whole number
  |
  = help: put it in quotes: `"1e3"`
"#
    );
    assert_eq!(
        finding(MINIMAL, "  name: vcluster", "  name: vcluster\n  links: cluster"),
        "error[GFS103]: `links` must be a list
 --> cluster.yaml:6:10
  |
6 |   links: cluster
  |          ^^^^^^^ this is text
  |
  = help: write a list: `[cluster]`
"
    );
    assert_eq!(
        finding(MINIMAL, "  name: vcluster", "  name: vcluster\n  autostart: yes"),
        "error[GFS103]: `autostart` must be `true` or `false`
 --> cluster.yaml:6:14
  |
6 |   autostart: yes
  |              ^^^ this is text
  |
  = help: write `true`
"
    );
    assert_eq!(
        finding(MINIMAL, "  name: vcluster", "  name: vcluster\n  token: 5"),
        "error[GFS103]: `token` must be text
 --> cluster.yaml:6:10
  |
6 |   token: 5
  |          ^ this is a whole number
  |
  = help: a duration with its unit, such as 10s, 500ms or 2min
"
    );
}

#[test]
fn a_wrong_form_says_what_to_write() {
    assert_eq!(
        finding(MINIMAL, "  - name: r0", "  - name: r0\n    port: 07789"),
        "error[GFS104]: `07789` is not a number that everybody reads alike
  --> cluster.yaml:24:11
   |
24 |     port: 07789
   |           ^^^^^ octal to many readers of YAML
   |
   = help: write `7789`
"
    );
    assert_eq!(
        finding(FULL, "memory: 16GiB", "memory: 16 GB"),
        "error[GFS104]: `16 GB` is not a valid `memory`
  --> cluster.yaml:65:13
   |
65 |     memory: 16 GB
   |             ^^^^^ not in the right form
   |
   = help: did you mean `16GiB`?
   = help: a size with its unit, such as 128MiB or 40GiB
"
    );
    assert_eq!(
        finding(MINIMAL, "apiVersion: gfs2gen/v1\nplatform", "apiVersion: apps/v1\nkind"),
        "error[GFS105]: `apps/v1` is not a valid `apiVersion`
 --> cluster.yaml:2:13
  |
2 | apiVersion: apps/v1
  |             ^^^^^^^ not one of the choices
  |
  = help: only `gfs2gen/v1` can stand here
"
    );
}

#[test]
fn a_missing_key_says_what_to_write() {
    assert_eq!(
        finding(MINIMAL, "    disk: /dev/disk/by-partlabel/drbd-r0\n", ""),
        "error[GFS102]: entry 1 of `storage` has no `disk`
  --> cluster.yaml:23:5
   |
23 |   - name: r0
   |     ^^^^^^^^ `disk` is missing here
   |
   = help: add `disk`: The disk or partition under DRBD: one path for both nodes, or one by node name; such as `disk: /dev/disk/by-partlabel/drbd-r0`
"
    );
    assert_eq!(
        finding(MINIMAL, "apiVersion: gfs2gen/v1\n", ""),
        "error[GFS102]: the description has no `apiVersion`
 --> cluster.yaml:2:1
  |
2 | platform: debian12
  | ^^^^^^^^^^^^^^^^^^ `apiVersion` is missing here
  |
  = help: add `apiVersion: gfs2gen/v1`
"
    );
    assert_eq!(
        finding(MINIMAL, "platform: debian12\n", ""),
        "error[GFS102]: the description has no `platform`
 --> cluster.yaml:2:1
  |
2 | apiVersion: gfs2gen/v1
  | ^^^^^^^^^^^^^^^^^^^^^^ `platform` is missing here
  |
  = help: add `platform`: What runs on the nodes; one of `el7`, `el8`, `el9`, `debian12`, `debian13`, `ubuntu2404`
"
    );
}

#[test]
fn a_key_of_another_place_says_where_it_belongs() {
    assert_eq!(
        finding(MINIMAL, "  - name: r0", "  - name: r0\n    journals: 3"),
        "error[GFS101]: unknown key `journals` in entry 1 of `storage`
  --> cluster.yaml:24:5
   |
24 |     journals: 3
   |     ^^^^^^^^ not a key of this place
   |
   = help: `journals` belongs into `storage[].filesystems[]`
   = help: the keys here are `name`, `address`, `port`, `minor`, `disk`, `identity`, `size`, `drbd`, `volume_group`, `filesystems`
"
    );
    assert_eq!(
        finding(MINIMAL, "  - name: r0", "  - name: r0\n    colour: red"),
        "error[GFS101]: unknown key `colour` in entry 1 of `storage`
  --> cluster.yaml:24:5
   |
24 |     colour: red
   |     ^^^^^^ not a key of the language
   |
   = help: the keys here are `name`, `address`, `port`, `minor`, `disk`, `identity`, `size`, `drbd`, `volume_group`, `filesystems`
"
    );
}
