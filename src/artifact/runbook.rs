//! The runbook: what people do by hand, with this cluster's names, addresses, devices and numbers.

mod diagram;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::scripts::{At, Move};
use super::{Bug, Meta, Tree};
use crate::graph::Diagrams;
use crate::model::{DrbdMajor, Transport};
use crate::pacemaker::ids;
use crate::plan::{Guest, Plan, Storage};

#[derive(Serialize)]
struct Runbook<'a> {
    cluster: &'a str,
    first: &'a str,
    second: &'a str,
    diagram: Vec<String>,
    graphs: Diagrams,
    networks: Vec<NetworkRow<'a>>,
    levels: Vec<LevelRow>,
    resources: Vec<ResourceRow<'a>>,
    filesystems: Vec<FilesystemRow<'a>>,
    guests: Vec<GuestRow<'a>>,
    /// The ones that stand in commands.
    resource: ResourceRow<'a>,
    filesystem: FilesystemRow<'a>,
    resource_filesystems: Vec<FilesystemRow<'a>>,
    guest: Option<GuestRow<'a>>,
    steps: Vec<String>,
    preparation: Vec<PreparationRow>,
    drbd_secrets: BTreeSet<&'a str>,
    fence_secrets: Vec<SecretRow>,
    ssh_migration: bool,
    tls_migration: bool,
    ssh_names: Vec<String>,
    first_migration: String,
    second_migration: String,
    autostart: bool,
    standby: &'static str,
    move_leaves_constraint: bool,
    drbd9: bool,
    waivers: Vec<WaiverRow>,
    #[serde(flatten)]
    budget: BudgetRow,
}

#[derive(Serialize)]
struct NetworkRow<'a> {
    name: &'a str,
    uses: String,
    first: String,
    second: String,
}

#[derive(Serialize)]
struct LevelRow {
    level: u32,
    first: String,
    second: String,
}

#[derive(Serialize, Clone)]
struct ResourceRow<'a> {
    name: &'a str,
    device: String,
    port: u16,
    disk_first: &'a str,
    disk_second: &'a str,
    clone: String,
}

#[derive(Serialize, Clone)]
struct FilesystemRow<'a> {
    lock_table: &'a str,
    mount: &'a str,
    device: &'a str,
    volume: String,
    journals: u32,
    resource: &'a str,
    drbd: String,
    pacemaker: String,
    /// How it grows by hand: to no size in bytes, but by all that is free.
    bytes: Option<u64>,
    size: &'static str,
}

#[derive(Serialize, Clone)]
struct GuestRow<'a> {
    name: &'a str,
    resource: String,
    prefer: &'a str,
    shutdown: u64,
    migrate: u64,
}

#[derive(Serialize)]
struct SecretRow {
    path: String,
    folder: String,
    devices: String,
}

#[derive(Serialize)]
struct PreparationRow {
    what: &'static str,
    command: &'static str,
}

#[derive(Serialize)]
struct WaiverRow {
    rule: String,
    reason: String,
    until: String,
}

#[derive(Serialize)]
struct BudgetRow {
    token_ms: u64,
    consensus_ms: u64,
    loss: u64,
    cut: String,
    ping_int: u64,
    ping_timeout: String,
    survivor: String,
    head_start: u64,
    stonith_timeout: u64,
    fencing: u64,
    handler: u64,
    patience: u64,
    dc: u64,
    drbd: u64,
    migrate_longest: u64,
    shutdown_longest: u64,
}

/// Adds the runbook.
pub(super) fn add(plan: &Plan, tree: &mut Tree) -> Result<(), Bug> {
    tree.root("RUNBOOK.md", "runbook/RUNBOOK.md.j2", &view(plan), Meta::config("runbook", None))
}

