//! What is found by looking at several entries of a CIB together.

use super::cib::{Cib, Colocation, Order, Primitive, seconds};
use super::gather::Seen;
use super::names::Names;

/// A GFS2 filesystem that Pacemaker mounts.
pub(super) struct Mounted<'a> {
    pub primitive: &'a Primitive,
    pub group: String,
    pub volume: String,
    pub directory: String,
}

/// The volume group and the logical volume of a device, as LVM or device-mapper names it.
pub(super) fn group_and_volume(device: &str) -> Option<(String, String)> {
    let rest = device.strip_prefix("/dev/")?;
    let Some(mapped) = rest.strip_prefix("mapper/") else {
        let (group, volume) = rest.split_once('/')?;
        return Some((group.to_owned(), volume.to_owned()));
    };
    // A dash of a name is doubled, the one between them is not (dm names).
    let doubled = mapped.replace("--", "\0");
    let (group, volume) = doubled.split_once('-')?;
    let undone = |name: &str| name.replace('\0', "-");
    Some((undone(group), undone(volume)))
}

/// Every primitive.
pub(super) fn primitives(seen: &Seen) -> &[Primitive] {
    seen.cib().map(|cib| cib.primitives.as_slice()).unwrap_or_default()
}

/// Every GFS2 filesystem that Pacemaker mounts, in its order.
pub(super) fn mounted(seen: &Seen) -> Vec<Mounted<'_>> {
    let all = primitives(seen).iter().filter(|primitive| primitive.is("ocf", "Filesystem")).filter_map(|primitive| {
        let value = |name: &str| primitive.parameter(name).map(|value| value.text.clone());
        value("fstype").filter(|kind| kind == "gfs2")?;
        let (group, volume) = group_and_volume(&value("device")?)?;
        Some(Mounted { primitive, group, volume, directory: value("directory")? })
    });
    all.collect()
}

/// The primitive of a DRBD resource.
pub(super) fn drbd<'a>(seen: &'a Seen, resource: &str) -> Option<&'a Primitive> {
    primitives(seen).iter().find(|primitive| {
        primitive.is("ocf", "drbd") && primitive.parameter("drbd_resource").is_some_and(|name| name.text == resource)
    })
}

/// The guests.
pub(super) fn guests(seen: &Seen) -> impl Iterator<Item = &Primitive> {
    primitives(seen).iter().filter(|primitive| primitive.is("ocf", "VirtualDomain"))
}

/// Every fence device with the nodes that it shoots.
pub(super) fn devices<'a>(seen: &'a Seen, names: &Names) -> Vec<(Vec<usize>, &'a Primitive)> {
    let devices = primitives(seen).iter().filter(|primitive| primitive.class == "stonith");
    devices.map(|device| (targets(seen, names, device), device)).collect()
}

/// The nodes that a device shoots: by the topology, by its own list, by what keeps it away from them.
fn targets(seen: &Seen, names: &Names, device: &Primitive) -> Vec<usize> {
    let Some(cib) = seen.cib() else { return Vec::new() };
    let id = &device.id.text;
    let levels = cib.levels.iter().filter(|level| level.devices.contains(id)).map(|level| level.target.clone());
    let split = |name: &str, cut: &[char]| -> Vec<String> {
        let value = device.parameter(name).map(|value| value.text.as_str()).unwrap_or_default();
        value.split(cut).map(str::to_owned).collect()
    };
    let listed = split("pcmk_host_list", &[' ', ',', ';']);
    let mapped = split("pcmk_host_map", &[' ', ';']);
    let mapped = mapped.iter().filter_map(|entry| Some(entry.split_once([':', '='])?.0.to_owned()));
    let away = avoided(cib, device).map(str::to_owned);
    let ways: [Vec<String>; 4] = [levels.collect(), listed, mapped.collect(), away.collect()];
    let indices = |found: &Vec<String>| {
        let mut found: Vec<usize> = found.iter().filter_map(|name| names.index(name)).collect();
        found.sort_unstable();
        found.dedup();
        found
    };
    let found = ways.iter().map(indices).find(|found| !found.is_empty());
    found.unwrap_or_else(|| {
        let named = |index: &usize| names.nodes.get(*index).is_some_and(|name| id.contains(name.as_str()));
        (0..2).filter(named).collect()
    })
}

