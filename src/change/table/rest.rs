//! Migration, firewall, notification, policy.

use super::{Class, On, Row, nothing, online, row};

pub(super) const ROWS: &[Row] = &[
    online("migration.address", On::Any, AGENT).before(&[
        "both nodes reach each other in the new network",
        "the names of both nodes in it are known: host keys for ssh, names in the certificates for TLS",
    ]),
    row(
        "migration.transport",
        On::Any,
        Class::Rolling,
        "libvirtd is started anew where it needs another socket, on one node after the other; guests are not its children and run on",
    )
    .before(&["root's keys for ssh, or libvirt's certificates for TLS, are on both nodes for all their names"]),
    online("migration.speed", On::Any, "Pacemaker waits as long at the next migration"),
    row(
        "firewall.manage",
        On::Any,
        Class::Rolling,
        "the ports are opened by the new manager before the files of the old one go, on one node after the other",
    )
    .before(&["the console of both nodes is in reach, in case that one shuts itself in"]),
    online("firewall.zones{}", On::Any, "firewalld reads its files again, and connections that are there stay"),
    online("notify.mail", On::Any, "scripts and alerts name the new address from then on"),
    nothing("policy.allow[]", On::Any, SAID),
    nothing("policy.allow[].rule", On::Any, SAID),
    nothing("policy.allow[].reason", On::Any, SAID),
    nothing("policy.allow[].until", On::Any, SAID),
];

const AGENT: &str = "guests run on; Pacemaker, which would restart a resource whose parameters change, looks away meanwhile and is shown \
                     the guests anew";
const SAID: &str = "what is accepted here is nothing that nodes see";
