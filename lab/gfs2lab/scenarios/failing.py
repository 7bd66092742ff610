"""Losing more than one thing, or one at a bad moment: a node twice, both nodes, both links, the BMC, a daemon.

After each of them the cluster is whole again and every acknowledged write is there (`Bench.holds`); what else must hold, each
scenario says.
"""

import functools
import shlex
import time

from ..bench import Bench, scenario
from ..description import Filesystem, Guest, Node
from ..guests import writes_after
from ..lab import Failed
from .losing import MARGIN_S, crash, cut, guests_on, recover
from .planned import migrate

# What a node misses while it is off, in MiB: its resync then takes some seconds at any rate that the configuration allows.
MISSED_MIB = 240
# How long a survivor whose peer cannot be fenced is watched: longer than any timeout of fencing and of DRBD's handler.
FROZEN_S = 120
# After a daemon's death: longer than the intervals at which Pacemaker looks at its resources.
QUIET_S = 40


def vacate(bench: Bench) -> Node:
    """Moves all guests to the first one's node, and returns the other one. Nothing has been stopped by that."""
    to = bench.where(bench.cluster.guests[0])
    for guest in bench.cluster.guests:
        if bench.where(guest).name != to.name:
            migrate(bench, guest, to, f"{guest.name} moves")
    bench.moved.clear()
    return bench.cluster.other(to.name)


def unharmed(bench: Bench, guests: list[Guest], since: float) -> None:
    """These guests ran on all the time, answered, lost no write, and saw no error; their writes may have waited."""
    for guest in guests:
        pings, writes = bench.witnesses.guest_window(guest, since, time.time())
        bench.figure(f"{guest.name} wrote nothing for s", writes.gap.length)
        if writes.backwards or writes.errors or writes.restarts or pings.silence.length > MARGIN_S:
            raise Failed(f"{guest.name} ran on a healthy node: {writes}, {pings}")


@scenario("crash-without-guests", "the node without a guest loses power")
def crash_without_guests(bench: Bench) -> None:
    """All guests run on the other node: their writes may wait for the fencing, their pings may not, and nothing is stopped."""
    lost = vacate(bench)
    event = time.time()
    crash(bench, lost, False)
    unharmed(bench, bench.cluster.guests, event)


# --- a second loss while the first is being made good ---


@scenario("crash-during-resync", "a node loses power, comes back, and loses power again while its disk catches up")
def crash_during_resync(bench: Bench) -> None:
    """What was written while it was away is whole on both nodes afterwards; guests on the survivor run on."""
    lost = vacate(bench)
    survivor = bench.cluster.other(lost.name)
    filesystem = roomy(bench, survivor)
    bench.touch(lost)
    event = time.time()
    lose_and_keep_off(bench, lost, survivor)
    path = f"{filesystem.mount}/gfs2lab-missed"
    checksum = fill(bench, survivor, path)
    if bench.lab.is_on(lost):
        raise Failed(f"{lost.name} was fenced once more while it was off, and has missed less than it was to miss")
    second = catch_up_interrupted(bench, lost, survivor, filesystem)
    bench.figure("fenced again s", bench.fenced(lost, 180, second))
    recover(bench, lost, second)
    if (found := sha256(bench, lost, path)) != checksum:
        raise Failed(f"{lost.name}: {path} is {found}, and was written as {checksum} on {survivor.name}")
    bench.lab.on(survivor, f"rm -f {shlex.quote(path)}")
    unharmed(bench, bench.cluster.guests, event)


def roomy(bench: Bench, node: Node) -> Filesystem:
    """The file system with the most room."""
    mounts = {filesystem.mount: filesystem for filesystem in bench.cluster.filesystems}
    said = bench.lab.on(node, f"df -B1M --output=avail,target {shlex.join(mounts)}").splitlines()[1:]
    free, mount = max((int(line.split()[0]), line.split(maxsplit=1)[1].strip()) for line in said)
    if free < MISSED_MIB:
        raise Failed(f"{mount} has {free} MiB left, and this scenario writes {MISSED_MIB}")
    return mounts[mount]


