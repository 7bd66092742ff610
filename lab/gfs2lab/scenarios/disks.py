"""Disks that fail, fill up, and catch up with the other side."""

import shlex
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from .. import backing, runbook
from ..bench import Bench, scenario
from ..description import Filesystem, Guest, Node
from ..lab import Failed
from .common import move_all, went_on
from .planned import migrate
from .sharing import two_writers

# What a node that was away has to catch up with, in MiB, where there is so much room.
BEHIND_MIB = 300


@scenario("disk-error", "the disk of the node with the guest fails; it is replaced by a blank one, as RUNBOOK.md says")
def disk_error(bench: Bench) -> None:
    """DRBD lets go of the disk and everything goes on over the other node's; verify.sh says so. The runbook's lines are for the
    second node and the first resource, so that is where it happens."""
    node, resource = bench.nodes[1], bench.cluster.resources[0]
    other, guest, minor = bench.nodes[0], bench.cluster.guests[0], bench.cluster.minors[resource]
    move_all(bench)
    if bench.where(guest).name != node.name:
        migrate(bench, guest, node, "before")
    event = time.time()
    backing.fail(bench.lab, node, resource)
    bench.wait(f"{node.name} to let go of its disk", 60, lambda: disk_state(bench, node, minor).startswith("Diskless/"))
    bench.figure("let go s", time.time() - event)
    bench.write_again()
    time.sleep(20)
    went_on(bench, event, "without the disk", bench.nodes)
    said = bench.lab.script("verify.sh", timeout=300)
    if said.code == 0 or not any(line.startswith("broken drbd:") and resource in line for line in said.text.splitlines()):
        raise Failed(f"verify.sh ends with {said.code} and does not say that {resource} has lost a disk")
    # From here on it is taken out on purpose.
    bench.touch(node)
    replaced = time.time()
    out, back = runbook.commands(bench.lab, "Take one node out, and back")
    runbook.play(bench.lab, out, other)
    backing.renew(bench.lab, node, resource)
    runbook.play(bench.lab, runbook.commands(bench.lab, "A disk failed")[0], node)
    runbook.play(bench.lab, back, other, 900)
    bench.rest(900)
    bench.figure("whole again s", time.time() - replaced)
    bench.write_again()
    went_on(bench, replaced, "replaced", (other,))
    bench.not_fenced(event)


def disk_state(bench: Bench, node: Node, minor: int) -> str:
    """A node's disk state and the other's, as this node has them."""
    said = bench.state(node)
    return said.drbd.get(minor, ("", "", ""))[2] if said else ""


@scenario("full-filesystem", "a file system is filled to the last block, and emptied again")
def full_filesystem(bench: Bench) -> None:
    """Whoever needs a new block is told ENOSPC and goes on when there is room again; nothing withdraws, is fenced or stopped.
    The guests' images get all their blocks before: a guest on a sparse image would stop at a write error, which is right, and
    not what is asked here."""
    filesystem, node = filesystem_of(bench, bench.cluster.guests[0]), bench.nodes[0]
    reserve(bench, filesystem)
    event, path = time.time(), shlex.quote(f"{filesystem.mount}/gfs2lab-fill")
    said = bench.lab.ask(node, f"for size in 1M 4k; do dd if=/dev/zero of={path} bs=$size oflag=append conv=notrunc,fsync; done 2>&1", 900)
    if "No space left on device" not in said.text:
        raise Failed(f"{filesystem.mount} could not be filled: {said.text}")
    bench.figure("filled s", time.time() - event)
    # A writer needs a new block every half minute.
    bench.wait("the writers of both nodes to be refused", 180, lambda: all(refused(bench, one, filesystem, event) for one in bench.nodes))
    went_on(bench, event, "full", ())
    bench.lab.on(node, f"rm {path}", 120)
    bench.write_again(120)
    for one in bench.nodes:
        withdrawn = bench.lab.on(one, f"journalctl --no-pager -q -k --since @{int(event)} | grep -i withdr || true").strip()
        if withdrawn:
            raise Failed(f"{one.name}: {withdrawn}")
    bench.rest()


def filesystem_of(bench: Bench, guest: Guest) -> Filesystem:
    """The file system that holds a guest's first disk."""
    return next(filesystem for filesystem in bench.cluster.filesystems if guest.image.startswith(f"{filesystem.mount}/"))


