//! Single resources that fail.

use super::{Step, both, step};
use crate::simulate::claims::Claim::{
    self, CanBeFenced, Empty, Fenced, FencedFirst, GuestsMigrate, GuestsRun, LockingStays, NobodyFenced, Only,
    Untouched, Whole,
};
use crate::simulate::play::Event::{self, Fails, Standby, WillFail};
use crate::simulate::stack::{Filesystem, Stack};

pub(super) fn disk_monitor(stack: &Stack, node: usize, other: usize) -> Option<Vec<Step>> {
    let disk = stack.disks.first()?;
    let only = Only(stack.stack_of(disk));
    let claims = [NobodyFenced, only, Untouched(other), LockingStays(node), Whole(both()), GuestsRun(both())];
    Some(vec![step("the monitor of the first disk fails on @", [Fails(disk.id.clone(), node)], claims)])
}

pub(super) fn disk(stack: &Stack, node: usize, other: usize) -> Option<Vec<Step>> {
    let disk = stack.disks.first()?;
    let events = [Fails(disk.id.clone(), node), WillFail(disk.id.clone(), "start", node)];
    let only = Only(stack.stack_of(disk));
    let claims = [NobodyFenced, only, Untouched(other), LockingStays(node), Whole(vec![other]), GuestsRun(both())];
    Some(vec![step("the first disk fails on @ and does not start again", events, claims)])
}

fn first_volume(stack: &Stack) -> Option<(Claim, String)> {
    let (_, filesystem) = stack.filesystems().next()?;
    Some((own(filesystem), filesystem.volume.clone()?))
}

fn own(filesystem: &Filesystem) -> Claim {
    Only(filesystem.parts().map(str::to_owned).collect())
}

pub(super) fn volume_monitor(stack: &Stack, node: usize, other: usize) -> Option<Vec<Step>> {
    let (only, volume) = first_volume(stack)?;
    let claims = [NobodyFenced, only, Untouched(other), Whole(both()), GuestsRun(both())];
    Some(vec![step("the monitor of the first volume fails on @", [Fails(volume, node)], claims)])
}

pub(super) fn volume(stack: &Stack, node: usize, other: usize) -> Option<Vec<Step>> {
    let (only, volume) = first_volume(stack)?;
    let events = [Fails(volume.clone(), node), WillFail(volume, "start", node)];
    let claims = [NobodyFenced, only, Untouched(other), Whole(vec![other]), GuestsRun(both())];
    Some(vec![step("the first volume fails on @ and cannot be activated again", events, claims)])
}

/// What a node cannot go on without, so that it is fenced.
fn vital(text: &'static str, fails: Event, node: usize, other: usize) -> Vec<Step> {
    let claims = [FencedFirst(node), Fenced(node), Untouched(other), Whole(vec![other]), GuestsRun(vec![other])];
    vec![step(text, [fails], claims)]
}

fn first_mount(stack: &Stack) -> Option<String> {
    Some(stack.filesystems().next()?.1.mount.clone())
}

pub(super) fn withdraw(stack: &Stack, node: usize, other: usize) -> Option<Vec<Step>> {
    let fails = Fails(first_mount(stack)?, node);
    Some(vital("the monitor of the first filesystem fails on @", fails, node, other))
}

pub(super) fn locks(stack: &Stack, node: usize, other: usize) -> Option<Vec<Step>> {
    let fails = Fails(stack.locking.first()?.clone(), node);
    Some(vital("the monitor of the lock manager fails on @", fails, node, other))
}

pub(super) fn unmount(stack: &Stack, node: usize, other: usize) -> Option<Vec<Step>> {
    let events = [Standby(node, true), WillFail(first_mount(stack)?, "stop", node)];
    let claims = [Fenced(node), Untouched(other), GuestsMigrate(node, other), GuestsRun(vec![other])];
    Some(vec![step("@ goes to standby; the first filesystem cannot be unmounted", events, claims)])
}

pub(super) fn guest(stack: &Stack, node: usize, _: usize) -> Option<Vec<Step>> {
    let guest = stack.guests.first()?.id.clone();
    let claims = [NobodyFenced, Only(vec![guest.clone()]), GuestsRun(vec![node])];
    Some(vec![step("the monitor of the first guest fails on @", [Fails(guest, node)], claims)])
}

pub(super) fn migration(stack: &Stack, node: usize, other: usize) -> Option<Vec<Step>> {
    let guest = stack.guests.first()?.id.clone();
    let events = [Standby(node, true), WillFail(guest, "migrate_to", node)];
    let claims = [NobodyFenced, Untouched(other), Empty(node), GuestsRun(vec![other])];
    Some(vec![step("@ goes to standby; the first guest cannot migrate", events, claims)])
}

pub(super) fn fence_device(stack: &Stack, node: usize, other: usize) -> Option<Vec<Step>> {
    let (_, device) = stack.devices.iter().find(|(target, _)| *target == node)?;
    let claims = [NobodyFenced, Only(vec![device.clone()]), CanBeFenced(node)];
    Some(vec![step("the monitor of the device that fences @ fails", [Fails(device.clone(), other)], claims)])
}