def lose_and_keep_off(bench: Bench, lost: Node, survivor: Node) -> None:
    """The cord is pulled; fencing switches the node on again, and once that is known to the survivor, the cord is pulled for
    good: the node is still booting then, and no member of anything."""
    event = time.time()
    bench.lab.power(lost, "off")
    bench.figure("fenced s", bench.fenced(lost, 180, event))
    bench.wait(f"{survivor.name} to know it", 60, lambda: is_known_off(bench, lost, survivor), 0.3)
    bench.lab.power(lost, "off")


def is_known_off(bench: Bench, lost: Node, survivor: Node) -> bool:
    """Whether a node knows the other one as off, and safely so."""
    said = bench.state(survivor)
    return said is not None and not said.members[lost.name].online and not said.members[lost.name].unclean


def fill(bench: Bench, node: Node, path: str) -> str:
    """Writes what the other node misses, and returns its checksum."""
    bench.lab.on(node, f"dd if=/dev/urandom of={shlex.quote(path)} bs=1M count={MISSED_MIB} conv=fsync status=none", 300)
    return sha256(bench, node, path)


def sha256(bench: Bench, node: Node, path: str) -> str:
    """A file's checksum as one node reads it."""
    return bench.lab.on(node, f"sha256sum {shlex.quote(path)}", 300).split()[0]


def catch_up_interrupted(bench: Bench, lost: Node, survivor: Node, filesystem: Filesystem) -> float:
    """Switches the node on, waits until it catches up, and cuts its power at once: when that was."""
    minor = bench.cluster.minors[filesystem.resource]
    bench.lab.power(lost, "on")
    bench.lab.on(survivor, f"until grep -Eq '^ *{minor}: cs:SyncSource' /proc/drbd; do sleep 0.1; done", 240)
    second = time.time()
    bench.lab.power(lost, "off")
    # The survivor misses it only after some seconds, and until then says how far it was.
    said = bench.lab.on(survivor, f"grep -E '^ *{minor}: ' /proc/drbd").strip()
    bench.note(f"{lost.name} is off again; {survivor.name} says {said}")
    if "ds:UpToDate/Inconsistent" not in said:
        raise Failed(f"{filesystem.resource} was not catching up when the power was cut: {said}")
    return second


# --- both at once ---


@scenario("both-lose-power", "both nodes lose power at once, and get it back")
def both_lose_power(bench: Bench) -> None:
    """Nobody touches anything: the cluster starts by itself, without a split brain, and the guests with it."""
    for node in bench.nodes:
        bench.touch(node)
    for node in bench.nodes:
        bench.lab.power(node, "off")
    event = time.time()
    bench.figure("boot s", bench.lab.boot())
    for guest in bench.cluster.guests:
        bench.figure(f"{guest.name} writes again s", writes_after(bench.lab, bench.witnesses, guest, event, 420))
    bench.rest()
    bench.figure("whole again s", time.time() - event)
    bench.figure("fenced on the way", ", ".join(n.name for n in bench.nodes if bench.lab.fenced(n, event)) or "none")
    for node in bench.nodes:
        bench.witnesses.start_on(node)


@scenario("both-links-cut", "the replication and the cluster link are cut at once")
def both_links_cut(bench: Bench) -> None:
    """Both nodes still reach both BMCs, so it is a race: exactly one of them is fenced, and it is whole after the healing."""
    cut(bench, sorted({*bench.cluster.links, *bench.cluster.replication.values()}), "")


# --- a node that cannot be fenced ---