def reserve(bench: Bench, filesystem: Filesystem) -> None:
    """Gives every guest's image on a file system all the blocks that it may ever need; what is in it stays."""
    for guest in bench.cluster.guests:
        if filesystem_of(bench, guest) == filesystem:
            image = shlex.quote(guest.image)
            bench.lab.on(bench.where(guest), f"fallocate -l \"$(stat -c %s {image})\" {image}", 300)


def refused(bench: Bench, node: Node, filesystem: Filesystem, since: float) -> bool:
    """Whether a node's writer has been told that there is no space."""
    unit = shlex.quote(bench.witnesses.unit(filesystem))
    return "No space left" in bench.lab.on(node, f"journalctl --no-pager -q -u {unit} --since @{int(since)} -o cat")


@scenario("resync-under-load", "a node that was away catches up while the other one writes as much as it can")
def resync_under_load(bench: Bench) -> None:
    """The node is out by standby; both nodes count against each other as soon as it has the file systems again."""
    ahead = bench.where(bench.cluster.guests[0])
    behind, filesystem = bench.cluster.other(ahead.name), bench.cluster.filesystems[0]
    bench.touch(behind)
    move_all(bench)
    out, back = runbook.commands(bench.lab, "Take one node out, and back", exchanged=behind == bench.nodes[0])
    runbook.play(bench.lab, out, ahead)
    path = f"{filesystem.mount}/gfs2lab-behind"
    mebibytes = min(BEHIND_MIB, free(bench, ahead, filesystem) // 2 >> 20)
    bench.lab.on(ahead, f"dd if=/dev/urandom of={shlex.quote(path)} bs=1M count={mebibytes} conv=fsync 2>&1", 600)
    bench.figure("behind MiB", mebibytes)
    event = time.time()
    with load(bench, ahead, path), ThreadPoolExecutor() as pool:
        coming = pool.submit(runbook.play, bench.lab, back, ahead, 900)
        bench.wait(f"{behind.name} to mount", 600, lambda: mounted(bench, behind))
        counting = time.time()
        two_writers(bench)
        bench.wait("the resync to be done", 900, lambda: resynced(bench, behind, filesystem, event))
        coming.result()
    end, seconds = resynced(bench, behind, filesystem, event) or (0.0, 0)
    bench.figure("resync s", seconds)
    bench.figure("both counted during it", "yes" if counting < end else "no")
    bench.rest()
    bench.write_again()
    went_on(bench, event, "resync", (ahead,))
    bench.not_fenced(event)


@contextmanager
def load(bench: Bench, node: Node, path: str) -> Iterator[None]:
    """A node writes over and over to a file, which goes away in the end."""
    script = f"while :; do dd if=/dev/urandom of={shlex.quote(path)} bs=1M count=8 conv=notrunc,fsync; done"
    bench.lab.on(node, f"systemd-run -q --unit=gfs2lab-load bash -c {shlex.quote(script)}")
    try:
        yield
    finally:
        bench.lab.ask(node, f"systemctl stop gfs2lab-load; rm -f {shlex.quote(path)}", 120)


def free(bench: Bench, node: Node, filesystem: Filesystem) -> int:
    """A file system's free bytes."""
    return int(bench.lab.on(node, f"df -B1 --output=avail {shlex.quote(filesystem.mount)} | tail -n 1"))


def mounted(bench: Bench, node: Node) -> bool:
    """Whether a node has every file system."""
    said = bench.state(node)
    return said is not None and all(filesystem.mount in said.mounts for filesystem in bench.cluster.filesystems)


def resynced(bench: Bench, node: Node, filesystem: Filesystem, since: float) -> tuple[float, int] | None:
    """When the resync of a file system's resource ended and how many seconds it took, as the kernel of the node has it."""
    log = bench.lab.on(node, f"journalctl --no-pager -q -k --since @{int(since)} -o short-unix | grep 'Resync done' || true")
    mark = f"drbd{bench.cluster.minors[filesystem.resource]}: Resync done (total "
    found = [line for line in log.splitlines() if mark in line]
    return (float(found[-1].split()[0]), int(found[-1].split(mark)[1].split()[0])) if found else None
