//! The replicated disks, and what is on them.

use super::networks::resources;
use super::{Known, some};
use crate::import::drbd::{Resource, Settings, bytes};
use crate::import::found::{self, Mounted};
use crate::import::lvm;
use crate::import::yaml::{Item, Map};
use crate::model::{defaults, size_text};

/// The entries of `storage`.
pub(super) struct Storage {
    pub maps: Vec<Map>,
    /// Filesystems as (name, mount).
    pub mounts: Vec<(String, String)>,
}

impl Known<'_> {
    pub(super) fn storage(&self) -> Storage {
        let mut all = Storage { maps: Vec::new(), mounts: Vec::new() };
        let resources = self.in_order();
        for (position, resource) in resources.iter().enumerate() {
            all.maps.push(self.resource(resource, position, resources.len(), &mut all.mounts));
        }
        if all.maps.is_empty() {
            let mut map = Map::default();
            map.put("name", Item::text("r0").noted("FILL IN: no DRBD resource was found"));
            map.put("disk", Item::text("/dev/disk/by-partlabel/drbd-r0").noted("FILL IN"));
            map.put("filesystems", Item::list(vec![nothing()]));
            all.maps.push(map);
        }
        all
    }

    /// The resources in the order in which Pacemaker has them; the others after those.
    fn in_order(&self) -> Vec<&Resource> {
        let mut all = resources(self.seen);
        let primitives = self.seen.cib().map(|cib| cib.primitives.as_slice()).unwrap_or_default();
        let drbd: Vec<&str> = primitives
            .iter()
            .filter(|primitive| primitive.is("ocf", "drbd"))
            .filter_map(|primitive| primitive.parameter("drbd_resource").map(|name| name.text.as_str()))
            .collect();
        all.sort_by_key(|resource| drbd.iter().position(|name| *name == resource.name.text).unwrap_or(usize::MAX));
        all
    }

    fn resource(&self, resource: &Resource, position: usize, many: usize, mounts: &mut Vec<(String, String)>) -> Map {
        let mut map = Map::default();
        let name = &resource.name.text;
        map.put("name", Item::text(name));
        let network = self.networks.of(resource, self.names).unwrap_or(defaults::REPLICATION);
        map.put_some("address", (network != defaults::REPLICATION).then(|| Item::text(network)));
        let side = |index: usize| resource.sides.iter().find(|side| self.names.index(&side.name.text) == Some(index));
        let first = side(0).or(side(1));
        let port = first.and_then(|side| side.port.as_ref()?.text.parse::<u16>().ok());
        map.put_some("port", port.filter(|port| *port != defaults::port(position)).map(Item::plain));
        let minor = first.and_then(|side| side.minor.as_ref()?.text.parse::<u32>().ok());
        map.put_some("minor", minor.filter(|minor| *minor != defaults::minor(position)).map(Item::plain));
        let disks: [Option<String>; 2] =
            std::array::from_fn(|index| side(index)?.disk.as_ref().map(|disk| disk.text.clone()));
        map.put("disk", self.disk(&disks));
        map.put_some("identity", self.identity(&disks));
        map.put_some("size", self.disk_size(&disks));
        let common = self.seen.first(|node| node.resources().next().map(|_| node.common())).unwrap_or_default();
        map.put_some("drbd", some(drbd(resource, &common)));
        let group = self.group(resource, minor.unwrap_or(defaults::minor(position)), many);
        let usual = group.as_ref().is_none_or(|group| *group == defaults::volume_group(name));
        let group = group.unwrap_or_else(|| defaults::volume_group(name));
        map.put_some("volume_group", (!usual).then(|| Item::text(&group)));
        map.put("filesystems", Item::list(self.filesystems(&group, mounts)));
        map
    }

    fn disk(&self, disks: &[Option<String>; 2]) -> Item {
        match disks {
            [Some(first), Some(second)] if first == second => Item::text(first),
            _ => {
                let mut map = Map::default();
                for (index, disk) in disks.iter().enumerate() {
                    map.put(
                        &self.name(index),
                        match disk {
                            Some(disk) => Item::text(disk),
                            None => Item::text("/dev/disk/by-partlabel/drbd")
                                .noted("FILL IN: the disk under DRBD on this node"),
                        },
                    );
                }
                Item::map(map)
            }
        }
    }

    fn identity(&self, disks: &[Option<String>; 2]) -> Option<Item> {
        let mut map = Map::default();
        for (index, disk) in disks.iter().enumerate() {
            let known = self.node_seen(index).zip(disk.as_ref()).and_then(|(node, disk)| node.facts.disks.get(disk));
            // The serial number is what stands on the disk.
            let identity = known.and_then(|disk| disk.serial.clone().or(disk.wwn.clone()));
            map.put_some(&self.name(index), identity.map(|identity| Item::text(&identity)));
        }
        some(map)
    }

    fn disk_size(&self, disks: &[Option<String>; 2]) -> Option<Item> {
        let sizes = disks
            .iter()
            .enumerate()
            .filter_map(|(index, disk)| self.node_seen(index)?.facts.disks.get(disk.as_ref()?)?.size);
        let smallest = sizes.min()?;
        // Never more than there is, in a unit that people read.
        let unit = if smallest.is_multiple_of(1 << 30) || smallest >= 1000 << 30 { 30 } else { 20 };
        Some(Item::text(&size_text(smallest >> unit << unit)))
    }

    /// The volume group on a resource: the one that LVM reports, else the one that Pacemaker starts after it.
    fn group(&self, resource: &Resource, minor: u32, many: usize) -> Option<String> {
        let device = format!("/dev/drbd{minor}");
        let physical = self.seen.first(|node| node.reports.physical.iter().find(|(name, _)| *name == device).cloned());
        if let Some((_, group)) = physical.filter(|(_, group)| !group.is_empty()) {
            return Some(group);
        }
        let mounted = found::mounted(self.seen);
        let usual = defaults::volume_group(&resource.name.text);
        if let Some(found) = mounted.iter().find(|mounted| mounted.group == usual) {
            return Some(found.group.clone());
        }
        let own = found::drbd(self.seen, &resource.name.text).map(found::ids).unwrap_or_default();
        let reached = found::constraints(self.seen).after(&own, |_| true);
        let after = |mounted: &&Mounted| reached.iter().any(|id| mounted.primitive.goes_by(id));
        let found = mounted.iter().find(after).or_else(|| mounted.first().filter(|_| many == 1));
        found.map(|mounted| mounted.group.clone())
    }

    fn filesystems(&self, group: &str, mounts: &mut Vec<(String, String)>) -> Vec<Map> {
        let mounted = found::mounted(self.seen);
        let own: Vec<&Mounted> = mounted.iter().filter(|mounted| mounted.group == group).collect();
        let sizes = self.sizes(group, &own.iter().map(|mounted| mounted.volume.as_str()).collect::<Vec<_>>());
        let maps = own.iter().zip(sizes).map(|(mounted, size)| {
            let (map, name) = self.filesystem(mounted, size);
            mounts.push((name, mounted.directory.clone()));
            map
        });
        let maps: Vec<Map> = maps.collect();
        if maps.is_empty() { vec![nothing()] } else { maps }
    }

    fn filesystem(&self, mounted: &Mounted, size: Option<Item>) -> (Map, String) {
        let device = mounted.primitive.parameter("device").map(|device| device.text.clone()).unwrap_or_default();
        let usual = format!("/dev/{}/{}", mounted.group, mounted.volume);
        let gfs2 = self.seen.first(|node| node.facts.gfs2.get(&device).or_else(|| node.facts.gfs2.get(&usual)));
        let table = gfs2.and_then(|gfs2| Some(gfs2.table.as_ref()?.text.split_once(':')?.1.to_owned()));
        let by_id = mounted.primitive.id.text.strip_prefix("fs-").map(str::to_owned);
        let by_volume = || mounted.volume.trim_start_matches("lv_").to_owned();
        let name = table.clone().or_else(|| by_id.clone()).unwrap_or_else(by_volume);
        let mut map = Map::default();
        let guessed = table.is_none() && by_id.is_none();
        let item = Item::text(&name);
        map.put(
            "name",
            if guessed { item.noted("a guess: the second half of its lock table, which was not found") } else { item },
        );
        let volume = (mounted.volume != defaults::logical_volume(&name)).then(|| Item::text(&mounted.volume));
        map.put_some("logical_volume", volume);
        map.put_some("size", size);
        map.put("mount", Item::text(&mounted.directory));
        let journals =
            gfs2.map(|gfs2| gfs2.journals).filter(|journals| *journals > 0 && *journals != defaults::JOURNALS);
        map.put_some("journals", journals.map(Item::plain));
        let journal = gfs2.and_then(|gfs2| gfs2.journal_mib).map(|mib| size_text(mib << 20));
        map.put_some(
            "journal_size",
            journal.filter(|size| size != defaults::JOURNAL_SIZE).map(|size| Item::text(&size)),
        );
        let options = mounted.primitive.parameter("options").map(|options| options.text.as_str()).unwrap_or_default();
        let options: Vec<&str> = options.split(',').filter(|option| !option.is_empty()).collect();
        map.put_some("options", (options != [defaults::MOUNT_OPTION]).then(|| Item::row(&options)));
        (map, name)
    }

    /// The sizes of the volumes of a group, in their order; none where the default says it.
    fn sizes(&self, group: &str, volumes: &[&str]) -> Vec<Option<Item>> {
        let reports = self.seen.first(|node| {
            let known = node.reports.groups.iter().find(|known| known.name == group)?;
            Some((known, &node.reports.volumes))
        });
        let Some((group, all)) = reports.filter(|(group, _)| group.extent > 0) else {
            return vec![None; volumes.len()];
        };
        let mut free = group.extents;
        let sizes = volumes.iter().map(|name| {
            let volume = all.iter().find(|volume| volume.group == group.name && volume.name == *name)?;
            let taken = volume.bytes / group.extent;
            let size = size(taken, group.extents, free, group.extent);
            free = free.saturating_sub(taken);
            size
        });
        sizes.collect()
    }

    /// What LVM has to go on accepting beside DRBD.
    pub(super) fn local_pvs(&self, index: usize) -> Option<Item> {
        let node = self.node_seen(index)?;
        let filter = node
            .lvm
            .as_ref()
            .and_then(|lvm| lvm.settings.get("devices/global_filter").or_else(|| lvm.settings.get("devices/filter")));
        let patterns = filter.into_iter().flat_map(|filter| &filter.values);
        let exact = patterns.filter_map(|value| lvm::pattern(&value.text).filter(|pattern| pattern.accepts)?.exact());
        let named: Vec<String> = exact.filter(|name| !name.starts_with("/dev/drbd")).collect();
        if !named.is_empty() {
            return Some(Item::row(&named));
        }
        let physical =
            node.reports.physical.iter().filter(|(name, group)| !name.starts_with("/dev/drbd") && !group.is_empty());
        let reported: Vec<&str> = physical.map(|(name, _)| name.as_str()).collect();
        let note = "as pvs names it: a name that stays after a boot is better, such as one below /dev/disk/by-id";
        (!reported.is_empty()).then(|| Item::row(&reported).noted(note))
    }
}

