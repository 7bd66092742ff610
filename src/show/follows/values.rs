//! The values themselves, read from a plan.

use serde_json::Value;

use crate::model::{duration_text, size_text};
use crate::pacemaker::{ids, storage_id};
use crate::path::Path;
use crate::plan::{FenceDevice, Guest, GuestBody, Plan, Storage};
use crate::platform::{Locking, Transport};

/// A value with its place, and what else it belongs to.
pub(super) struct Found {
    pub path: Path,
    pub value: Value,
    pub beside: Vec<Path>,
}

struct All(Vec<Found>);

impl All {
    fn put(&mut self, path: Path, value: impl Into<Value>) {
        self.0.push(Found { path, value: value.into(), beside: Vec::new() });
    }
}

/// Everything, in the order in which it is shown.
pub(super) fn of(plan: &Plan, description: &Value) -> Vec<Found> {
    let mut all = All(Vec::new());
    facts(plan, &mut all);
    let cluster = Path::root().key("cluster");
    all.put(cluster.key("survivor"), plan.nodes[plan.survivor()].name.as_str());
    all.put(cluster.key("dlm_protocol"), plan.dlm_protocol());
    budget(plan, &mut all);
    for node in &plan.nodes {
        if !plan.guests.is_empty() {
            all.put(node.at.key("migration_name"), plan.migration.name_of(&node.name));
        }
        let mut devices: Vec<&FenceDevice> = node.levels.iter().flat_map(|level| &level.devices).collect();
        devices.sort_by_key(|device| &device.at);
        devices.into_iter().for_each(|device| parameters(plan, device, description, &mut all));
    }
    plan.storage.iter().for_each(|one| storage(plan, one, &mut all));
    plan.guests.iter().for_each(|one| guest(plan, one, &mut all));
    ports(plan, &mut all);
    all.0
}

fn facts(plan: &Plan, all: &mut All) {
    let facts = Path::root().key("facts");
    let platform = plan.platform;
    let from = platform.generation(plan.drbd).map(|generation| format!(", {}", generation.from)).unwrap_or_default();
    all.put(facts.key("drbd"), format!("{}{from}", plan.drbd.as_str()));
    let locking = match platform.locking {
        Locking::Clvmd => "clvmd",
        Locking::Lvmlockd => "lvmlockd",
    };
    all.put(facts.key("locking"), locking);
    all.put(facts.key("pcs"), platform.pcs.version);
    all.put(facts.key("pacemaker"), platform.pacemaker.version);
    let transport = match platform.corosync.transport {
        Transport::Knet => "knet",
        Transport::Udpu => "udpu",
    };
    all.put(facts.key("corosync"), transport);
    if plan.guests.iter().any(|guest| matches!(guest.body, GuestBody::Described(_))) {
        all.put(facts.key("machine"), platform.guests.machine);
    }
}

fn budget(plan: &Plan, all: &mut All) {
    let budget = &plan.budget;
    let connection = &budget.connection;
    let mut put = |name: &str, millis: u64| all.put(Path::root().key("budget").key(name), span(millis));
    put("consensus", budget.consensus_ms);
    for (name, seconds) in [
        ("loss", budget.loss()),
        ("fencing", budget.fencing),
        ("stonith_timeout", budget.stonith_timeout),
        ("handler", budget.handler),
        ("dc", budget.dc),
        ("drbd", budget.drbd),
        ("shot", budget.shot()),
        ("head_start", budget.head_start()),
        ("patience", budget.patience()),
        ("ping_int", connection.ping_int),
    ] {
        put(name, seconds * 1000);
    }
    put("ping_timeout", connection.ping_timeout * 100);
    put("timeout", connection.timeout * 100);
    all.put(Path::root().key("budget").key("ko_count"), connection.ko_count);
}

/// Seconds as they are said, and not minutes: these are compared with each other.
fn span(millis: u64) -> String {
    if millis.is_multiple_of(1000) { format!("{}s", millis / 1000) } else { duration_text(millis) }
}

/// What an agent gets that is no option of the description.
fn parameters(plan: &Plan, device: &FenceDevice, description: &Value, all: &mut All) {
    let written = |place: &Path| description.pointer(&place.to_string());
    let names = plan.platform.fence_option_names;
    for (name, value) in &device.options {
        let today = names.iter().find(|(_, older)| older == name).map_or(name.as_str(), |(today, _)| today);
        let option = device.at.key("options").key(today);
        if today == name && written(&option).is_some_and(|option| option == value) {
            continue;
        }
        // A secret comes as a script that prints it.
        let secret = today.strip_suffix("_script").map(|name| device.at.key("secrets").key(name));
        let beside = [Some(option), secret].into_iter().flatten().filter(|place| written(place).is_some()).collect();
        all.0.push(Found { path: device.at.key("parameters").key(name), value: value.as_str().into(), beside });
    }
}

fn storage(plan: &Plan, storage: &Storage, all: &mut All) {
    all.put(storage.at.key("device"), storage.device());
    all.put(storage.at.key("resource"), ids::clone_of(&ids::drbd(&storage.name)));
    for filesystem in &storage.filesystems {
        all.put(filesystem.at.key("lock_table"), filesystem.lock_table.as_str());
        all.put(filesystem.at.key("device"), filesystem.device.as_str());
        all.put(filesystem.at.key("resource"), ids::clone_of(&storage_id(plan, &filesystem.name)));
    }
}

fn guest(plan: &Plan, guest: &Guest, all: &mut All) {
    all.put(guest.at.key("resource"), ids::guest(&guest.name));
    match &guest.body {
        GuestBody::Described(machine) => {
            all.put(guest.at.key("uuid"), machine.uuid.as_str());
            for (index, image) in machine.images.iter().enumerate() {
                // The longest mount point that it is below is the one that was meant.
                let below = |mount: &str| image.path.strip_prefix(mount).is_some_and(|rest| rest.starts_with('/'));
                let mounts = plan.filesystems().map(|(_, filesystem)| filesystem);
                let mounts = mounts.filter(|filesystem| below(filesystem.mount.trim_end_matches('/')));
                let on = mounts.max_by_key(|filesystem| filesystem.mount.len());
                all.0.push(Found {
                    path: guest.at.key("disks").index(index).key("path"),
                    value: image.path.as_str().into(),
                    beside: on.map(|filesystem| filesystem.at.clone()).into_iter().collect(),
                });
            }
        }
        GuestBody::Own(_) => {
            all.put(guest.at.key("memory"), size_text(guest.memory));
            all.put(guest.at.key("filesystems"), guest.filesystems.clone());
        }
    }
    all.put(guest.at.key("migrate_to"), span(guest.migrate_to_s * 1000));
}

fn ports(plan: &Plan, all: &mut All) {
    for network in &plan.firewall.networks {
        let at = Path::root().key("ports").key(&network.network.name);
        for port in &network.ports {
            let (protocol, first, last) = (port.protocol, port.first, port.last);
            let value =
                if first == last { format!("{protocol} {first}") } else { format!("{protocol} {first}-{last}") };
            let resource = port.purpose.strip_prefix("DRBD ");
            let storage = resource.and_then(|name| plan.storage.iter().find(|storage| storage.name == name));
            let path = match storage {
                Some(storage) => at.key("drbd").key(&storage.name),
                None => at.key(port.purpose.to_lowercase().replace(' ', "_")),
            };
            let beside = storage.map(|storage| storage.at.clone()).into_iter().collect();
            all.0.push(Found { path, value: value.into(), beside });
        }
    }
}
