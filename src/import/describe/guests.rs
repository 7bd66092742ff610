//! The guests, and how they move.

use std::collections::BTreeSet;

use super::{Known, networks};
use crate::import::cib::{Primitive, seconds};
use crate::import::domain::Guest;
use crate::import::found;
use crate::import::yaml::{Item, Map};
use crate::model::{DiskFormat, GuestType, defaults, duration_text, millis, size_text};
use crate::plan;

/// The entries of `vms`.
pub(super) struct Guests {
    pub maps: Vec<Map>,
    /// The files that the description names.
    pub domains: Vec<(String, String)>,
    /// Whether there are any.
    pub any: bool,
}

/// What the stop of a guest's resource takes beside the guest's own time (`pacemaker::build`).
const DESTROY_S: u64 = 30;

impl Known<'_> {
    pub(super) fn guests(&self, mounts: &[(String, String)]) -> Guests {
        let mut all = Guests { maps: Vec::new(), domains: Vec::new(), any: false };
        for primitive in found::guests(self.seen) {
            let guest = self.guest_of(primitive);
            all.maps.push(self.guest(primitive, guest, mounts, &mut all.domains));
        }
        all.any = !all.maps.is_empty();
        all
    }

    /// The domain of a resource: the file that its agent starts it from, by name.
    fn guest_of(&self, primitive: &Primitive) -> Option<&Guest> {
        let config = primitive.parameter("config").map(|config| config.text.as_str()).unwrap_or_default();
        let stem = config.rsplit('/').next().unwrap_or_default().trim_end_matches(".xml");
        let id = primitive.id.text.strip_prefix("vm-").unwrap_or(&primitive.id.text);
        let guests = || self.seen.nodes.iter().flat_map(|node| &node.guests);
        let named = |name: &str| guests().find(|guest| guest.domain.name == name);
        let file = |guest: &&Guest| {
            let path = self.seen.files[guest.at.file].name();
            path.strip_suffix(".xml").is_some_and(|path| path.rsplit('/').next() == Some(stem))
        };
        // As it was configured, before as it runs: libvirt adds to that.
        guests()
            .find(|guest| self.seen.files[guest.at.file].name().ends_with(config) && !config.is_empty())
            .or_else(|| guests().find(file))
            .or_else(|| named(stem))
            .or_else(|| named(id))
    }

    fn guest(
        &self,
        primitive: &Primitive,
        guest: Option<&Guest>,
        mounts: &[(String, String)],
        domains: &mut Vec<(String, String)>,
    ) -> Map {
        let mut map = Map::default();
        let id = primitive.id.text.strip_prefix("vm-").unwrap_or(&primitive.id.text).to_owned();
        let name = guest.map_or(id, |guest| guest.domain.name.clone());
        map.put("name", Item::text(&name));
        match guest {
            Some(guest) if self.is_described(guest, mounts) => self.described(guest, mounts, &mut map),
            Some(guest) => {
                let path = format!("domains/{}.xml", file_name(&name));
                let item = Item::text(&path);
                map.put(
                    "domain",
                    if guest.blanked { item.noted("a secret in it was blanked out: FILL IN") } else { item },
                );
                domains.push((path, guest.domain.text.clone()));
            }
            None => {
                map.put("memory", Item::text("1GiB").noted("FILL IN: no domain of this guest was found"));
                map.put("vcpus", Item::plain(1).noted("FILL IN"));
            }
        }
        let prefers = self.seen.cib().into_iter().flat_map(|cib| &cib.locations).filter(|location| {
            let score = location.score.as_ref().is_some_and(|score| !score.text.starts_with('-'));
            score && primitive.goes_by(&location.resource) && !location.id.text.starts_with("cli-")
        });
        let prefer = prefers.filter_map(|location| self.names.index(location.node.as_ref()?)).next();
        map.put_some("prefer", prefer.map(|index| Item::text(&self.name(index))));
        let stop = primitive.operations.iter().find(|operation| operation.name == "stop");
        let stop =
            stop.and_then(|stop| seconds(&stop.timeout.as_ref()?.text)).map(|stop| stop.saturating_sub(DESTROY_S));
        let shutdown = stop.filter(|stop| *stop > 0 && stop * 1000 != millis(defaults::GUEST_SHUTDOWN));
        map.put_some("shutdown", shutdown.map(|stop| Item::text(&duration_text(stop * 1000))));
        map
    }

    /// Whether gfs2gen made this domain of a description, and the description can be found in it again. Any other guest keeps
    /// its domain as it is: a guest notices another machine.
    fn is_described(&self, guest: &Guest, mounts: &[(String, String)]) -> bool {
        let made = self.names_of_cluster().iter().any(|cluster| {
            let uuid = plan::guest_uuid(cluster, &guest.domain.name).replace('-', "");
            guest.domain.uuid.as_deref() == Some(uuid.as_str())
        });
        let placed = guest.domain.images.iter().all(|image| place(&image.path, mounts).is_some());
        made && placed && guest.domain.other_disks == 0
    }

    /// The names that the cluster may have had when its guests were made.
    fn names_of_cluster(&self) -> BTreeSet<String> {
        let corosync = self.seen.nodes.iter().filter_map(|node| node.corosync.as_ref()?.cluster_name.as_ref());
        let tables =
            self.seen.nodes.iter().flat_map(|node| node.facts.gfs2.values()).filter_map(|gfs2| gfs2.table.as_ref());
        let tables = tables.filter_map(|table| Some(table.text.split_once(':')?.0.to_owned()));
        corosync.map(|name| name.text.clone()).chain(tables).collect()
    }

    fn described(&self, guest: &Guest, mounts: &[(String, String)], map: &mut Map) {
        let kind = (guest.kind != GuestType::Kvm.as_str()).then(|| Item::text(&guest.kind));
        map.put_some("type", kind);
        map.put("memory", Item::text(&size_text(guest.domain.memory)));
        map.put("vcpus", Item::plain(&guest.vcpus));
        map.put_some("cpu", guest.cpu.as_ref().filter(|cpu| *cpu != defaults::CPU_MODEL).map(|cpu| Item::text(cpu)));
        let disks = guest.domain.images.iter().zip(&guest.formats).filter_map(|(image, format)| {
            let (filesystem, file) = place(&image.path, mounts)?;
            let mut disk = Map::default();
            disk.put("filesystem", Item::text(filesystem));
            disk.put("file", Item::text(file));
            let size = self
                .seen
                .first(|node| node.facts.images.get(&image.path))
                .map(|(_, bytes)| Item::text(&size_text(*bytes)));
            disk.put(
                "size",
                size.unwrap_or_else(|| Item::text("1GiB").noted("FILL IN: the image's size was not found")),
            );
            disk.put_some("format", (format != DiskFormat::Raw.as_str()).then(|| Item::text(format)));
            Some(disk)
        });
        let disks: Vec<Map> = disks.collect();
        map.put_some("disks", (!disks.is_empty()).then(|| Item::list(disks)));
        if let (Some(bridge), Some(mac)) = (guest.domain.bridges.first(), guest.domain.macs.first()) {
            let mut network = Map::default();
            network.put("bridge", Item::text(bridge));
            network.put("mac", Item::text(mac));
            map.put("network", Item::map(network));
        }
    }

    pub(super) fn migration(&self, guests: bool) -> Option<Item> {
        let mut map = Map::default();
        let usual = defaults::REPLICATION;
        let address = self.networks.migration.clone();
        let replication =
            || networks::resources(self.seen).first().and_then(|first| self.networks.of(first, self.names));
        let other = || replication().map_or_else(|| self.networks.links[0].clone(), str::to_owned);
        let address = address.or_else(|| (!self.networks.has(usual)).then(other));
        let address = address.filter(|name| name != usual);
        map.put_some("address", address.as_ref().map(|name| Item::text(name)));
        let transport = found::guests(self.seen).find_map(|guest| guest.parameter("migration_transport"));
        let transport = transport.filter(|transport| transport.text != defaults::TRANSPORT.as_str() && guests);
        map.put_some("transport", transport.map(|transport| Item::text(&transport.text)));
        let name = address.as_deref().unwrap_or(usual);
        let speeds = (0..2).filter_map(|index| {
            let address = self.networks.address(name, index)?;
            self.node_seen(index)?.facts.links.get(address)
        });
        let speed = speeds.min().map(|mbit| match mbit % 1000 {
            0 => format!("{}Gbit", mbit / 1000),
            _ => format!("{mbit}Mbit"),
        });
        let speed = speed.filter(|speed| speed != defaults::MIGRATION_SPEED && guests);
        map.put_some("speed", speed.map(|speed| Item::text(&speed)));
        super::some(map)
    }
}

/// The filesystem that a file is directly on, and the file's name.
fn place<'a>(path: &'a str, mounts: &'a [(String, String)]) -> Option<(&'a str, &'a str)> {
    mounts.iter().find_map(|(name, mount)| {
        let file = path.strip_prefix(mount.trim_end_matches('/'))?.strip_prefix('/')?;
        (!file.contains('/')).then_some((name.as_str(), file))
    })
}

/// A guest's name as the name of a file of the description.
fn file_name(name: &str) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    let name: String = name.chars().map(|c| if fits(c) { c } else { '-' }).collect();
    if name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_') { name } else { format!("guest{name}") }
}
