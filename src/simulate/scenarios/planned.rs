//! What a person does.

use super::{Step, both, step};
use crate::simulate::claims::Claim::{
    CanBeFenced, Empty, GuestsMigrate, GuestsRun, GuestsStay, NobodyFenced, Untouched, Whole,
};
use crate::simulate::play::Event::{self, Forget, Join, Leave, Standby, StopAll};
use crate::simulate::stack::Stack;

/// The node goes away as it was asked to, and comes back.
fn out_and_back(out: (&'static str, Event), back: (&'static str, Event), node: usize, other: usize) -> Vec<Step> {
    let goes = [
        NobodyFenced,
        GuestsMigrate(node, other),
        Untouched(other),
        GuestsStay(other),
        Empty(node),
        Whole(vec![other]),
    ];
    let comes = [NobodyFenced, Untouched(other), GuestsStay(other), Whole(both()), CanBeFenced(other)];
    vec![step(out.0, [out.1], goes), step(back.0, [back.1], comes)]
}

pub(super) fn standby(_: &Stack, node: usize, other: usize) -> Option<Vec<Step>> {
    let out = ("@ goes to standby", Standby(node, true));
    Some(out_and_back(out, ("@ comes back from standby", Standby(node, false)), node, other))
}

pub(super) fn services(_: &Stack, node: usize, other: usize) -> Option<Vec<Step>> {
    let out = ("the services of @ are stopped", Leave(node));
    Some(out_and_back(out, ("the services of @ are started", Join(node)), node, other))
}

pub(super) fn stop(_: &Stack, node: usize, other: usize) -> Option<Vec<Step>> {
    Some(vec![
        step("stop-all-resources is set", [StopAll(true)], [NobodyFenced, Empty(node), Empty(other)]),
        step("the services of both nodes are stopped", [Leave(node), Leave(other)], [NobodyFenced]),
        step(
            "both nodes join again, and the property is taken back",
            [Forget, Join(node), Join(other), StopAll(false)],
            [NobodyFenced, Whole(both()), GuestsRun(both())],
        ),
    ])
}
