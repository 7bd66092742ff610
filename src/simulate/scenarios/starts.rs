//! Nodes that start.

use super::{Step, both, step};
use crate::simulate::claims::Claim::{CanBeFenced, Fenced, FencedFirst, GuestsRun, NobodyFenced, Nothing, Whole};
use crate::simulate::play::Event::{Join, Quorum};
use crate::simulate::stack::Stack;

pub(super) fn cold(_: &Stack, node: usize, other: usize) -> Option<Vec<Step>> {
    let claims = [NobodyFenced, Whole(both()), GuestsRun(both()), CanBeFenced(node), CanBeFenced(other)];
    Some(vec![step("both nodes join", [Join(node), Join(other)], claims)])
}

pub(super) fn waits(_: &Stack, node: usize, other: usize) -> Option<Vec<Step>> {
    Some(vec![
        step("@ joins alone and has no quorum", [Quorum(false), Join(node)], [Nothing]),
        step("% joins, too", [Quorum(true), Join(other)], [NobodyFenced, Whole(both()), GuestsRun(both())]),
    ])
}

pub(super) fn alone(_: &Stack, node: usize, other: usize) -> Option<Vec<Step>> {
    let claims = [FencedFirst(other), Fenced(other), Whole(vec![node]), GuestsRun(vec![node])];
    Some(vec![step("@ joins alone with quorum; nobody has seen %", [Join(node)], claims)])
}
