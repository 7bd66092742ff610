"""What people do on purpose: migrate, standby, shut down, start."""

import shlex
import time

from ..bench import Bench, scenario
from ..description import Guest, Node
from ..guests import writes_after
from ..lab import Failed
from .common import SILENCE_S


def migrate(bench: Bench, guest: Guest, target: Node, tag: str) -> None:
    """A guest moves while it runs: it is pinged and writes all the time, and does not start anew."""
    source = bench.where(guest)
    bench.moved.add(f"vm-{guest.name}")
    event = time.time()
    resource = shlex.quote(f"vm-{guest.name}")
    bench.lab.on(source, f"pcs resource move {resource} {shlex.quote(target.name)} 2>&1", 400)
    bench.wait(f"{guest.name} on {target.name}", 300, lambda: arrived(bench, guest, target))
    bench.figure(f"{tag} s", migration_s(bench, guest, source, event))
    time.sleep(3)
    undisturbed(bench, guest, event, tag)


def arrived(bench: Bench, guest: Guest, target: Node) -> bool:
    """Whether a guest runs on that node and on no other, as libvirt says on both."""
    said = {node.name: bench.state(node) for node in bench.nodes}
    return all(s is not None and (guest.name in s.guests) == (name == target.name) for name, s in said.items())


def migration_s(bench: Bench, guest: Guest, source: Node, since: float) -> float:
    """How long the migration itself took, from the agent's first word to its last, as the source's log has it."""
    log = bench.lab.on(source, f"journalctl --no-pager -q --since @{int(since)} -o short-unix -g 'live migration' || true")
    times = [float(line.split()[0]) for line in log.splitlines() if guest.name in line and line.split()[0].replace(".", "").isdigit()]
    if len(times) < 2:
        raise Failed(f"{source.name} has nothing in its log of a live migration of {guest.name}:\n{log}")
    return times[-1] - times[0]


def undisturbed(bench: Bench, guest: Guest, since: float, tag: str) -> None:
    """Since then a guest was hardly silent, lost no write, and was not started anew."""
    pings, writes = bench.witnesses.guest_window(guest, since - 1, time.time())
    bench.figure(f"{tag}: pings lost", pings.lost)
    bench.figure(f"{tag}: longest silence s", pings.silence.length)
    bench.figure(f"{tag}: longest write gap s", writes.gap.length)
    if writes.backwards or writes.errors or writes.restarts:
        raise Failed(f"{guest.name}: writes {writes}")
    if pings.silence.length > SILENCE_S:
        raise Failed(f"{guest.name} was silent for {pings.silence.length:.1f} s")


@scenario("ten-steps", "the ten steps of the original: migrate, shut the old node down, bring it back, migrate back", core=True)
def ten_steps(bench: Bench) -> None:
    """Steps 1 to 5 are the bootstrap, looked at again here; the guest is pinged from outside all the time."""
    guest = bench.cluster.guests[0]
    first = bench.where(guest)
    second = bench.cluster.other(first.name)
    layers(bench)
    migrate(bench, guest, second, "6 migration")
    bench.touch(first)
    event = time.time()
    bench.figure("8 shutdown s", shut_down(bench, first))
    bench.rest(120, (second,))
    undisturbed(bench, guest, event, "8 alone")
    if bench.lab.fenced(first, event) is not None:
        raise Failed(f"{first.name} was shut down in order, and was fenced")
    event = time.time()
    bench.lab.power(first, "on")
    bench.rest()
    bench.figure("9 dual-primary again s", time.time() - event)
    undisturbed(bench, guest, event, "9 return")
    bench.witnesses.start_on(first)
    migrate(bench, guest, first, "10 migration back")
    writes_after(bench.lab, bench.witnesses, guest, time.time(), 20)
    bench.rest()


def shut_down(bench: Bench, node: Node) -> float:
    """A node's orderly way to off, as its power button starts it: after how many seconds it is off."""
    bench.lab.ask(node, "systemctl --no-block poweroff", 30)
    return bench.wait(f"{node.name} to be off", 420, lambda: not bench.lab.is_on(node))


def layers(bench: Bench) -> None:
    """Step 4: every layer is looked at with its own command, on both nodes."""
    for node in bench.nodes:
        for filesystem in bench.cluster.filesystems:
            kind = bench.lab.on(node, f"findmnt -n -o FSTYPE -M {shlex.quote(filesystem.mount)}").strip()
            if kind != "gfs2":
                raise Failed(f"{node.name}: {filesystem.mount} is {kind}")
        shared = bench.lab.on(node, "vgs --noheadings -o vg_attr; pvs; lvs").split()[0]
        if shared[5] not in "sc":
            raise Failed(f"{node.name}: the volume group is not shared: {shared}")