/// The nodes that a resource is kept away from.
pub(super) fn avoided<'a>(cib: &'a Cib, resource: &'a Primitive) -> impl Iterator<Item = &'a str> {
    let away = cib.locations.iter().filter(|location| resource.goes_by(&location.resource));
    let away = away.filter(|location| location.score.as_ref().is_some_and(|score| score.text.starts_with("-INF")));
    away.filter_map(|location| location.node.as_deref())
}

/// The static delay of a device, by either of its names.
pub(super) fn delay_s(device: &Primitive) -> u64 {
    let own = ["pcmk_delay_base", "delay"].iter().filter_map(|name| seconds(&device.parameter(name)?.text));
    own.max().unwrap_or(0)
}

/// Orders and colocations, of the CIB or of what pcs says.
#[derive(Debug, Default)]
pub(super) struct Constraints {
    pub orders: Vec<Order>,
    pub colocations: Vec<Colocation>,
    /// What goes by several ids: a primitive, its group, its clone.
    same: Vec<Vec<String>>,
}

/// All of them.
pub(super) fn constraints(seen: &Seen) -> Constraints {
    let mut all = Constraints::default();
    if let Some(cib) = seen.cib() {
        all.orders.clone_from(&cib.orders);
        all.colocations.clone_from(&cib.colocations);
        all.same = cib.primitives.iter().map(|primitive| primitive.ids().map(str::to_owned).collect()).collect();
    } else if let Some(status) = seen.first(|node| node.status.as_ref()) {
        let orders = status.orders.iter().map(|(action, first, then)| Order {
            id: first.clone(),
            first: first.text.clone(),
            then: then.clone(),
            first_action: Some(action.clone()),
            then_action: None,
        });
        all.orders = orders.collect();
        let colocations = status.colocations.iter().map(|(resource, with, role)| Colocation {
            id: resource.clone(),
            resource: resource.text.clone(),
            with: with.clone(),
            with_role: role.clone(),
        });
        all.colocations = colocations.collect();
    }
    all
}

impl Constraints {
    /// Everything that comes after some ids, step by step; the first step only where `first` says so.
    pub fn after(&self, start: &[String], first: impl Fn(&Order) -> bool) -> Vec<String> {
        let mut reached: Vec<String> = Vec::new();
        let begin = |order: &&Order| start.contains(&order.first) && first(order);
        let mut open: Vec<String> = self.orders.iter().filter(begin).map(|order| order.then.clone()).collect();
        while let Some(id) = open.pop() {
            if reached.contains(&id) {
                continue;
            }
            let aliases = self.same.iter().filter(|ids| ids.contains(&id)).flatten().cloned();
            open.extend(aliases);
            open.extend(self.orders.iter().filter(|order| order.first == id).map(|order| order.then.clone()));
            reached.push(id);
        }
        reached
    }

    /// Everything that something has to run with, step by step.
    pub fn with(&self, start: &[String]) -> Vec<String> {
        let mut reached: Vec<String> = Vec::new();
        let mut open: Vec<String> = start.to_vec();
        while let Some(id) = open.pop() {
            if reached.contains(&id) {
                continue;
            }
            open.extend(self.same.iter().filter(|ids| ids.contains(&id)).flatten().cloned());
            open.extend(self.colocations.iter().filter(|with| with.resource == id).map(|with| with.with.clone()));
            reached.push(id);
        }
        reached
    }
}

/// The ids of a primitive.
pub(super) fn ids(primitive: &Primitive) -> Vec<String> {
    primitive.ids().map(str::to_owned).collect()
}

/// Whether an order starts something when DRBD was promoted.
pub(super) fn promotes(order: &Order) -> bool {
    order.first_action.as_deref() == Some("promote")
        && order.then_action.as_deref().is_none_or(|action| action == "start")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_has_two_names() {
        for device in ["/dev/vg-a/lv_b", "/dev/mapper/vg--a-lv_b"] {
            assert_eq!(group_and_volume(device), Some(("vg-a".to_owned(), "lv_b".to_owned())));
        }
        assert_eq!(group_and_volume("/dev/drbd0"), None);
    }
}
