//! Nodes, links and quorum that are lost, and come back.

use super::{Step, both, step};
use crate::simulate::claims::Claim::{
    BannedWaits, CanBeFenced, Fenced, FencedFirst, GuestsMigrate, GuestsRun, GuestsStay, LockingStays, NobodyFenced,
    Nothing, NothingUnfenced, Untouched, Whole,
};
use crate::simulate::play::Event::{Ban, FencingFails, Forget, Join, LiftBans, Lose, Off, Quorum, Stale};
use crate::simulate::stack::Stack;

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

pub(super) fn node(_: &Stack, node: usize, other: usize) -> Option<Vec<Step>> {
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
    Some([loses].into_iter().chain(returns(node, other)).collect())
}

pub(super) fn idle_node(stack: &Stack, idle: usize, other: usize) -> Option<Vec<Step>> {
    stack.guests.first().and_then(|_| node(stack, idle, other))
}

pub(super) fn banned(_: &Stack, node: usize, other: usize) -> Option<Vec<Step>> {
    let bans = step(
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
    );
    let lifts = [NobodyFenced, Untouched(node), GuestsStay(node), Whole(both())];
    Some(vec![bans, step("the handler lifts the ban", [LiftBans], lifts)])
}

pub(super) fn replication(_: &Stack, node: usize, other: usize) -> Option<Vec<Step>> {
    let claims = [NobodyFenced, Untouched(node), Whole(vec![node]), GuestsRun(vec![node])];
    let [mut back, mut whole] = returns(other, node);
    back.text = "% comes back, its disks behind and still banned";
    whole.text = "the link is whole and the disks have caught up, the handler lifts the ban";
    Some(vec![step("the handler on @ bans % and has it fenced", [Ban(node), Off(other)], claims), back, whole])
}

pub(super) fn unfenced(_: &Stack, node: usize, other: usize) -> Option<Vec<Step>> {
    let claims = [FencedFirst(node), Fenced(node), Untouched(other), Whole(vec![other]), GuestsRun(vec![other])];
    Some(vec![
        step("@ loses power and cannot be fenced", [Lose(node), FencingFails], [NothingUnfenced]),
        step("its fence device answers again", [], claims),
    ])
}

pub(super) fn quorum(_: &Stack, node: usize, other: usize) -> Option<Vec<Step>> {
    let claims = [FencedFirst(node), Fenced(node), Untouched(other), GuestsRun(vec![other])];
    Some(vec![
        step("@ is lost and with it the quorum", [Lose(node), Quorum(false)], [Nothing]),
        step("the quorum is back, @ is not", [Quorum(true)], claims),
    ])
}

pub(super) fn both_nodes(_: &Stack, node: usize, other: usize) -> Option<Vec<Step>> {
    let claims = [NobodyFenced, Whole(both()), GuestsRun(both())];
    Some(vec![step("both nodes lose power, and join again", [Forget, Join(node), Join(other)], claims)])
}

pub(super) fn both_banned(_: &Stack, node: usize, other: usize) -> Option<Vec<Step>> {
    let events = [Ban(node), Stale(other), Forget, Join(node), Join(other)];
    let claims = [NobodyFenced, Whole(vec![node]), BannedWaits(other), GuestsRun(vec![node])];
    let lifts = [NobodyFenced, Untouched(node), GuestsStay(node), Whole(both())];
    Some(vec![
        step("both nodes lose power, and join again; % is still banned", events, claims),
        step("the disks of % have caught up, the handler lifts the ban", [LiftBans], lifts),
    ])
}
