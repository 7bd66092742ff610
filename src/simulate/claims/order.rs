//! Claims about what has to wait for what.

use std::collections::BTreeSet;

use super::{Scene, Verdict, words};
use crate::simulate::graph::{Action, Verb};
use crate::simulate::status::Role;

impl Scene<'_> {
    /// Whether `thing` was up on the node all the time, or came up before the action at `place`.
    fn is_up(&self, place: usize, thing: &str, node: &str, as_role: Role) -> bool {
        let (up, down): (Verb, &[Verb]) = match as_role {
            Role::Promoted => (Verb::Promote, &[Verb::Demote, Verb::Stop]),
            Role::Started => (Verb::Start, &[Verb::Stop]),
        };
        let was = self.seen.before.role(thing, node).is_some_and(|role| role >= as_role);
        let goes = down.iter().any(|verb| self.seen.places(*verb, thing, node).next().is_some());
        let fenced = self.seen.fenced().contains(&node);
        was && !goes && !fenced || self.seen.any_before(place, self.seen.places(up, thing, node))
    }

    /// Every start of one of `users` has to find each of `needs` up.
    fn needs_up(&self, users: &[&str], needs: &[&str], as_role: Role) -> Verdict {
        for (place, action) in self.seen.acts() {
            let node = match action.verb {
                Verb::Start => &action.node,
                Verb::Migrate => action.to.as_ref().unwrap_or(&action.node),
                _ => continue,
            };
            if !users.contains(&action.resource.as_str()) {
                continue;
            }
            if let Some(need) = needs.iter().find(|need| !self.is_up(place, need, node, as_role)) {
                let how = if as_role == Role::Promoted { "promoted" } else { "started" };
                return Err(format!("{} does not wait until {need} is {how} there", words(action)));
            }
        }
        Ok(())
    }

    pub(super) fn promoted_before_use(&self) -> Verdict {
        for disk in &self.stack.disks {
            self.needs_up(&self.stack.above(disk), &[&disk.id], Role::Promoted)?;
        }
        Ok(())
    }

    pub(super) fn locks_before_use(&self) -> Verdict {
        self.needs_up(&self.need_locks(), &self.locks(), Role::Started)?;
        let activation: Vec<&str> = self.stack.activation.as_deref().into_iter().collect();
        let mounts: Vec<&str> = self.stack.filesystems().map(|(_, filesystem)| filesystem.mount.as_str()).collect();
        self.needs_up(&mounts, &activation, Role::Started)
    }

    pub(super) fn mounted_before_guest(&self) -> Verdict {
        for guest in &self.stack.guests {
            let mounts: Vec<&str> = guest.mounts.iter().map(String::as_str).collect();
            self.needs_up(&[&guest.id], &mounts, Role::Started)?;
        }
        for (_, filesystem) in self.stack.filesystems() {
            let volume: Vec<&str> = filesystem.volume.as_deref().into_iter().collect();
            self.needs_up(&[&filesystem.mount], &volume, Role::Started)?;
        }
        Ok(())
    }

    fn locks(&self) -> Vec<&str> {
        self.stack.locking.iter().map(String::as_str).collect()
    }

    fn need_locks(&self) -> Vec<&str> {
        let parts = self.stack.filesystems().flat_map(|(_, filesystem)| filesystem.parts());
        self.stack.activation.as_deref().into_iter().chain(parts).collect()
    }

    /// Where one of `things` goes down on a node, everything of `users` that was up there must have gone before.
    fn needs_unused(&self, things: &[&str], down: &[Verb], users: &[&str]) -> Verdict {
        let goes = |action: &&Action| down.contains(&action.verb) && things.contains(&action.resource.as_str());
        for (place, action) in self.seen.acts().filter(|(_, action)| goes(action)) {
            for user in users.iter().filter(|user| self.seen.before.runs(user, &action.node)) {
                let gone =
                    [Verb::Stop, Verb::Migrate].into_iter().flat_map(|verb| self.seen.places(verb, user, &action.node));
                if !self.seen.any_before(place, gone) {
                    return Err(format!("{} does not wait until {user} is gone", words(action)));
                }
            }
        }
        Ok(())
    }

    pub(super) fn guests_go_before_unmount(&self) -> Verdict {
        for (_, filesystem) in self.stack.filesystems() {
            let guests: Vec<&str> = self.guests_on(&[&filesystem.mount]).into_iter().collect();
            self.needs_unused(&[&filesystem.mount], &[Verb::Stop], &guests)?;
            let volume: Vec<&str> = filesystem.volume.as_deref().into_iter().collect();
            self.needs_unused(&volume, &[Verb::Stop], &[&filesystem.mount])?;
        }
        Ok(())
    }

    pub(super) fn unused_before_demote(&self) -> Verdict {
        for disk in &self.stack.disks {
            self.needs_unused(&[&disk.id], &[Verb::Demote, Verb::Stop], &self.stack.above(disk))?;
        }
        Ok(())
    }

    pub(super) fn unused_before_unlock(&self) -> Verdict {
        self.needs_unused(&self.locks(), &[Verb::Stop], &self.need_locks())
    }

    pub(super) fn one_volume_at_a_time(&self) -> Verdict {
        for disk in &self.stack.disks {
            let volumes: BTreeSet<&str> = disk.filesystems.iter().filter_map(|one| one.volume.as_deref()).collect();
            let starts: Vec<_> = self
                .seen
                .acts()
                .filter(|(_, action)| action.verb == Verb::Start && volumes.contains(action.resource.as_str()))
                .collect();
            for (position, (one, first)) in starts.iter().enumerate() {
                for (other, second) in &starts[position + 1..] {
                    let apart = self.seen.waits(*one, *other) || self.seen.waits(*other, *one);
                    if first.resource != second.resource && !apart {
                        return Err(format!("{} and {} may run at the same time", words(first), words(second)));
                    }
                }
            }
        }
        Ok(())
    }

    pub(super) fn guest_runs_once(&self) -> Verdict {
        for guest in &self.stack.guests {
            let nodes = self.seen.after.nodes_of(&guest.id);
            if nodes.len() > 1 {
                return Err(format!("{} runs on {}", guest.id, nodes.into_iter().collect::<Vec<_>>().join(" and ")));
            }
        }
        let starts = self.seen.acts().filter(|(_, action)| action.verb == Verb::Start);
        for (place, action) in starts.filter(|(_, action)| self.stack.is_guest(&action.resource)) {
            for node in self.seen.before.nodes_of(&action.resource) {
                let stops = self.seen.places(Verb::Stop, &action.resource, node);
                if !self.seen.any_before(place, stops.chain(self.seen.places(Verb::Fence, node, node))) {
                    return Err(format!("{} does not wait until it is gone from {node}", words(action)));
                }
            }
        }
        Ok(())
    }

    pub(super) fn disk_is_told(&self) -> Verdict {
        for (place, action) in self.seen.acts().filter(|(_, action)| self.stack.is_disk(&action.resource)) {
            if !matches!(action.verb, Verb::Promote | Verb::Demote) {
                continue;
            }
            let round = self.seen.done[place].round;
            let mut told = self.seen.places(Verb::Notify, &action.resource, &action.node);
            if !told.any(|told| self.seen.done[told].round == round) {
                return Err(format!("{} and nobody is told", words(action)));
            }
        }
        Ok(())
    }

    pub(super) fn locks_without_disks(&self) -> Verdict {
        let locks = self.locks();
        let starts = self
            .seen
            .acts()
            .filter(|(_, action)| action.verb == Verb::Start && locks.contains(&action.resource.as_str()));
        for (place, action) in starts {
            let round = self.seen.done[place].round;
            let waits = self.seen.acts().find(|(earlier, other)| {
                let it = self.stack.is_disk(&other.resource) && other.verb != Verb::Fence;
                it && self.seen.done[*earlier].round == round && self.seen.waits(place, *earlier)
                    || it && other.verb == Verb::Promote && self.seen.done[*earlier].round < round
            });
            if let Some((_, other)) = waits {
                return Err(format!("{} waits until: {}", words(action), words(other)));
            }
        }
        Ok(())
    }

    pub(super) fn fenced_first(&self, node: usize) -> Verdict {
        let name = self.node(node);
        let Some(fence) = self.seen.places(Verb::Fence, name, name).next() else {
            return Err(format!("{name} is not fenced"));
        };
        let others =
            self.seen.acts().filter(|(place, action)| *place != fence && !self.stack.is_device(&action.resource));
        match others.into_iter().find(|(place, _)| !self.seen.waits(*place, fence)) {
            Some((_, action)) => Err(format!("{} does not wait for it", words(action))),
            None => Ok(()),
        }
    }
}
