//! The description again, with every default written out and every value in one spelling: what two descriptions are compared by.

use serde_json::{Map, Value, json};

use super::Plan;
use crate::model::{self, Description, OptionValue, defaults, duration_text, millis, size_text, speed_text};

/// The description of a plan. It is a description itself, and of the same tree; a key that it does not have has no default.
pub fn written_out(description: &Description, plan: &Plan) -> Value {
    let vms = description.vms.as_deref().unwrap_or_default();
    let mut all = object(json!({
        "apiVersion": "gfs2gen/v1",
        "platform": plan.platform.name,
        "drbd": match plan.drbd { model::DrbdMajor::V84 => "8.4", model::DrbdMajor::V9 => "9" },
        "cluster": {
            "name": plan.cluster.name,
            "links": plan.cluster.links.iter().map(|link| link.name.as_str()).collect::<Vec<_>>(),
            "token": duration_text(plan.cluster.token_ms),
            "autostart": plan.cluster.autostart,
        },
        "nodes": (0..2).map(|index| node(description, plan, index)).collect::<Vec<_>>(),
        "storage": description.storage.iter().zip(&plan.storage).map(|(w, p)| storage(w, p, plan)).collect::<Vec<_>>(),
        "vms": vms.iter().zip(&plan.guests).map(|(written, guest)| vm(written, guest)).collect::<Vec<_>>(),
        "migration": {
            "address": plan.migration.network.name,
            "transport": plan.migration.transport.as_str(),
            "speed": speed_text(plan.migration.speed),
        },
        "firewall": { "manage": plan.firewall.kind.as_str() },
    }));
    if let Some(zones) = description.firewall.as_ref().and_then(|firewall| firewall.zones.as_ref()) {
        all["firewall"]["zones"] = texts(zones.iter());
    }
    put(&mut all, "notify", plan.mail.as_ref().map(|mail| json!({ "mail": mail })));
    if !plan.waivers.is_empty() {
        let allow: Vec<Value> = plan.waivers.iter().map(waiver).collect();
        all.insert("policy".into(), json!({ "allow": allow }));
    }
    all.into()
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn put(map: &mut Map<String, Value>, key: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        map.insert(key.to_owned(), value.into());
    }
}

/// A mapping of names to texts.
fn texts<K: ToString, V: ToString>(pairs: impl Iterator<Item = (K, V)>) -> Value {
    pairs.map(|(key, value)| (key.to_string(), Value::from(value.to_string()))).collect::<Map<_, _>>().into()
}

fn waiver(waiver: &super::Waiver) -> Value {
    let mut map = object(json!({ "rule": waiver.rule, "reason": waiver.reason }));
    put(&mut map, "until", waiver.until.as_deref());
    map.into()
}

fn node(description: &Description, plan: &Plan, index: usize) -> Value {
    let (written, node) = (&description.nodes[index], &plan.nodes[index]);
    let mut map = object(json!({
        "name": node.name,
        "id": node.id,
        "addresses": texts(node.addresses.iter()),
        "fence": written.fence.iter().enumerate().map(|(at, fence)| device(fence, at)).collect::<Vec<_>>(),
    }));
    put(&mut map, "memory", node.memory.map(size_text));
    put(&mut map, "local_pvs", (!node.local_pvs.is_empty()).then(|| node.local_pvs.clone()));
    map.into()
}

fn device(fence: &model::Fence, position: usize) -> Value {
    let duration = |written: &Option<model::DurationText>, default: &str| {
        duration_text(written.as_ref().map_or_else(|| millis(default), model::DurationText::millis))
    };
    // As the agent gets it.
    let value = |value: &OptionValue| match value {
        OptionValue::Text(text) => text.clone(),
        OptionValue::Flag(flag) => String::from(if *flag { "1" } else { "0" }),
    };
    let mut map = object(json!({
        "name": fence.name.as_str(),
        "agent": fence.agent.as_str(),
        "delay": duration(&fence.delay, defaults::FENCE_DELAY),
        "timeout": duration(&fence.timeout, defaults::FENCE_TIMEOUT),
        "level": fence.level.unwrap_or(defaults::fence_level(position)),
    }));
    let options = fence.options.as_ref();
    put(&mut map, "options", options.map(|options| texts(options.iter().map(|(name, v)| (name, value(v))))));
    put(&mut map, "secrets", fence.secrets.as_ref().map(|secrets| texts(secrets.iter())));
    map.into()
}

fn storage(written: &model::Storage, storage: &super::Storage, plan: &Plan) -> Value {
    let by_node = |values: [Option<&str>; 2]| {
        let pairs = plan.nodes.iter().zip(values).filter_map(|(node, value)| Some((&node.name, value?)));
        texts(pairs)
    };
    let [first, second] = &storage.identities;
    let mut drbd = object(json!({
        "verify_alg": storage.verify_alg.as_str(),
        "auth_alg": storage.auth_alg.as_str(),
        "secret": storage.secret,
        "resync": { "max_rate": size_text(storage.resync_max), "min_rate": size_text(storage.resync_min) },
        "al_extents": storage.al_extents,
        "max_buffers": storage.max_buffers,
    }));
    put(&mut drbd, "csums_alg", storage.csums_alg.map(model::Algorithm::as_str));
    let mut map = object(json!({
        "name": storage.name,
        "address": storage.network.name,
        "port": storage.port,
        "minor": storage.minor,
        "disk": by_node([Some(&storage.disks[0]), Some(&storage.disks[1])]),
        "drbd": drbd,
        "volume_group": storage.volume_group,
        "filesystems": storage.filesystems.iter().map(filesystem).collect::<Vec<_>>(),
    }));
    put(&mut map, "identity", written.identity.as_ref().map(|_| by_node([first.as_deref(), second.as_deref()])));
    put(&mut map, "size", storage.size.map(size_text));
    map.into()
}

fn filesystem(filesystem: &super::Filesystem) -> Value {
    json!({
        "name": filesystem.name,
        "logical_volume": filesystem.logical_volume,
        "size": filesystem.size.to_string(),
        "mount": filesystem.mount,
        "journals": filesystem.journals,
        "journal_size": size_text(filesystem.journal_mib << 20),
        "options": filesystem.options,
    })
}

fn vm(written: &model::Vm, guest: &super::Guest) -> Value {
    let mut map = object(json!({ "name": guest.name, "shutdown": duration_text(guest.shutdown_s * 1000) }));
    put(&mut map, "prefer", guest.prefer.as_deref());
    put(&mut map, "domain", written.domain.as_ref().map(|domain| domain.as_str()));
    let super::GuestBody::Described(machine) = &guest.body else {
        return map.into();
    };
    let disk = |disk: &model::Disk| {
        json!({
            "filesystem": disk.filesystem.as_str(),
            "file": disk.file.as_str(),
            "size": size_text(disk.size.bytes()),
            "format": disk.format.unwrap_or(defaults::DISK_FORMAT).as_str(),
        })
    };
    put(&mut map, "type", Some(machine.kind.as_str()));
    put(&mut map, "memory", Some(size_text(guest.memory)));
    put(&mut map, "vcpus", Some(machine.vcpus));
    put(&mut map, "cpu", Some(machine.cpu.as_str()));
    put(&mut map, "disks", written.disks.as_ref().map(|disks| disks.iter().map(disk).collect::<Vec<_>>()));
    let interface = machine.interface.as_ref();
    put(&mut map, "network", interface.map(|(bridge, mac)| json!({ "bridge": bridge, "mac": mac })));
    map.into()
}
