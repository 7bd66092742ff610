//! The description: what was found in the words of the language, in the order of its keys.

mod fence;
mod guests;
mod networks;
pub(super) mod platform;
mod storage;

use super::gather::{Node, Seen};
use super::names::Names;
use super::yaml::{self, Item, Map};
use crate::model::{defaults, duration_text, millis, size_text};
pub(super) use fence::is_secret;
use networks::Networks;

/// What came of it.
pub(super) struct Described {
    pub text: String,
    /// The files that the description names.
    pub domains: Vec<(String, String)>,
}

/// What everything here needs to know.
struct Known<'a> {
    seen: &'a Seen,
    names: &'a Names,
    networks: Networks,
    platform: platform::Found,
}

/// What stands beside a key whose value nothing says.
const GUESS: &str = "not found: a guess";

/// Makes the description.
pub(super) fn describe(seen: &Seen, names: &Names) -> Described {
    let platform = platform::find(seen);
    let known = Known { seen, names, networks: networks::find(seen, names), platform };
    let mut all = Map::default();
    all.put("apiVersion", Item::text("gfs2gen/v1"));
    all.put("platform", known.platform.item.clone());
    all.put_some("drbd", known.platform.drbd_item());
    all.put("cluster", Item::map(known.cluster()));
    all.put("nodes", Item::list((0..2).map(|index| known.node(index)).collect()));
    let storage = known.storage();
    all.put("storage", Item::list(storage.maps));
    let guests = known.guests(&storage.mounts);
    if !guests.maps.is_empty() {
        all.put("vms", Item::list(guests.maps));
    }
    all.put_some("migration", known.migration(guests.any));
    all.put_some("firewall", known.firewall());
    all.put_some("notify", known.notify());
    let head = [
        "What a running cluster says of itself. Look at every comment: it stands where nothing said so for sure."
            .to_owned(),
        "Then `gfs2gen check` this file, and build it; verify.sh of the tree shows how the cluster differs from it."
            .to_owned(),
    ];
    Described { text: yaml::write(&head, &all), domains: guests.domains }
}

/// A mapping, if there is something in it.
fn some(map: Map) -> Option<Item> {
    (!map.is_empty()).then(|| Item::map(map))
}

impl Known<'_> {
    /// What the node at a position says.
    fn node_seen(&self, index: usize) -> Option<&Node> {
        self.names.seen(self.seen, index)
    }

    /// The name of the node at a position, or one that says that it is not known.
    fn name(&self, index: usize) -> String {
        let filler = || {
            let free = |name: &String| !self.names.nodes.contains(name);
            (index + 1..).map(|number| format!("node{number}")).find(free).unwrap_or_default()
        };
        self.names.nodes.get(index).cloned().unwrap_or_else(filler)
    }

    fn cluster(&self) -> Map {
        let mut map = Map::default();
        let corosync = self.seen.first(|node| node.corosync.as_ref());
        map.put("name", self.cluster_name());
        if self.networks.links != [defaults::LINK] {
            map.put("links", Item::row(&self.networks.links));
        }
        let token = corosync.and_then(|corosync| corosync.token.as_ref()?.text.parse::<u64>().ok());
        let token = token.filter(|token| *token != millis(defaults::TOKEN));
        map.put_some("token", token.map(|token| Item::text(&duration_text(token))));
        let autostart = self.autostart().filter(|autostart| *autostart != defaults::AUTOSTART);
        map.put_some("autostart", autostart.map(Item::plain));
        map
    }

    /// The name by corosync, else by Pacemaker, else by a lock table.
    fn cluster_name(&self) -> Item {
        let corosync = self.seen.first(|node| node.corosync.as_ref()?.cluster_name.as_ref());
        let pacemaker = || self.seen.cib()?.properties.get("cluster-name");
        let status = || self.seen.first(|node| node.status.as_ref()?.cluster.as_ref());
        if let Some(name) = corosync.or_else(pacemaker).or_else(status) {
            return Item::text(&name.text);
        }
        let table = self.seen.first(|node| node.facts.gfs2.values().find_map(|gfs2| gfs2.table.as_ref()));
        match table.and_then(|table| table.text.split_once(':')) {
            Some((name, _)) => Item::text(name).noted("the first half of a lock table: corosync's name was not found"),
            None => {
                Item::text("cluster1").noted("FILL IN: corosync's cluster_name, the first half of every lock table")
            }
        }
    }

    fn autostart(&self) -> Option<bool> {
        let units = self.seen.nodes.iter().filter_map(|node| node.facts.units.get("corosync.service"));
        let words: Vec<&str> = units.map(|word| word.text.as_str()).collect();
        let status = || self.seen.first(|node| node.status.as_ref()?.autostart);
        if words.is_empty() { status() } else { Some(words.iter().all(|word| *word == "enabled")) }
    }

    fn node(&self, index: usize) -> Map {
        let mut map = Map::default();
        let name = Item::text(&self.name(index));
        let known = index < self.names.nodes.len();
        map.put("name", if known { name } else { name.noted("FILL IN: what `uname -n` says on this node") });
        let id = self.corosync_node(index).and_then(|node| node.id.clone());
        let id = id.filter(|id| id.text != defaults::node_id(index).to_string());
        map.put_some("id", id.map(|id| Item::plain(id.text)));
        map.put("addresses", Item::map(self.networks.addresses(index)));
        map.put("fence", Item::list(self.fence(index)));
        let facts = self.node_seen(index).map(|node| &node.facts);
        map.put_some(
            "memory",
            facts.and_then(|facts| facts.memory).map(|(bytes, installed)| {
                let item = Item::text(&size_text(bytes));
                if installed { item } else { item.noted("what the kernel has of it: what is built in is more") }
            }),
        );
        map.put_some("local_pvs", self.local_pvs(index));
        map
    }

    fn corosync_node(&self, index: usize) -> Option<&super::corosync::Node> {
        networks::corosync_node(self.seen, self.names, index)
    }

    fn notify(&self) -> Option<Item> {
        let alert = self.seen.cib().and_then(|cib| cib.recipients.first());
        let mail = |text: &str| text.contains('@') || text.chars().all(|c| c.is_ascii_alphanumeric());
        let to = alert.map(|recipient| recipient.text.clone()).filter(|text| mail(text))?;
        let mut map = Map::default();
        map.put("mail", Item::text(&to));
        Some(Item::map(map))
    }

    fn firewall(&self) -> Option<Item> {
        let all = || self.seen.nodes.iter().map(|node| &node.facts);
        let enabled = |unit: &str| all().any(|facts| facts.units.get(unit).is_some_and(|word| word.text == "enabled"));
        let mut map = Map::default();
        if all().any(|facts| facts.firewall.nftables) {
            map.put("manage", Item::text("nftables"));
        } else if all().any(|facts| !facts.firewall.services.is_empty()) {
            map.put("manage", Item::text("firewalld"));
            let zones = all().find(|facts| !facts.firewall.zones.is_empty()).map(|facts| &facts.firewall.zones);
            let mut inner = Map::default();
            zones.into_iter().flatten().for_each(|(network, zone)| inner.put(network, Item::text(zone)));
            map.put_some("zones", some(inner));
        } else if enabled("firewalld.service") {
            map.put(
                "manage",
                Item::text("firewalld").noted("a guess: firewalld runs, and gfs2gen's services are not there"),
            );
        }
        some(map)
    }
}