fn view(plan: &Plan) -> Runbook<'_> {
    let [first, second] = &plan.nodes;
    let resources: Vec<_> = plan.storage.iter().map(resource).collect();
    let filesystems = filesystems(plan);
    let guests: Vec<_> = plan.guests.iter().map(guest).collect();
    let suffix = plan.migration.suffix();
    let (first_migration, second_migration) = (format!("{}{suffix}", first.name), format!("{}{suffix}", second.name));
    let moves = |transport| !plan.guests.is_empty() && plan.migration.transport == transport;
    Runbook {
        cluster: &plan.cluster.name,
        first: &first.name,
        second: &second.name,
        diagram: diagram::draw(plan),
        graphs: Diagrams::new(plan),
        networks: networks(plan),
        levels: levels(plan),
        // The schema asks for at least one of both.
        resource: resources[0].clone(),
        filesystem: filesystems[0].clone(),
        resource_filesystems: filesystems.iter().filter(|row| row.resource == resources[0].name).cloned().collect(),
        guest: guests.first().cloned(),
        resources,
        filesystems,
        guests,
        steps: steps(plan),
        preparation: preparation(plan),
        drbd_secrets: plan.storage.iter().map(|storage| storage.secret.as_str()).collect(),
        fence_secrets: fence_secrets(plan),
        ssh_migration: moves(Transport::Ssh),
        tls_migration: moves(Transport::Tls),
        ssh_names: vec![first.name.clone(), second.name.clone(), first_migration.clone(), second_migration.clone()],
        first_migration,
        second_migration,
        autostart: plan.cluster.autostart,
        standby: plan.platform.pcs.standby,
        move_leaves_constraint: plan.platform.pcs.move_leaves_constraint,
        drbd9: plan.drbd == DrbdMajor::V9,
        waivers: waivers(plan),
        budget: budget(plan),
    }
}

fn preparation(plan: &Plan) -> Vec<PreparationRow> {
    let rows = plan.platform.preparation.iter();
    rows.map(|&(what, command)| PreparationRow { what, command: command.unwrap_or_default() }).collect()
}

fn networks<'a>(plan: &'a Plan) -> Vec<NetworkRow<'a>> {
    let [first, second] = &plan.nodes;
    let row = |(name, address): (&'a String, &std::net::IpAddr)| NetworkRow {
        name,
        uses: uses(plan, name).join(", "),
        first: address.to_string(),
        second: second.addresses.get(name).map(ToString::to_string).unwrap_or_default(),
    };
    first.addresses.iter().map(row).collect()
}

/// What a network carries.
fn uses(plan: &Plan, name: &str) -> Vec<&'static str> {
    let carries = [
        (plan.cluster.links.iter().any(|link| link.name == name), "corosync"),
        (plan.storage.iter().any(|storage| storage.network.name == name), "DRBD"),
        (!plan.guests.is_empty() && plan.migration.network.name == name, "migration"),
    ];
    carries.into_iter().filter_map(|(does, what)| does.then_some(what)).collect()
}

fn levels(plan: &Plan) -> Vec<LevelRow> {
    let numbers: BTreeSet<u32> = plan.nodes.iter().flat_map(|node| &node.levels).map(|level| level.index).collect();
    let devices = |index: usize, number: u32| {
        let level = plan.nodes[index].levels.iter().find(|level| level.index == number);
        let names: Vec<&str> =
            level.iter().flat_map(|level| &level.devices).map(|device| device.name.as_str()).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(" and ") }
    };
    numbers.into_iter().map(|level| LevelRow { level, first: devices(0, level), second: devices(1, level) }).collect()
}

fn resource(storage: &Storage) -> ResourceRow<'_> {
    ResourceRow {
        name: &storage.name,
        device: storage.device(),
        port: storage.port,
        disk_first: &storage.disks[0],
        disk_second: &storage.disks[1],
        clone: ids::clone_of(&ids::drbd(&storage.name)),
    }
}

fn filesystems<'a>(plan: &'a Plan) -> Vec<FilesystemRow<'a>> {
    let row = |(storage, filesystem): (&'a Storage, &'a crate::plan::Filesystem)| FilesystemRow {
        lock_table: &filesystem.lock_table,
        mount: &filesystem.mount,
        device: &filesystem.device,
        volume: format!("{}/{}", storage.volume_group, filesystem.logical_volume),
        journals: filesystem.journals,
        resource: &storage.name,
        drbd: storage.device(),
        pacemaker: ids::mount(&filesystem.name),
        bytes: None,
        size: "+100%FREE",
    };
    plan.filesystems().map(row).collect()
}