@scenario("bmc-unreachable", "a node loses power while its BMC cannot be reached; later it can")
def bmc_unreachable(bench: Bench) -> None:
    """Nobody knows whether the node is dead. So nothing is written on the survivor and nothing is started there, however long
    it lasts; when the BMC answers again, the fencer's next try succeeds and everything goes on."""
    lost = bench.where(bench.cluster.guests[0])
    survivor = bench.cluster.other(lost.name)
    guests = guests_on(bench, lost)
    bench.touch(lost)
    bench.moved |= {f"vm-{guest.name}" for guest in guests}
    bench.lab.bmc(lost, "off")
    try:
        event = time.time()
        bench.lab.power(lost, "off")
        # Not a wait for anything: that nothing happens is what is looked at.
        while time.time() < event + FROZEN_S:
            time.sleep(5)
            frozen(bench, survivor, event)
    finally:
        bench.lab.bmc(lost, "on")
    answering = time.time()
    bench.figure("frozen s", answering - event)
    bench.figure("fenced after the BMC answers s", bench.fenced(lost, 420, answering))
    for guest in guests:
        bench.figure(f"{guest.name} writes again s", writes_after(bench.lab, bench.witnesses, guest, answering, 420))
    recover(bench, lost, answering)
    unharmed(bench, [guest for guest in bench.cluster.guests if guest not in guests], event)


def frozen(bench: Bench, survivor: Node, event: float) -> None:
    """Since the loss nobody has written anything, and the survivor has started nothing that data hangs on."""
    # What was on its way in the moment of the loss may still have been acknowledged.
    window = (event + 2, time.time())
    mounts = [filesystem.mount for filesystem in bench.cluster.filesystems]
    written = dict(zip(mounts, bench.witnesses.acked(survivor, *window), strict=True))
    written |= {guest.name: bench.witnesses.guest_window(guest, *window)[1].count for guest in bench.cluster.guests}
    if any(written.values()):
        raise Failed(f"{survivor.name} goes on although nobody knows whether the other node is dead: writes {written}")
    begun = [f"{did} {what}" for did, what in bench.operations(survivor)
             if did in ("start", "promote", "migrate_from") and what in bench.carrying()]
    if begun:
        raise Failed(f"{survivor.name} goes on although nobody knows whether the other node is dead: {', '.join(begun)}")


# --- a daemon ---


def killed(bench: Bench, daemon: str) -> None:
    """One daemon dies on a node that runs a guest. Whether the node is fenced for it is written down, not judged: what must
    hold is that the cluster gets whole by itself, the other node is left alone, and nothing is lost."""
    node = bench.where(bench.cluster.guests[0])
    bench.touch(node)
    bench.moved |= {f"vm-{guest.name}" for guest in guests_on(bench, node)}
    before = life(bench, node, daemon)
    event = time.time()
    bench.lab.on(node, f"kill -9 $(pidof {daemon})")
    bench.wait(f"{daemon} to run again", 420, lambda: life(bench, node, daemon) not in ("", before))
    bench.figure("runs again s", time.time() - event)
    recover(bench, node, event)
    time.sleep(QUIET_S)
    # Where it was fenced only now, it comes back only now.
    bench.rest()
    bench.witnesses.start_on(node)
    fenced = bench.lab.fenced(node, event)
    bench.figure("fenced", "no" if fenced is None else f"after {fenced - event:.1f} s")
    for guest in bench.cluster.guests:
        pings, _ = bench.witnesses.guest_window(guest, event - 1, time.time())
        bench.figure(f"{guest.name} silent s", pings.silence.length)


def life(bench: Bench, node: Node, daemon: str) -> str:
    """Which life of a daemon runs: its node's boot and its process; empty where there is none."""
    said = bench.lab.ask(node, f"cat /proc/sys/kernel/random/boot_id && pidof {daemon}", 10)
    return said.text if said.code == 0 else ""


for name, about in {
    "corosync": "the node leaves the cluster without a word",
    "dlm_controld": "the locks of the node's file systems are orphaned",
    "lvmlockd": "the locks of the node's volumes are orphaned",
    "pacemakerd": "the rest of Pacemaker runs on until systemd starts it again",
    "pacemaker-controld": "the node's controller is started again by pacemakerd",
}.items():
    scenario(f"killed-{name}", f"{name} is killed: {about}")(functools.partial(killed, daemon=name))
