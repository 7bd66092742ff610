//! Claims about what runs where, and about what is left alone.

use super::{Scene, Verdict, words};
use crate::simulate::graph::{Action, Verb};
use crate::simulate::status::Role;

impl Scene<'_> {
    pub(super) fn comes_to_rest(&self) -> Verdict {
        if !self.seen.rests {
            return Err("there is always something more to do".to_owned());
        }
        if !self.seen.complete {
            return Err("a transition waits for what cannot be done".to_owned());
        }
        match self.seen.after.blocked.first() {
            Some(stuck) => Err(format!("{stuck} is blocked")),
            None => Ok(()),
        }
    }

    pub(super) fn role_is_monitored(&self) -> Verdict {
        let after = &self.seen.after;
        for disk in &self.stack.disks {
            for node in &after.online {
                let Some(role) = after.role(&disk.id, node) else { continue };
                let monitors = after.monitored.get(&(disk.id.clone(), node.clone()));
                if monitors.is_none_or(|roles| !roles.contains_key(&role)) {
                    return Err(format!("nothing looks after {} on {node} in its role", disk.id));
                }
            }
        }
        Ok(())
    }

    pub(super) fn failure_is_seen(&self) -> Verdict {
        match self.seen.unnoticed.first() {
            Some(resource) => Err(format!("nothing looks after {resource}")),
            None => Ok(()),
        }
    }

    /// Exactly this node is fenced, once.
    pub(super) fn fenced(&self, node: Option<usize>) -> Verdict {
        let fenced = self.seen.fenced();
        let lost = node.map(|node| self.node(node));
        if let Some(other) = fenced.iter().find(|name| Some(**name) != lost) {
            return Err(format!("{other} is fenced"));
        }
        match (lost, fenced.len()) {
            (Some(lost), 0) => Err(format!("{lost} is not fenced")),
            (Some(lost), times) if times > 1 => Err(format!("{lost} is fenced {times} times")),
            _ => Ok(()),
        }
    }

    /// Nothing may be done that is not allowed.
    pub(super) fn only(&self, allowed: impl Fn(&Action) -> bool) -> Verdict {
        match self.seen.acts().find(|(_, action)| !allowed(action)) {
            Some((_, action)) => Err(words(action)),
            None => Ok(()),
        }
    }

    pub(super) fn only_stack(&self, resources: &[String]) -> Verdict {
        let ids: Vec<&str> = resources.iter().map(String::as_str).collect();
        let guests = self.guests_on(&ids);
        self.only(|action| ids.contains(&action.resource.as_str()) || guests.contains(action.resource.as_str()))
    }

    pub(super) fn untouched(&self, node: usize) -> Verdict {
        let name = self.node(node);
        let fixed: Vec<&str> = self.stack.on_each_node().collect();
        self.only(|action| {
            action.node != name || !fixed.contains(&action.resource.as_str()) && action.verb != Verb::Fence
        })
    }

    pub(super) fn locking_stays(&self, node: usize) -> Verdict {
        let name = self.node(node);
        self.only(|action| action.node != name || !self.stack.locking.contains(&action.resource))
    }

    /// The guests that were on a node.
    fn guests_before(&self, node: usize) -> impl Iterator<Item = &str> {
        let guests = self.stack.guests.iter().map(|guest| guest.id.as_str());
        guests.filter(move |guest| self.seen.before.runs(guest, self.node(node)))
    }

    pub(super) fn guests_stay(&self, node: usize) -> Verdict {
        for guest in self.guests_before(node) {
            self.only(|action| action.resource != guest)?;
            if !self.seen.after.runs(guest, self.node(node)) {
                return Err(format!("{guest} does not run on {} any more", self.node(node)));
            }
        }
        Ok(())
    }

    pub(super) fn guests_migrate(&self, from: usize, to: usize) -> Verdict {
        let (from_name, to_name) = (self.node(from), self.node(to));
        for guest in self.guests_before(from) {
            let Some(moves) = self.seen.places(Verb::Migrate, guest, from_name).next() else {
                return Err(format!("{guest} does not migrate"));
            };
            let stops_first = self.seen.places(Verb::Stop, guest, from_name).any(|stop| !self.seen.waits(stop, moves));
            let starts = self.seen.places(Verb::Start, guest, to_name).next().is_some();
            if stops_first || starts || !self.seen.after.runs(guest, to_name) {
                return Err(format!("{guest} is stopped and started, and not only migrated"));
            }
        }
        Ok(())
    }

    pub(super) fn guests_run(&self, nodes: &[usize]) -> Verdict {
        for guest in &self.stack.guests {
            if !nodes.iter().any(|node| self.seen.after.runs(&guest.id, self.node(*node))) {
                let nodes: Vec<&str> = nodes.iter().map(|node| self.node(*node)).collect();
                return Err(format!("{} does not run on {}", guest.id, nodes.join(" or ")));
            }
        }
        Ok(())
    }

    pub(super) fn whole(&self, nodes: &[usize]) -> Verdict {
        for node in nodes.iter().map(|node| self.node(*node)) {
            if let Some(lacks) = self.stack.on_each_node().find(|id| !self.seen.after.runs(id, node)) {
                return Err(format!("{lacks} does not run on {node}"));
            }
            let promoted = |id: &str| self.seen.after.role(id, node) == Some(Role::Promoted);
            if let Some(disk) = self.stack.disks.iter().find(|disk| !promoted(&disk.id)) {
                return Err(format!("{} is not promoted on {node}", disk.id));
            }
        }
        Ok(())
    }

    pub(super) fn empty(&self, node: usize) -> Verdict {
        let name = self.node(node);
        match self.seen.after.running.iter().find(|(_, nodes)| nodes.contains_key(name)) {
            Some((id, _)) => Err(format!("{id} still runs on {name}")),
            None => Ok(()),
        }
    }

    pub(super) fn banned_waits(&self, node: usize) -> Verdict {
        let name = self.node(node);
        if let Some(disk) =
            self.stack.disks.iter().find(|disk| self.seen.after.role(&disk.id, name) == Some(Role::Promoted))
        {
            return Err(format!("{} is promoted on {name}", disk.id));
        }
        self.only(|action| action.verb != Verb::Promote || action.node != name)
    }

    pub(super) fn can_be_fenced(&self, node: usize) -> Verdict {
        let (name, other) = (self.node(node), self.node(1 - node));
        let mut devices = self.stack.devices.iter().filter(|(target, _)| *target == node).peekable();
        if devices.peek().is_none() {
            return Err(format!("no device fences {name}"));
        }
        for (_, device) in devices {
            let words = self.seen.after.shoots.get(device).map_or("", String::as_str);
            let knows = words.split([' ', ',', ';']).any(|word| word.split([':', '=']).next() == Some(name));
            if !knows {
                return Err(format!("{device} does not know {name}"));
            }
            if !self.seen.after.runs(device, other) {
                return Err(format!("{device} does not run on {other}"));
            }
        }
        Ok(())
    }
}
