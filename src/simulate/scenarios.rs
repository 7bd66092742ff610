//! The scenarios: what happens, step by step, and what must hold of each step.

use super::claims::Claim;
use super::play::Event;
use super::stack::{Disk, Filesystem, Stack};

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
    /// Its steps for the node at a place and the other one; none where the cluster has nothing of the kind.
    pub(super) steps: fn(&Stack, usize, usize) -> Option<Vec<Step>>,
}

/// The state that a scenario begins in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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

use Claim::{
    BannedWaits, CanBeFenced, Empty, Fenced, FencedFirst, GuestsMigrate, GuestsRun, GuestsStay, LockingStays,
    NobodyFenced, Nothing, NothingUnfenced, Only, Untouched, Whole,
};
use Event::{
    Ban, Fails, FencingFails, Forget, Join, Leave, LiftBans, Lose, Off, Quorum, Stale, Standby, StopAll, WillFail,
};

fn both() -> Vec<usize> {
    vec![0, 1]
}

/// A node comes back whose disks are behind, and later are not.
fn returns(back: usize, stayed: usize) -> [Step; 2] {
    [
        step(
            "@ comes back, its disks behind and still banned",
            [Join(back), Stale(back)],
            [NobodyFenced, Untouched(stayed), GuestsStay(stayed), BannedWaits(back), CanBeFenced(stayed)],
        ),
        step(
            "its disks have caught up, the handler lifts the ban",
            [LiftBans],
            [NobodyFenced, Untouched(stayed), GuestsStay(stayed), Whole(both()), GuestsRun(both())],
        ),
    ]
}

fn lost(node: usize, other: usize) -> Vec<Step> {
    let loses = step(
        "@ loses power; the fence handler on % bans it",
        [Lose(node), Ban(other)],
        [
            FencedFirst(node),
            Fenced(node),
            Untouched(other),
            GuestsStay(other),
            Whole(vec![other]),
            GuestsRun(vec![other]),
        ],
    );
    [loses].into_iter().chain(returns(node, other)).collect()
}

/// The node goes away as it was asked to, and comes back.
fn planned(go: Step, mut back: Step, node: usize, other: usize) -> Option<Vec<Step>> {
    let go_claims = [
        NobodyFenced,
        GuestsMigrate(node, other),
        Untouched(other),
        GuestsStay(other),
        Empty(node),
        Whole(vec![other]),
    ];
    back.claims.extend([NobodyFenced, Untouched(other), GuestsStay(other), Whole(both()), CanBeFenced(other)]);
    Some(vec![Step { claims: go_claims.into(), ..go }, back])
}

/// What cannot go on without being fenced.
fn fenced_for(text: &'static str, fails: Event, node: usize, other: usize) -> Option<Vec<Step>> {
    let claims = [FencedFirst(node), Fenced(node), Untouched(other), Whole(vec![other]), GuestsRun(vec![other])];
    Some(vec![step(text, [fails], claims)])
}

fn first_disk(stack: &Stack) -> Option<(&Disk, Vec<String>)> {
    let disk = stack.disks.first()?;
    Some((disk, stack.stack_of(disk)))
}

fn first_volume(stack: &Stack) -> Option<(&Filesystem, &str)> {
    let (_, filesystem) = stack.filesystems().next()?;
    Some((filesystem, filesystem.volume.as_deref()?))
}

fn own(filesystem: &Filesystem) -> Claim {
    Only(filesystem.parts().map(str::to_owned).collect())
}

const fn scenario(
    name: &'static str,
    about: &'static str,
    each: bool,
    start: Start,
    steps: fn(&Stack, usize, usize) -> Option<Vec<Step>>,
) -> Definition {
    Definition { name, about, each, start, steps }
}

