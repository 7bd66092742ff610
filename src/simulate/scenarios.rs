//! The scenarios: what happens, step by step, and what must hold of each step.

mod faults;
mod losses;
mod planned;
mod starts;

use super::claims::Claim;
use super::play::Event;
use super::stack::Stack;

/// A scenario before it is known of which cluster.
pub struct Definition {
    /// Its name.
    pub name: &'static str,
    /// What happens, in one line. `@` is the node that it is about.
    pub about: &'static str,
    /// Whether it is played for each node, and not for one only.
    pub each: bool,
    /// The state that it begins in.
    pub(super) start: Start,
    /// Its steps.
    pub(super) steps: Make,
}

/// Makes the steps for the node at a place and the other one; none where the cluster has nothing of the kind.
type Make = fn(&Stack, usize, usize) -> Option<Vec<Step>>;

/// The state that a scenario begins in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// Both nodes are off.
    Off,
    /// Everything runs, guests where Pacemaker put them.
    AtRest,
    /// Everything runs, guests on the node that the scenario is about.
    GuestsThere,
    /// Everything runs, guests on the other node.
    GuestsElsewhere,
}

/// Something that happens, and what must hold until Pacemaker is at rest again.
pub(super) struct Step {
    /// In words; `@` and `%` are the node and the other one.
    pub text: &'static str,
    /// What happens.
    pub events: Vec<Event>,
    /// What must hold beside what always must.
    pub claims: Vec<Claim>,
}

fn step<const E: usize, const C: usize>(text: &'static str, events: [Event; E], claims: [Claim; C]) -> Step {
    Step { text, events: events.into(), claims: claims.into() }
}

/// Both nodes.
fn both() -> Vec<usize> {
    vec![0, 1]
}

use Start::{AtRest, GuestsElsewhere, GuestsThere, Off};

const EACH: bool = true;
const ONCE: bool = false;

/// Every scenario, in the order in which they are played.
#[rustfmt::skip]
pub static SCENARIOS: &[Definition] = &[
    scenario("cold-start", "both nodes start after both were off", ONCE, Off, starts::cold),
    scenario("waits-for-both", "@ starts alone and waits, as corosync's wait_for_all has it", EACH, Off, starts::waits),
    scenario("starts-alone", "@ starts alone, and a person has ended its waiting", EACH, Off, starts::alone),
    scenario("node-lost", "@ loses power with all guests on it, and comes back", EACH, GuestsThere, losses::node),
    scenario("idle-node-lost", "@ loses power without a guest on it, and comes back", EACH, GuestsElsewhere, losses::idle_node),
    scenario("standby", "@ goes to standby with all guests on it, and back", EACH, GuestsThere, planned::standby),
    scenario("services-stopped", "the cluster services of @ are stopped with all guests on it, and started", EACH, GuestsThere, planned::services),
    scenario("banned", "the fence handler on @ bans the other node, with all guests on that", EACH, GuestsElsewhere, losses::banned),
    scenario("replication-cut", "the replication link is cut; @ wins the ban and has the other node fenced, with all guests on that", EACH, GuestsElsewhere, losses::replication),
    scenario("disk-monitor-fails", "the monitor of a disk fails once on @", ONCE, GuestsThere, faults::disk_monitor),
    scenario("disk-stays-down", "one of the disks fails on @ and cannot be started again", ONCE, GuestsThere, faults::disk),
    scenario("volume-fails", "the monitor of a volume fails once on @", ONCE, GuestsThere, faults::volume_monitor),
    scenario("volume-stays-down", "a volume fails on @ and cannot be activated again", ONCE, GuestsThere, faults::volume),
    scenario("filesystem-withdraws", "the monitor of a mount fails on @", ONCE, GuestsThere, faults::withdraw),
    scenario("locks-fail", "the monitor of the lock manager fails on @", ONCE, GuestsThere, faults::locks),
    scenario("unmount-fails", "@ goes to standby and a filesystem cannot be unmounted", ONCE, GuestsThere, faults::unmount),
    scenario("guest-fails", "a guest ends by itself on @", ONCE, GuestsThere, faults::guest),
    scenario("migration-fails", "@ goes to standby and a guest cannot migrate", ONCE, GuestsThere, faults::migration),
    scenario("fence-device-fails", "the monitor of a fence device fails", ONCE, AtRest, faults::fence_device),
    scenario("fencing-fails", "@ loses power with all guests on it, and its fence device does not answer for a while", EACH, GuestsThere, losses::unfenced),
    scenario("quorum-lost", "the quorum is lost with @, and comes back", ONCE, GuestsThere, losses::quorum),
    scenario("both-lost", "both nodes lose power and start again", ONCE, AtRest, losses::both_nodes),
    scenario("both-lost-banned", "both nodes lose power after @ banned the other one, and start again", EACH, AtRest, losses::both_banned),
    scenario("planned-stop", "everything is stopped, both nodes are shut down and started again", ONCE, AtRest, planned::stop),
];

const fn scenario(name: &'static str, about: &'static str, each: bool, start: Start, steps: Make) -> Definition {
    Definition { name, about, each, start, steps }
}
