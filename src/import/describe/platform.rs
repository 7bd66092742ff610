//! Which platform, and which DRBD.

use crate::import::gather::Seen;
use crate::import::yaml::Item;
use crate::model::DrbdMajor;
use crate::platform::{self, Locking, Platform};

/// What was found.
pub(in crate::import) struct Found {
    pub item: Item,
    /// The platform's row, where there is one.
    pub row: Option<&'static Platform>,
    drbd: Option<DrbdMajor>,
}

/// Looks at the release; where there is none, at what the files are written for.
pub(in crate::import) fn find(seen: &Seen) -> Found {
    let drbd = generation(seen);
    let Some((id, version)) = seen.first(|node| node.facts.system.as_ref()) else {
        let row = guess(seen);
        let item = Item::text(row.name).noted("a guess: /etc/os-release was not found");
        return Found { item, row: Some(row), drbd };
    };
    match platform::of_release(&id.text, &version.text) {
        Ok(row) => Found { item: Item::text(row.name), row: Some(row), drbd },
        Err(name) => {
            let note = format!("/etc/os-release says {} {}", id.text, version.text);
            Found { item: Item::text(&name).noted(note), row: None, drbd }
        }
    }
}

/// A CIB that gfs2gen has made says the versions of its row; and clvmd is only where LVM 2.02 is.
fn guess(seen: &Seen) -> &'static Platform {
    let clvmd = seen.nodes.iter().any(|node| {
        let locking = node.lvm.as_ref().and_then(|lvm| lvm.value("global/locking_type"));
        let agent =
            node.cib.iter().flat_map(|cib| &cib.primitives).any(|primitive| primitive.agent.starts_with("clvm"));
        let named = node.status.iter().any(|status| status.orders.iter().any(|order| order.2.contains("clvm")));
        locking.is_some_and(|value| value.text == "3") || agent || named
    });
    let versions = seen.cib().and_then(|cib| cib.versions.as_ref());
    let versions = versions.map(|(schema, features)| (schema.as_str(), features.as_str()));
    platform::likely(if clvmd { Locking::Clvmd } else { Locking::Lvmlockd }, versions)
}

/// Each generation has `fencing` in another section, and only one of them numbers the nodes.
pub(in crate::import) fn generation(seen: &Seen) -> Option<DrbdMajor> {
    seen.first(|node| {
        let common = node.common();
        let resources: Vec<_> = node.resources().collect();
        let says = |section: &str| {
            common.contains_key(&(section.to_owned(), "fencing".to_owned()))
                || resources.iter().any(|resource| resource.setting(&common, section, "fencing").is_some())
        };
        let numbered = resources.iter().flat_map(|resource| &resource.sides).any(|side| side.has_node_id);
        if numbered || says("net") {
            Some(DrbdMajor::V9)
        } else if says("disk") {
            Some(DrbdMajor::V84)
        } else {
            None
        }
    })
}

impl Found {
    /// The generation, where it is not the platform's own.
    pub fn drbd_item(&self) -> Option<Item> {
        let usual = self.row.map(|row| row.drbd[0].major);
        let drbd = self.drbd.filter(|drbd| usual.is_some_and(|usual| *drbd != usual))?;
        Some(Item::plain(format!("\"{}\"", drbd.as_str())))
    }
}
