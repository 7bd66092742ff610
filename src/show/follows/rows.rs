//! The table of what follows of a description: docs/show.md is made of it.

use super::Row;

const fn row(key: &'static str, from: &'static [&'static str], about: &'static str) -> Row {
    Row { key, about: Some(about), from }
}

/// One that says enough by its name.
const fn plain(key: &'static str, from: &'static [&'static str]) -> Row {
    Row { key, about: None, from }
}

const TOKEN: &[&str] = &["cluster.token"];
const FENCING: &[&str] = &["nodes[].fence[].delay", "nodes[].fence[].timeout"];
const BOTH: &[&str] = &["cluster.token", "nodes[].fence[].delay", "nodes[].fence[].timeout"];

/// Every kind, in the order in which they are shown; the first that fits is meant.
pub const ROWS: &[Row] = &[
    row("facts.drbd", &["platform", "drbd"], "which DRBD, and where its kernel module comes from"),
    row("facts.locking", &["platform"], "how LVM's locking is clustered"),
    row("facts.pcs", &["platform"], "the line of pcs versions"),
    row("facts.pacemaker", &["platform"], "the line of Pacemaker versions"),
    row("facts.corosync", &["platform"], "how corosync carries its messages"),
    row("facts.machine", &["platform"], "the machine type of guests that are described"),
    row(
        "cluster.survivor",
        &["nodes[].name", "nodes[].fence[].delay", "nodes[].fence[].level"],
        "who goes on when each could shoot the other",
    ),
    row("cluster.dlm_protocol", &["cluster.links"], "what DLM talks over"),
    row("budget.consensus", TOKEN, "corosync's consensus timeout"),
    row("budget.loss", TOKEN, "until a node that is gone counts as lost"),
    row("budget.fencing", BOTH, "the longest that fencing one node takes, through all levels"),
    row("budget.stonith_timeout", FENCING, "Pacemaker's stonith-timeout"),
    row("budget.handler", BOTH, "--timeout of DRBD's fence handler"),
    row("budget.dc", BOTH, "--dc-timeout of DRBD's fence handler"),
    row("budget.drbd", BOTH, "to promote, demote and stop a DRBD resource"),
    row("budget.shot", BOTH, "until a request to fence is answered"),
    row("budget.head_start", TOKEN, "the lead of the survivor where only DRBD's link is cut"),
    row("budget.patience", BOTH, "how long writes wait for the other node to be off"),
    row("budget.ping_int", TOKEN, "DRBD's ping-int"),
    row("budget.ping_timeout", TOKEN, "DRBD's ping-timeout"),
    row("budget.timeout", TOKEN, "DRBD's timeout"),
    row("budget.ko_count", TOKEN, "DRBD's ko-count"),
    row(
        "nodes[].migration_name",
        &["nodes[].name", "migration.address"],
        "the node's name on the network of migrations",
    ),
    row("nodes[].fence[].parameters.pcmk_host_list", &["nodes[].name"], "the node that this device shoots"),
    row(
        "nodes[].fence[].parameters.pcmk_delay_base",
        &["platform", "nodes[].fence[].delay"],
        "the delay, as this platform has it",
    ),
    row(
        "nodes[].fence[].parameters.delay",
        &["platform", "nodes[].fence[].delay"],
        "the delay, as this platform has it",
    ),
    plain("nodes[].fence[].parameters{}", &["platform", "nodes[].fence[].options{}", "nodes[].fence[].secrets{}"]),
    row("storage[].device", &["storage[].minor"], "the device that DRBD offers"),
    row("storage[].resource", &["storage[].name"], "its id in Pacemaker"),
    row("storage[].filesystems[].lock_table", &["cluster.name", "storage[].filesystems[].name"], "its lock table"),
    row(
        "storage[].filesystems[].device",
        &["storage[].volume_group", "storage[].filesystems[].logical_volume"],
        "the device that is mounted",
    ),
    row(
        "storage[].filesystems[].resource",
        &["platform", "storage[].filesystems[].name"],
        "its id in Pacemaker, with its volume where there is one",
    ),
    row("vms[].resource", &["vms[].name"], "its id in Pacemaker"),
    row("vms[].uuid", &["cluster.name", "vms[].name"], "always the same for this guest of this cluster"),
    row("vms[].memory", &["vms[].domain"], "what its domain says"),
    row(
        "vms[].filesystems",
        &["vms[].domain", "storage[].filesystems[].name", "storage[].filesystems[].mount"],
        "where its images are",
    ),
    row("vms[].migrate_to", &["vms[].memory", "vms[].domain", "migration.speed"], "how long a migration may take"),
    row(
        "vms[].disks[].path",
        &["vms[].disks[].filesystem", "vms[].disks[].file", "storage[].filesystems[].mount"],
        "the image",
    ),
    plain("ports{}.corosync", &["cluster.links"]),
    plain("ports{}.dlm", &["cluster.links"]),
    plain("ports{}.pcsd", &["cluster.links"]),
    plain("ports{}.ssh", &["cluster.links", "migration.address", "migration.transport"]),
    plain("ports{}.libvirt_tls", &["migration.address", "migration.transport"]),
    plain("ports{}.live_migration", &["migration.address"]),
    plain("ports{}.drbd{}", &["storage[].name", "storage[].address", "storage[].port"]),
];
