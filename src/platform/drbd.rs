//! What differs between the generations of DRBD: the grammar of its configuration and its helper scripts.
//!
//! Source: both parsers of drbd-utils 9.22, run over the same texts, and the scripts' own headers.

use crate::model::DrbdMajor;

/// The facts of one generation.
#[derive(Debug)]
pub struct DrbdFacts {
    /// A version of its kernel module, which drbdadm can be told to be there: so it takes this generation's grammar.
    pub module: &'static str,
    /// The section that holds `fencing`; the other generation's parser refuses it there.
    pub fencing_section: FencingSection,
    /// What bans the peer through Pacemaker: our own handler calls it.
    pub fence_peer: &'static str,
    /// The handler that lifts the ban.
    pub unfence_peer: &'static str,
    /// Whether the latter is also to run after a resync; LINBIT advises against it for DRBD 9.
    pub unfence_after_resync: bool,
    /// Whether `on` sections carry a `node-id`.
    pub node_ids: bool,
    /// Options that only this generation knows, as (name, value).
    pub options: &'static [(&'static str, &'static str)],
}

/// A section of a resource's configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FencingSection {
    /// `disk { }`.
    Disk,
    /// `net { }`.
    Net,
}

static V84: DrbdFacts = DrbdFacts {
    module: "8.4.11",
    fencing_section: FencingSection::Disk,
    fence_peer: "/usr/lib/drbd/crm-fence-peer.sh",
    unfence_peer: "/usr/lib/drbd/crm-unfence-peer.sh",
    unfence_after_resync: true,
    node_ids: false,
    options: &[],
};

static V9: DrbdFacts = DrbdFacts {
    module: "9.1.0",
    fencing_section: FencingSection::Net,
    fence_peer: "/usr/lib/drbd/crm-fence-peer.9.sh",
    unfence_peer: "/usr/lib/drbd/crm-unfence-peer.9.sh",
    unfence_after_resync: false,
    node_ids: true,
    // Promotion belongs to Pacemaker; LINBIT: fencing or quorum, not both.
    options: &[("auto-promote", "no"), ("quorum", "off")],
};

/// The facts of a generation.
pub fn drbd_facts(major: DrbdMajor) -> &'static DrbdFacts {
    match major {
        DrbdMajor::V84 => &V84,
        DrbdMajor::V9 => &V9,
    }
}
