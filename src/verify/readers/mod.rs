//! Every reader: how it is called, what it may say, and how its answer is understood. One file for each part of the stack.

pub mod ansible;
pub mod corosync;
pub mod drbd;
pub mod firewall;
pub mod gfs2;
pub mod guests;
pub mod lvm;
pub mod pacemaker;
pub mod pcs;
pub mod scripts;
pub mod systemd;

use super::Reader;

/// All readers. Those that take longest stand first, because readings begin in this order.
pub static ALL: &[&Reader] = &[
    &pcs::REPLAY,
    &scripts::SHELLCHECK,
    &ansible::LINT,
    &ansible::SYNTAX,
    &ansible::YAMLLINT,
    &scripts::BASH,
    &pacemaker::CRM_VERIFY,
    &pacemaker::SCHEMA,
    &corosync::COROSYNC,
    &drbd::DUMP,
    &drbd::ADJUST,
    &drbd::AGENT,
    &lvm::LVMCONFIG,
    &gfs2::MKFS,
    &gfs2::FINDMNT,
    &systemd::ANALYZE,
    &guests::XMLLINT,
    &guests::VIRT_XML_VALIDATE,
    &firewall::NFT,
    &firewall::FIREWALLD_CONFIG,
];

/// The reader of this name.
pub fn named(name: &str) -> Option<&'static Reader> {
    ALL.iter().copied().find(|reader| reader.name == name)
}

/// How most programs are asked for their version.
const VERSION: (&[&str], &str) = (&["--version"], "");
