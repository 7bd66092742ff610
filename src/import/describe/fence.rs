//! What cuts a node's power.

use std::collections::BTreeMap;

use super::{GUESS, Known};
use crate::import::cib::{Primitive, seconds};
use crate::import::found::{self, delay_s};
use crate::import::yaml::{Item, Map};
use crate::model::{defaults, duration_text, millis};
use crate::platform::{FenceDelay, todays_name};

/// Options that the description has keys of its own for, or that gfs2gen writes by itself.
fn is_own(option: &str) -> bool {
    option.starts_with("pcmk_delay")
        || option.starts_with("pcmk_") && option.ends_with("_timeout")
        || ["action", "delay", "pcmk_host_check", "pcmk_host_list", "pcmk_host_map"].contains(&option)
}

/// Options whose value no file of a cluster should hold.
pub(in crate::import) fn is_secret(option: &str) -> bool {
    ["password", "passwd", "snmp_priv_passwd", "community"].contains(&option)
}

impl Known<'_> {
    /// The devices of a node, in the order of the CIB.
    pub(super) fn fence(&self, index: usize) -> Vec<Map> {
        let name = self.name(index);
        let mut devices = found::devices(self.seen, self.names);
        devices.retain(|(targets, _)| targets.contains(&index));
        if devices.is_empty() {
            return vec![self.status_device(index).unwrap_or_else(|| nothing(&name, index))];
        }
        let level = |id: &str| {
            let levels = self.seen.cib().map(|cib| cib.levels.as_slice()).unwrap_or_default();
            let own = levels.iter().filter(|level| self.names.index(&level.target) == Some(index));
            own.filter(|level| level.devices.iter().any(|device| device == id)).map(|level| level.index).next()
        };
        let maps = devices.iter().enumerate().map(|(position, (targets, device))| {
            let mut map = self.device(device, index, targets.len() > 1);
            let level = level(&device.id.text).filter(|level| *level != defaults::fence_level(position));
            map.put_some("level", level.map(Item::plain));
            map
        });
        maps.collect()
    }

    fn device(&self, device: &Primitive, index: usize, shared: bool) -> Map {
        let mut map = Map::default();
        let id = &device.id.text;
        match shared {
            true => map.put(
                "name",
                Item::text(&format!("{id}-{}", self.name(index)))
                    .noted(format!("{id} is for both nodes: one device for each here")),
            ),
            false => map.put("name", Item::text(id)),
        }
        map.put("agent", Item::text(&device.agent));
        let (options, secrets) = self.options(device, index, shared);
        map.put_some("options", super::some(options));
        map.put_some("secrets", super::some(secrets));
        let delay_s = delay_s(device);
        map.put_some("delay", (delay_s > 0).then(|| Item::text(&duration_text(delay_s * 1000))));
        let waits = self.platform.row.map(|row| row.pacemaker.fence_delay) == Some(FenceDelay::AgentDelay);
        let own = ["pcmk_reboot_timeout", "pcmk_off_timeout"]
            .iter()
            .filter_map(|name| seconds(&device.parameter(name)?.text));
        let timeout = own.max().map(|own| own.saturating_sub(if waits { delay_s } else { 0 }) * 1000);
        let timeout = timeout.filter(|timeout| *timeout != millis(defaults::FENCE_TIMEOUT));
        map.put_some("timeout", timeout.map(|timeout| Item::text(&duration_text(timeout))));
        map
    }

    /// The options by today's names, and the secrets.
    fn options(&self, device: &Primitive, index: usize, shared: bool) -> (Map, Map) {
        let mut all: BTreeMap<String, Item> = BTreeMap::new();
        // An old and a new name may both be there, and mean one option.
        let mut secrets: BTreeMap<String, Item> = BTreeMap::new();
        for (name, value) in &device.parameters {
            let today = todays_name(name).unwrap_or(name);
            let path = value.text.strip_prefix("cat ").filter(|path| path.starts_with('/') && !path.contains(' '));
            match (today.strip_suffix("_script"), path) {
                (Some(secret), Some(path)) => drop(secrets.insert(secret.to_owned(), Item::text(path))),
                (Some(secret), None) => drop(secrets.insert(secret.to_owned(), unknown_secret(&device.id.text))),
                _ if is_secret(today) => {
                    secrets.entry(today.to_owned()).or_insert_with(|| unknown_secret(&device.id.text));
                }
                _ if is_own(name) => {}
                _ => drop(all.insert(today.to_owned(), value_of(&value.text))),
            }
        }
        if let Some(map) = device.parameter("pcmk_host_map") {
            let entries = map.text.split([';', ' ']).filter_map(|entry| entry.split_once([':', '=']));
            let mut own = entries.filter(|(name, _)| self.names.index(name) == Some(index)).map(|(_, port)| port);
            match own.next_back() {
                Some(port) if shared || !all.contains_key("plug") => drop(all.insert("plug".into(), value_of(port))),
                _ => drop(all.insert("pcmk_host_map".into(), Item::text(&map.text))),
            }
        }
        (mapping(all), mapping(secrets))
    }

    /// A device that only `pcs status` tells of.
    fn status_device(&self, index: usize) -> Option<Map> {
        let status = self.seen.first(|node| node.status.as_ref())?;
        let names: Vec<&str> =
            self.names.called[index..].iter().take(1).flatten().map(|called| called.name.text.as_str()).collect();
        let own = |id: &str| names.iter().any(|name| id.contains(name));
        let (id, kind) = status.resources.iter().find(|(id, kind)| kind.starts_with("stonith:") && own(&id.text))?;
        let mut map = Map::default();
        map.put("name", Item::text(&id.text));
        map.put("agent", Item::text(kind.trim_start_matches("stonith:")));
        map.put("options", filler_options(index));
        let mut secrets = Map::default();
        secrets.put("password", unknown_secret(&id.text));
        map.put("secrets", Item::map(secrets));
        map.put_some("delay", (index == 0).then(|| Item::text("10s").noted(GUESS)));
        Some(map)
    }
}

fn mapping(entries: BTreeMap<String, Item>) -> Map {
    let mut map = Map::default();
    entries.into_iter().for_each(|(name, item)| map.put(&name, item));
    map
}

/// A whole number as one, everything else as a text.
fn value_of(text: &str) -> Item {
    match text.parse::<u32>() {
        Ok(number) if number.to_string() == text => Item::plain(number),
        _ => Item::text(text),
    }
}

fn unknown_secret(id: &str) -> Item {
    Item::text(&format!("/etc/gfs2gen/secrets/{id}")).noted("FILL IN: a file on both nodes that holds it, mode 0600")
}

fn filler_options(index: usize) -> Item {
    let mut options = Map::default();
    options.put("ip", Item::text(&format!("192.0.2.{}", 101 + index)).noted("FILL IN: the controller's address"));
    options.put("lanplus", Item::plain(1).noted(GUESS));
    options.put("username", Item::text("admin").noted("FILL IN"));
    Item::map(options)
}

/// A node without a device: what has to be filled in.
fn nothing(name: &str, index: usize) -> Map {
    let mut map = Map::default();
    let id = format!("fence-{name}");
    map.put("name", Item::text(&id).noted("FILL IN: no fence device was found for this node"));
    map.put("agent", Item::text("fence_ipmilan").noted(GUESS));
    map.put("options", filler_options(index));
    let mut secrets = Map::default();
    secrets.put("password", unknown_secret(&id));
    map.put("secrets", Item::map(secrets));
    map
}