/// Every scenario, in the order in which they are played.
pub static SCENARIOS: &[Definition] = &[
    scenario("cold-start", "both nodes start after both were off", false, Start::Off, |_, node, other| {
        let claims = [NobodyFenced, Whole(both()), GuestsRun(both()), CanBeFenced(node), CanBeFenced(other)];
        Some(vec![step("both nodes join", [Join(node), Join(other)], claims)])
    }),
    scenario(
        "waits-for-both",
        "@ starts alone and waits, as corosync's wait_for_all has it",
        true,
        Start::Off,
        |_, node, other| {
            Some(vec![
                step("@ joins alone and has no quorum", [Quorum(false), Join(node)], [Nothing]),
                step("% joins, too", [Quorum(true), Join(other)], [NobodyFenced, Whole(both()), GuestsRun(both())]),
            ])
        },
    ),
    scenario(
        "starts-alone",
        "@ starts alone, and a person has ended its waiting",
        true,
        Start::Off,
        |_, node, other| {
            let claims = [FencedFirst(other), Fenced(other), Whole(vec![node]), GuestsRun(vec![node])];
            Some(vec![step("@ joins alone with quorum; nobody has seen %", [Join(node)], claims)])
        },
    ),
    scenario(
        "node-lost",
        "@ loses power with all guests on it, and comes back",
        true,
        Start::GuestsThere,
        |_, node, other| Some(lost(node, other)),
    ),
    scenario(
        "idle-node-lost",
        "@ loses power without a guest on it, and comes back",
        true,
        Start::GuestsElsewhere,
        |stack, node, other| stack.guests.first().map(|_| lost(node, other)),
    ),
    scenario(
        "standby",
        "@ goes to standby with all guests on it, and back",
        true,
        Start::GuestsThere,
        |_, node, other| {
            let back = step("@ comes back from standby", [Standby(node, false)], []);
            planned(step("@ goes to standby", [Standby(node, true)], []), back, node, other)
        },
    ),
    scenario(
        "services-stopped",
        "the cluster services of @ are stopped with all guests on it, and started",
        true,
        Start::GuestsThere,
        |_, node, other| {
            let back = step("the services of @ are started", [Join(node)], []);
            planned(step("the services of @ are stopped", [Leave(node)], []), back, node, other)
        },
    ),
    scenario(
        "banned",
        "the fence handler on @ bans the other node, with all guests on that",
        true,
        Start::GuestsElsewhere,
        |_, node, other| {
            Some(vec![
                step(
                    "the fence handler on @ bans % from every disk",
                    [Ban(node)],
                    [
                        NobodyFenced,
                        Untouched(node),
                        BannedWaits(other),
                        GuestsMigrate(other, node),
                        LockingStays(other),
                        Whole(vec![node]),
                    ],
                ),
                step(
                    "the handler lifts the ban",
                    [LiftBans],
                    [NobodyFenced, Untouched(node), GuestsStay(node), Whole(both())],
                ),
            ])
        },
    ),
    scenario(
        "replication-cut",
        "the replication link is cut; @ wins the ban and has the other node fenced, with all guests on that",
        true,
        Start::GuestsElsewhere,
        |_, node, other| {
            let claims = [NobodyFenced, Untouched(node), Whole(vec![node]), GuestsRun(vec![node])];
            let [mut back, mut whole] = returns(other, node);
            back.text = "% comes back, its disks behind and still banned";
            whole.text = "the link is whole and the disks have caught up, the handler lifts the ban";
            Some(vec![step("the handler on @ bans % and has it fenced", [Ban(node), Off(other)], claims), back, whole])
        },
    ),
    scenario(
        "disk-monitor-fails",
        "the monitor of a disk fails once on @",
        false,
        Start::GuestsThere,
        |stack, node, other| {
            let (disk, stack_of) = first_disk(stack)?;
            let claims =
                [NobodyFenced, Only(stack_of), Untouched(other), LockingStays(node), Whole(both()), GuestsRun(both())];
            Some(vec![step("the monitor of the first disk fails on @", [Fails(disk.id.clone(), node)], claims)])
        },
    ),
    scenario(
        "disk-stays-down",
        "one of the disks fails on @ and cannot be started again",
        false,
        Start::GuestsThere,
        |stack, node, other| {
            let (disk, stack_of) = first_disk(stack)?;
            let events = [Fails(disk.id.clone(), node), WillFail(disk.id.clone(), "start", node)];
            let claims = [
                NobodyFenced,
                Only(stack_of),
                Untouched(other),
                LockingStays(node),
                Whole(vec![other]),
                GuestsRun(both()),
            ];
            Some(vec![step("the first disk fails on @ and does not start again", events, claims)])
        },
    ),
    scenario(
        "volume-fails",
        "the monitor of a volume fails once on @",
        false,
        Start::GuestsThere,
        |stack, node, other| {
            let (filesystem, volume) = first_volume(stack)?;
            let claims = [NobodyFenced, own(filesystem), Untouched(other), Whole(both()), GuestsRun(both())];
            Some(vec![step("the monitor of the first volume fails on @", [Fails(volume.to_owned(), node)], claims)])
        },
    ),
    scenario(
        "volume-stays-down",
        "a volume fails on @ and cannot be activated again",
        false,
        Start::GuestsThere,
        |stack, node, other| {
            let (filesystem, volume) = first_volume(stack)?;
            let events = [Fails(volume.to_owned(), node), WillFail(volume.to_owned(), "start", node)];
            let claims = [NobodyFenced, own(filesystem), Untouched(other), Whole(vec![other]), GuestsRun(both())];
            Some(vec![step("the first volume fails on @ and cannot be activated again", events, claims)])
        },
    ),
    scenario(
        "filesystem-withdraws",
        "the monitor of a mount fails on @",
        false,
        Start::GuestsThere,
        |stack, node, other| {
            let mount = stack.filesystems().next()?.1.mount.clone();
            fenced_for("the monitor of the first filesystem fails on @", Fails(mount, node), node, other)
        },
    ),
    scenario(
        "locks-fail",
        "the monitor of the lock manager fails on @",
        false,
        Start::GuestsThere,
        |stack, node, other| {
            let dlm = stack.locking.first()?.clone();
            fenced_for("the monitor of the lock manager fails on @", Fails(dlm, node), node, other)
        },
    ),
    scenario(
        "unmount-fails",
        "@ goes to standby and a filesystem cannot be unmounted",
        false,
        Start::GuestsThere,
        |stack, node, other| {
            let mount = stack.filesystems().next()?.1.mount.clone();
            let events = [Standby(node, true), WillFail(mount, "stop", node)];
            let claims = [Fenced(node), Untouched(other), GuestsMigrate(node, other), GuestsRun(vec![other])];
            Some(vec![step("@ goes to standby; the first filesystem cannot be unmounted", events, claims)])
        },
    ),
    scenario("guest-fails", "a guest ends by itself on @", false, Start::GuestsThere, |stack, node, _| {
        let guest = stack.guests.first()?.id.clone();
        let claims = [NobodyFenced, Only(vec![guest.clone()]), GuestsRun(vec![node])];
        Some(vec![step("the monitor of the first guest fails on @", [Fails(guest, node)], claims)])
    }),
    scenario(
        "migration-fails",
        "@ goes to standby and a guest cannot migrate",
        false,
        Start::GuestsThere,
        |stack, node, other| {
            let guest = stack.guests.first()?.id.clone();
            let events = [Standby(node, true), WillFail(guest, "migrate_to", node)];
            let claims = [NobodyFenced, Untouched(other), Empty(node), GuestsRun(vec![other])];
            Some(vec![step("@ goes to standby; the first guest cannot migrate", events, claims)])
        },
    ),
    scenario(
        "fence-device-fails",
        "the monitor of a fence device fails",
        false,
        Start::AtRest,
        |stack, node, other| {
            let (_, device) = stack.devices.iter().find(|(target, _)| *target == node)?;
            let claims = [NobodyFenced, Only(vec![device.clone()]), CanBeFenced(node)];
            Some(vec![step("the monitor of the device that fences @ fails", [Fails(device.clone(), other)], claims)])
        },
    ),
    scenario(
        "fencing-fails",
        "@ loses power with all guests on it, and its fence device does not answer for a while",
        true,
        Start::GuestsThere,
        |_, node, other| {
            let claims =
                [FencedFirst(node), Fenced(node), Untouched(other), Whole(vec![other]), GuestsRun(vec![other])];
            Some(vec![
                step("@ loses power and cannot be fenced", [Lose(node), FencingFails], [NothingUnfenced]),
                step("its fence device answers again", [], claims),
            ])
        },
    ),
    scenario(
        "quorum-lost",
        "the quorum is lost with @, and comes back",
        false,
        Start::GuestsThere,
        |_, node, other| {
            let claims = [FencedFirst(node), Fenced(node), Untouched(other), GuestsRun(vec![other])];
            Some(vec![
                step("@ is lost and with it the quorum", [Lose(node), Quorum(false)], [Nothing]),
                step("the quorum is back, @ is not", [Quorum(true)], claims),
            ])
        },
    ),
    scenario("both-lost", "both nodes lose power and start again", false, Start::AtRest, |_, node, other| {
        let claims = [NobodyFenced, Whole(both()), GuestsRun(both())];
        Some(vec![step("both nodes lose power, and join again", [Forget, Join(node), Join(other)], claims)])
    }),
    scenario(
        "both-lost-banned",
        "both nodes lose power after @ banned the other one, and start again",
        true,
        Start::AtRest,
        |_, node, other| {
            let events = [Ban(node), Stale(other), Forget, Join(node), Join(other)];
            let claims = [NobodyFenced, Whole(vec![node]), BannedWaits(other), GuestsRun(vec![node])];
            let lifts = [NobodyFenced, Untouched(node), GuestsStay(node), Whole(both())];
            Some(vec![
                step("both nodes lose power, and join again; % is still banned", events, claims),
                step("the disks of % have caught up, the handler lifts the ban", [LiftBans], lifts),
            ])
        },
    ),
    scenario(
        "planned-stop",
        "everything is stopped, both nodes are shut down and started again",
        false,
        Start::AtRest,
        |_, node, other| {
            Some(vec![
                step("stop-all-resources is set", [StopAll(true)], [NobodyFenced, Empty(node), Empty(other)]),
                step("the services of both nodes are stopped", [Leave(node), Leave(other)], [NobodyFenced]),
                step(
                    "both nodes join again, and the property is taken back",
                    [Forget, Join(node), Join(other), StopAll(false)],
                    [NobodyFenced, Whole(both()), GuestsRun(both())],
                ),
            ])
        },
    ),
];