fn guest(guest: &Guest) -> GuestRow<'_> {
    GuestRow {
        name: &guest.name,
        resource: ids::guest(&guest.name),
        prefer: guest.prefer.as_deref().unwrap_or("any"),
        shutdown: guest.shutdown_s,
        migrate: guest.migrate_to_s,
    }
}

fn secret(path: &str, devices: &BTreeSet<&str>) -> SecretRow {
    let folder = path.rsplit_once('/').map_or("/", |(folder, _)| if folder.is_empty() { "/" } else { folder });
    let devices: Vec<&str> = devices.iter().copied().collect();
    SecretRow { path: path.to_owned(), folder: folder.to_owned(), devices: devices.join(" and ") }
}

/// The bootstrap's steps, a line for each, with where it runs.
fn steps(plan: &Plan) -> Vec<String> {
    let [first, second] = &plan.nodes;
    let line = |one: &Move| match one {
        Move::Step { at: At::Both, step, argument } => {
            format!("{step} {} (on both nodes)", argument.as_deref().unwrap_or(""))
        }
        Move::Step { at: At::First, step, argument } => {
            format!("{step} {} (on {})", argument.as_deref().unwrap_or(""), first.name)
        }
        Move::Keys => format!("{} (from {} to {})", one.name(), first.name, second.name),
        Move::Prove => format!("{} (only with --prove-fencing)", one.name()),
        Move::Script(_) => format!("{} (on {})", one.name(), first.name),
        Move::Verify => one.name().to_owned(),
    };
    super::scripts::sequence(plan).iter().map(|one| line(one).replace("  ", " ")).collect()
}

fn fence_secrets(plan: &Plan) -> Vec<SecretRow> {
    let mut paths: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (_, device) in plan.fence_devices() {
        for path in &device.secrets {
            paths.entry(path).or_default().insert(&device.name);
        }
    }
    paths.iter().map(|(path, devices)| secret(path, devices)).collect()
}

/// Free text on one line as Markdown takes it: not empty, and nothing that is no character.
fn plain(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let text = text.trim();
    if text.is_empty() { "not said".to_owned() } else { text.to_owned() }
}

fn waivers(plan: &Plan) -> Vec<WaiverRow> {
    let row = |waiver: &crate::plan::Waiver| WaiverRow {
        rule: waiver.rule.clone(),
        reason: plain(&waiver.reason),
        until: waiver.until.clone().unwrap_or_else(|| "always".to_owned()),
    };
    plan.waivers.iter().map(row).collect()
}

fn budget(plan: &Plan) -> BudgetRow {
    let connection = &plan.budget.connection;
    // Of tenths.
    let seconds = |tenths: u64| match tenths % 10 {
        0 => format!("{}", tenths / 10),
        rest => format!("{}.{rest}", tenths / 10),
    };
    let longest = |of: fn(&Guest) -> u64| plan.guests.iter().map(of).max().unwrap_or_default();
    BudgetRow {
        token_ms: plan.budget.token_ms,
        consensus_ms: plan.budget.consensus_ms,
        loss: plan.budget.loss(),
        cut: seconds(20 * connection.ping_int + connection.ping_timeout),
        ping_int: connection.ping_int,
        ping_timeout: seconds(connection.ping_timeout),
        survivor: plan.nodes[plan.survivor()].name.clone(),
        head_start: plan.budget.head_start(),
        stonith_timeout: plan.budget.stonith_timeout,
        fencing: plan.budget.fencing,
        handler: plan.budget.handler,
        patience: plan.budget.patience(),
        dc: plan.budget.dc,
        drbd: plan.budget.drbd,
        migrate_longest: longest(|guest| guest.migrate_to_s),
        shutdown_longest: longest(|guest| guest.shutdown_s),
    }
}
