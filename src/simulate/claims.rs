//! What must hold of a step. A claim says no more than it can see: what had to wait for what, and what ran before and after.

mod order;
mod place;

use std::collections::BTreeSet;

use super::graph::{Action, Verb};
use super::seen::Seen;
use super::stack::Stack;

/// One step with what has to be known to judge it.
pub(super) struct Scene<'a> {
    /// What stands on what.
    pub stack: &'a Stack,
    /// The nodes as Pacemaker calls them.
    pub nodes: &'a [String; 2],
    /// What happened.
    pub seen: &'a Seen,
}

/// Whether a claim holds; if not, what was seen instead.
pub(super) type Verdict = Result<(), String>;

macro_rules! claims {
    ($($(#[doc = $about:literal])+ $claim:ident $(($($of:ty),+))? $name:literal,)*) => {
        /// Something that must hold of a step. Nodes are meant by their places.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub(super) enum Claim {
            $($(#[doc = $about])+ $claim $(($($of),+))?,)*
        }

        impl Claim {
            /// Its name.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Claim::$claim { .. } => $name,)*
                }
            }
        }

        /// Every claim, as (name, what it says).
        pub const CLAIMS: &[(&str, &str)] = &[$(($name, concat!($($about),+).trim_ascii_start()),)*];
    };
}

claims! {
    /// Pacemaker comes to rest, and nothing is left that it can do nothing about.
    ComesToRest "comes-to-rest",
    /// What stands on a disk starts after that disk was promoted on the node.
    PromotedBeforeUse "promoted-before-use",
    /// What needs locks starts after the lock managers of the node.
    LocksBeforeUse "locks-before-use",
    /// A guest starts, or arrives, after its filesystems were mounted on the node.
    MountedBeforeGuest "mounted-before-guest",
    /// A filesystem is unmounted after the guests on it have left the node.
    GuestsGoBeforeUnmount "guests-go-before-unmount",
    /// A disk is demoted or stopped after everything on it was stopped on the node.
    UnusedBeforeDemote "unused-before-demote",
    /// A lock manager stops after everything that needs locks was stopped on the node.
    UnusedBeforeUnlock "unused-before-unlock",
    /// No two volumes of one volume group are activated at the same time.
    OneVolumeAtATime "one-volume-at-a-time",
    /// A guest starts after it stopped elsewhere, or after the other node was fenced, and never runs twice.
    GuestRunsOnce "guest-runs-once",
    /// DRBD is told of every promotion and demotion, without which its agent refuses to work.
    DiskIsTold "disk-is-told",
    /// Every disk has a monitor for the role that it is in.
    RoleIsMonitored "role-is-monitored",
    /// What fails has a monitor that sees it.
    FailureIsSeen "failure-is-seen",
    /// Lock managers start without waiting for a disk.
    LocksWithoutDisks "locks-without-disks",
    /// No node is fenced.
    NobodyFenced "nobody-is-fenced",
    /// The lost node is fenced, once, and no other.
    Fenced(usize) "only-the-lost-is-fenced",
    /// Nothing is started, stopped or promoted before the lost node was fenced.
    FencedFirst(usize) "fenced-first",
    /// Nothing at all is done as long as the lost node could not be fenced.
    NothingUnfenced "nothing-unfenced",
    /// On the healthy node no lock manager, disk, volume or mount is stopped, started, demoted or promoted.
    Untouched(usize) "healthy-node-untouched",
    /// The lock managers of the node are left alone.
    LockingStays(usize) "locking-stays",
    /// The guests of the node stay on it, and nothing is done to them.
    GuestsStay(usize) "guests-stay",
    /// The guests of the one node move to the other while they run.
    GuestsMigrate(usize, usize) "guests-migrate",
    /// Every guest runs on one of these nodes.
    GuestsRun(Vec<usize>) "guests-run",
    /// On these nodes everything runs that runs on each node, and the disks are promoted.
    Whole(Vec<usize>) "whole",
    /// Nothing runs on the node any more.
    Empty(usize) "node-is-empty",
    /// No disk is promoted on the banned node.
    BannedWaits(usize) "banned-side-waits",
    /// Every device that fences the node knows it by the name that Pacemaker knows, and runs on the other one.
    CanBeFenced(usize) "can-be-fenced",
    /// Nothing is done.
    Nothing "nothing-happens",
    /// Nothing is done but to these resources and the guests that need them.
    Only(Vec<String>) "only-its-own-stack",
}

/// What must hold of every step of every scenario.
pub(super) const ALWAYS: &[Claim] = &[
    Claim::ComesToRest,
    Claim::PromotedBeforeUse,
    Claim::LocksBeforeUse,
    Claim::MountedBeforeGuest,
    Claim::GuestsGoBeforeUnmount,
    Claim::UnusedBeforeDemote,
    Claim::UnusedBeforeUnlock,
    Claim::OneVolumeAtATime,
    Claim::GuestRunsOnce,
    Claim::DiskIsTold,
    Claim::RoleIsMonitored,
    Claim::FailureIsSeen,
    Claim::LocksWithoutDisks,
];

impl Claim {
    /// All claims that a step is judged by. Where nothing may happen there is nothing else to see.
    pub fn of(own: &[Claim]) -> impl Iterator<Item = &Claim> {
        let stands_still = own.iter().any(|claim| matches!(claim, Claim::Nothing | Claim::NothingUnfenced));
        let always = if stands_still { &[] } else { ALWAYS };
        always.iter().chain(own)
    }

    /// Whether it holds.
    pub fn judge(&self, scene: &Scene) -> Verdict {
        match self {
            Claim::ComesToRest => scene.comes_to_rest(),
            Claim::PromotedBeforeUse => scene.promoted_before_use(),
            Claim::LocksBeforeUse => scene.locks_before_use(),
            Claim::MountedBeforeGuest => scene.mounted_before_guest(),
            Claim::GuestsGoBeforeUnmount => scene.guests_go_before_unmount(),
            Claim::UnusedBeforeDemote => scene.unused_before_demote(),
            Claim::UnusedBeforeUnlock => scene.unused_before_unlock(),
            Claim::OneVolumeAtATime => scene.one_volume_at_a_time(),
            Claim::GuestRunsOnce => scene.guest_runs_once(),
            Claim::DiskIsTold => scene.disk_is_told(),
            Claim::RoleIsMonitored => scene.role_is_monitored(),
            Claim::FailureIsSeen => scene.failure_is_seen(),
            Claim::LocksWithoutDisks => scene.locks_without_disks(),
            Claim::NobodyFenced => scene.fenced(None),
            Claim::Fenced(node) => scene.fenced(Some(*node)),
            Claim::FencedFirst(node) => scene.fenced_first(*node),
            Claim::NothingUnfenced | Claim::Nothing => scene.only(|_| false),
            Claim::Untouched(node) => scene.untouched(*node),
            Claim::LockingStays(node) => scene.locking_stays(*node),
            Claim::GuestsStay(node) => scene.guests_stay(*node),
            Claim::GuestsMigrate(from, to) => scene.guests_migrate(*from, *to),
            Claim::GuestsRun(nodes) => scene.guests_run(nodes),
            Claim::Whole(nodes) => scene.whole(nodes),
            Claim::Empty(node) => scene.empty(*node),
            Claim::BannedWaits(node) => scene.banned_waits(*node),
            Claim::CanBeFenced(node) => scene.can_be_fenced(*node),
            Claim::Only(resources) => scene.only_stack(resources),
        }
    }
}

impl Scene<'_> {
    fn node(&self, place: usize) -> &str {
        &self.nodes[place]
    }

    /// The guests that need one of these mounts.
    fn guests_on<'a>(&'a self, mounts: &[&str]) -> BTreeSet<&'a str> {
        let needs = |guest: &&super::stack::Guest| guest.mounts.iter().any(|mount| mounts.contains(&mount.as_str()));
        self.stack.guests.iter().filter(needs).map(|guest| guest.id.as_str()).collect()
    }
}

/// An action as a few words.
pub(super) fn words(action: &Action) -> String {
    let verb = action.verb.word();
    match (&action.to, action.verb) {
        (Some(to), _) => format!("{verb} {} from {} to {to}", action.resource, action.node),
        (None, Verb::Fence | Verb::Leave) => format!("{verb} {}", action.node),
        _ => format!("{verb} {} on {}", action.resource, action.node),
    }
}
