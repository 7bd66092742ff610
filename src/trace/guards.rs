//! Which rules look at which key: of every rule's page, the places that its failing examples point to.

use crate::path::{Path, Segment};

/// The codes of the rules that look at a key.
pub(super) fn of(path: &Path) -> &'static [&'static str] {
    let pattern = pattern(path);
    GUARDS.iter().find(|(key, _)| *key == pattern).map_or(&[], |(_, codes)| codes)
}

/// A path as a key of the language: `nodes[].addresses{}`.
pub fn pattern(path: &Path) -> String {
    let mut pattern = String::new();
    for step in path.segments() {
        match step {
            Segment::Index(_) => pattern.push_str("[]"),
            Segment::Key(_) if NAMED.contains(&pattern.as_str()) => pattern.push_str("{}"),
            Segment::Key(key) => {
                pattern.push_str(if pattern.is_empty() { "" } else { "." });
                pattern.push_str(key);
            }
        }
    }
    // A list of plain values is one key.
    match LISTS.iter().find(|list| pattern == format!("{list}[]")) {
        Some(list) => (*list).to_owned(),
        None => pattern,
    }
}

/// Mappings whose keys are names that the user chose.
const NAMED: &[&str] = &[
    "nodes[].addresses",
    "nodes[].fence[].options",
    "nodes[].fence[].secrets",
    "storage[].disk",
    "storage[].identity",
    "firewall.zones",
];

/// Lists of plain values.
const LISTS: &[&str] = &["cluster.links", "nodes[].local_pvs", "storage[].filesystems[].options"];

/// Each key with its codes, both sorted. `GFS2GEN_BLESS=1 cargo test --test guards` rewrites the list.
#[rustfmt::skip]
pub static GUARDS: &[(&str, &[&str])] = &[
    // list
    ("cluster", &["GFS224"]),
    ("cluster.links", &["GFS201", "GFS307", "GFS309", "GFS311", "GFS314", "GFS315"]),
    ("cluster.token", &["GFS306"]),
    ("drbd", &["GFS206"]),
    ("firewall.manage", &["GFS310"]),
    ("firewall.zones", &["GFS310"]),
    ("migration.speed", &["GFS509"]),
    ("nodes[].addresses", &["GFS201", "GFS202"]),
    ("nodes[].addresses{}", &["GFS202", "GFS301", "GFS302", "GFS303", "GFS312", "GFS313", "GFS413"]),
    ("nodes[].fence", &["GFS404"]),
    ("nodes[].fence[].agent", &["GFS403", "GFS412"]),
    ("nodes[].fence[].delay", &["GFS405", "GFS409"]),
    ("nodes[].fence[].name", &["GFS224", "GFS225", "GFS227"]),
    ("nodes[].fence[].options", &["GFS403", "GFS407", "GFS414"]),
    ("nodes[].fence[].options{}", &["GFS402", "GFS406", "GFS410", "GFS411", "GFS413"]),
    ("nodes[].fence[].secrets", &["GFS408", "GFS415"]),
    ("nodes[].fence[].secrets{}", &["GFS401"]),
    ("nodes[].fence[].timeout", &["GFS409"]),
    ("nodes[].id", &["GFS220"]),
    ("nodes[].local_pvs", &["GFS601", "GFS611", "GFS614"]),
    ("nodes[].memory", &["GFS866"]),
    ("nodes[].name", &["GFS220", "GFS226", "GFS228", "GFS229", "GFS410", "GFS613"]),
    ("platform", &["GFS206", "GFS314"]),
    ("storage[].address", &["GFS308", "GFS315"]),
    ("storage[].disk", &["GFS203", "GFS501", "GFS503", "GFS506", "GFS507", "GFS508", "GFS511", "GFS601", "GFS612", "GFS613", "GFS614"]),
    ("storage[].disk{}", &["GFS203"]),
    ("storage[].drbd.al_extents", &["GFS510"]),
    ("storage[].drbd.auth_alg", &["GFS505"]),
    ("storage[].drbd.resync.max_rate", &["GFS504", "GFS509"]),
    ("storage[].drbd.resync.min_rate", &["GFS504"]),
    ("storage[].drbd.secret", &["GFS408"]),
    ("storage[].filesystems", &["GFS605", "GFS607", "GFS615", "GFS616"]),
    ("storage[].filesystems[].journal_size", &["GFS802"]),
    ("storage[].filesystems[].journals", &["GFS801"]),
    ("storage[].filesystems[].logical_volume", &["GFS603", "GFS609", "GFS610"]),
    ("storage[].filesystems[].mount", &["GFS415", "GFS804", "GFS805", "GFS806"]),
    ("storage[].filesystems[].name", &["GFS222"]),
    ("storage[].filesystems[].options", &["GFS807", "GFS808", "GFS809"]),
    ("storage[].filesystems[].size", &["GFS604", "GFS616", "GFS803"]),
    ("storage[].minor", &["GFS502"]),
    ("storage[].name", &["GFS221", "GFS223", "GFS225", "GFS606", "GFS608"]),
    ("storage[].port", &["GFS304", "GFS305"]),
    ("storage[].size", &["GFS605", "GFS615"]),
    ("storage[].volume_group", &["GFS221", "GFS602", "GFS609", "GFS610", "GFS612"]),
    ("vms", &["GFS866"]),
    ("vms[].cpu", &["GFS865"]),
    ("vms[].disks[]", &["GFS857"]),
    ("vms[].disks[].filesystem", &["GFS204"]),
    ("vms[].domain", &["GFS850", "GFS851", "GFS852", "GFS853", "GFS854", "GFS855", "GFS857", "GFS858", "GFS860", "GFS861", "GFS862", "GFS863", "GFS864"]),
    ("vms[].memory", &["GFS702", "GFS850"]),
    ("vms[].name", &["GFS850", "GFS852", "GFS856", "GFS864"]),
    ("vms[].network.mac", &["GFS858"]),
    ("vms[].prefer", &["GFS205"]),
    ("vms[].shutdown", &["GFS701"]),
    ("vms[].type", &["GFS859"]),
    // end of list
];
