//! The files that differ, and what has to be told of them.

use crate::bundle::Bundle;
use crate::change::side::Sides;
use crate::model::FirewallKind;

/// The steps of node.sh that tell what reads files, in their order.
pub(super) const TOLD: &[&str] = &["modules", "hosts", "services", "firewall", "alert"];

/// What differs below `nodes/<node>/rootfs/` of a node.
pub(super) struct Files {
    /// Paths that are new or other than before, without the first slash.
    pub changed: Vec<String>,
    /// Paths that are gone.
    pub gone: Vec<String>,
}

impl Files {
    /// Of the node at a position.
    pub fn of(sides: &Sides, node: usize) -> Files {
        let (old, new) = (&sides.old.plan.nodes[node].name, &sides.new.plan.nodes[node].name);
        let (old, new) = (overlay(sides.old.bundle, old), overlay(sides.new.bundle, new));
        let changed =
            new.iter().filter(|(path, text)| old.get(*path) != Some(text)).map(|(path, _)| (*path).to_owned());
        let gone = old.keys().filter(|path| !new.contains_key(*path)).map(|path| (*path).to_owned());
        Files { changed: changed.collect(), gone: gone.collect() }
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.changed.is_empty() && self.gone.is_empty()
    }

    /// Whether one that is new or changed begins so.
    pub fn touch(&self, start: &str) -> bool {
        self.changed.iter().any(|path| path.starts_with(start))
    }

    /// The units among those that are gone, which have to stop first.
    pub fn units_gone(&self) -> Vec<String> {
        let units = self.gone.iter().filter_map(|path| path.strip_prefix("etc/systemd/system/"));
        units.filter(|unit| !unit.contains('/')).map(str::to_owned).collect()
    }

    /// The steps of node.sh that tell what reads the files.
    pub fn told(&self, sides: &Sides) -> Vec<&'static str> {
        let firewall = self.touch("etc/firewalld/") || self.touch("etc/nftables.d/");
        let told = [
            (self.touch("etc/modules-load.d/"), "modules"),
            (self.touch("etc/gfs2gen/hosts"), "hosts"),
            (self.touch("etc/systemd/"), "services"),
            (firewall && sides.new.plan.firewall.kind != FirewallKind::None, "firewall"),
            (sides.new.plan.mail.is_some() && sides.old.plan.mail.is_none(), "alert"),
        ];
        told.into_iter().filter_map(|(does, step)| does.then_some(step)).collect()
    }

    /// The DRBD resources whose file is new or changed.
    pub fn resources(&self) -> Vec<&str> {
        let names = self.changed.iter().filter_map(|path| path.strip_prefix("etc/drbd.d/")?.strip_suffix(".res"));
        names.collect()
    }
}

fn overlay<'a>(bundle: &'a Bundle, node: &str) -> std::collections::BTreeMap<&'a str, &'a str> {
    let root = format!("nodes/{node}/rootfs/");
    let below = |file: &'a crate::bundle::File| Some((file.path.as_str().strip_prefix(&root)?, file.content.as_str()));
    bundle.iter().filter_map(below).collect()
}