/// How much of a group was asked for, so that it is these extents: all that was free; a size that people write; a share of
/// the group, or of what was free; else just these bytes.
fn size(taken: u64, whole: u64, free: u64, extent: u64) -> Option<Item> {
    let bytes = taken * extent;
    let share = |of: u64, kind: &str| {
        // LVM has rounded both down and up.
        let is = |percent: &u64| {
            of.checked_mul(*percent).is_some_and(|part| part / 100 == taken || part.div_ceil(100) == taken)
        };
        let found = (1..=99u64).find(is);
        found.map(|percent| Item::text(&format!("{percent}%{kind}")).noted("a guess: it has just this share"))
    };
    if taken == free {
        return None;
    }
    if bytes.is_multiple_of(1 << 30) {
        return Some(Item::text(&size_text(bytes)));
    }
    share(whole, "").or_else(|| share(free, "FREE")).or_else(|| Some(Item::text(&size_text(bytes))))
}

/// The replication settings that are not the defaults.
fn drbd(resource: &Resource, common: &Settings) -> Map {
    let mut map = Map::default();
    let text = |section: &str, name: &str| resource.setting(common, section, name).map(|value| value.text.clone());
    let differs =
        |value: Option<String>, default: &str| value.filter(|value| value != default).map(|value| Item::text(&value));
    let syncer = |name: &str| text("syncer", name);
    map.put_some(
        "verify_alg",
        differs(text("net", "verify-alg").or(syncer("verify-alg")), defaults::VERIFY_ALG.as_str()),
    );
    map.put_some("csums_alg", text("net", "csums-alg").or(syncer("csums-alg")).map(|value| Item::text(&value)));
    map.put_some("auth_alg", differs(text("net", "cram-hmac-alg"), defaults::AUTH_ALG.as_str()));
    let secret = resource.secret.clone().filter(|path| *path != defaults::drbd_secret(&resource.name.text));
    map.put_some("secret", secret.map(|path| Item::text(&path)));
    let rate = |name: &str| text("disk", name).and_then(|rate| bytes(&rate, 1 << 10)).filter(|rate| *rate >= 1 << 10);
    let mut resync = Map::default();
    let most = rate("c-max-rate").map(|rate| (rate, None)).or_else(|| {
        let fixed = rate("resync-rate").or_else(|| bytes(&syncer("rate")?, 1 << 10))?;
        Some((fixed, Some("its fixed rate: the controller may go up to this")))
    });
    let put = |map: &mut Map, key: &str, rate: Option<(u64, Option<&str>)>, default: &str| {
        let item =
            rate.map(|(rate, note)| (size_text(rate), note)).filter(|(rate, _)| rate != default).map(|(rate, note)| {
                let item = Item::text(&rate);
                note.map_or(item.clone(), |note| item.noted(note))
            });
        map.put_some(key, item);
    };
    put(&mut resync, "max_rate", most, defaults::RESYNC_MAX_RATE);
    put(&mut resync, "min_rate", rate("c-min-rate").map(|rate| (rate, None)), defaults::RESYNC_MIN_RATE);
    map.put_some("resync", some(resync));
    let number = |section: &str, name: &str| text(section, name).and_then(|value| value.parse::<u32>().ok());
    let extents = number("disk", "al-extents").or_else(|| syncer("al-extents")?.parse().ok());
    map.put_some("al_extents", extents.filter(|extents| *extents != defaults::AL_EXTENTS).map(Item::plain));
    let buffers = number("net", "max-buffers").filter(|buffers| *buffers != defaults::MAX_BUFFERS);
    map.put_some("max_buffers", buffers.map(Item::plain));
    map
}

fn nothing() -> Map {
    let mut map = Map::default();
    map.put("name", Item::text("data").noted("FILL IN: no GFS2 filesystem was found in the CIB"));
    map.put("mount", Item::text("/srv/data").noted("FILL IN"));
    map
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_what_was_asked_for() {
        let text = |taken, free| size(taken, 230_000, free, 4 << 20).map(|item| format!("{item:?}"));
        assert!(text(230_000, 230_000).is_none());
        assert!(text(153_600, 230_000).unwrap().contains("600GiB"));
        assert!(text(184_000, 230_000).unwrap().contains("80%"));
        assert!(text(100_001, 230_000).unwrap().contains("400004MiB"));
    }
}
