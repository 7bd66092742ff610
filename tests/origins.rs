//! A value that nobody wrote breaks a rule: both ends are shown, and which default it is. Exact text.

mod program;

use program::{MINIMAL, finding};

const FULL: &str = include_str!("../examples/full/cluster.yaml");

#[test]
fn a_derived_value_is_shown_where_it_can_be_changed() {
    assert_eq!(
        finding(FULL, "port: 7800", "port: 7789"),
        "error[GFS304]: two DRBD resources use the port 7789
  --> cluster.yaml:55:11
   |
44 |   - name: fast
   |     ---------- first here
...
55 |     port: 7789
   |           ^^^^ again here
   |
   = note: `port` is not written in entry 1 of `storage`: its default is 7789 plus the position in the list
"
    );
    assert_eq!(
        finding(FULL, "minor: 10", "minor: 0"),
        "error[GFS502]: two DRBD resources are /dev/drbd0
  --> cluster.yaml:56:12
   |
44 |   - name: fast
   |     ---------- first here
...
56 |     minor: 0
   |            ^ again here
   |
   = note: `minor` is not written in entry 1 of `storage`: its default is the position in the list, from 0
"
    );
    assert_eq!(
        finding(FULL, "volume_group: archive", "volume_group: vg_fast"),
        "error[GFS602]: two resources have the volume group `vg_fast`
  --> cluster.yaml:59:19
   |
44 |   - name: fast
   |     ---------- first here
...
59 |     volume_group: vg_fast
   |                   ^^^^^^^ again here
   |
   = note: `volume_group` is not written in entry 1 of `storage`: its default is `vg_` and the resource's name
   = help: a resource is a unit of failure: a volume group over two would need both
"
    );
}

#[test]
fn a_default_is_shown_where_it_can_be_changed() {
    assert_eq!(
        finding(FULL, "max_rate: 400MiB, min_rate: 50MiB", "max_rate: 10MiB"),
        "error[GFS504]: a resync would get more beside guests than alone
  --> cluster.yaml:50:33
   |
50 |     drbd: { verify_alg: crc32c, resync: { max_rate: 10MiB } }
   |                                 ^^^^^^              ----- 10240 KiB per second
   |                                 |
   |                                 20480 KiB per second
   |
   = note: `min_rate` is not written in `resync`: its default is `20MiB`
"
    );
    assert_eq!(
        finding(MINIMAL, "        delay: 10s\n", ""),
        "error[GFS405]: `bmc-server4` waits 0 s and `bmc-server7` 0 s: the nodes would shoot each other
  --> cluster.yaml:10:9
   |
10 |       - name: bmc-server4
   |         ^^^^^^^^^^^^^^^^^ 0 s before `server4` is shot
...
17 |       - name: bmc-server7
   |         ----------------- 0 s before `server7` is shot
   |
   = note: `delay` is not written in entry 1 of `fence`: its default is `0s`
   = help: the node that is shot later survives: give it `delay: 10s` more
"
    );
}
