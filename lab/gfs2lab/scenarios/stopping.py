"""Nodes that are taken out on purpose, each one and both: nobody is fenced, and guests do not notice, or are shut down in order."""

import time
from collections.abc import Callable

from .. import runbook
from ..bench import Bench, scenario
from ..description import Guest, Node
from ..guests import writes_after
from ..lab import Failed
from .common import move_all, went_on
from .losing import guests_on
from .planned import shut_down

Step = Callable[[Bench, Node], object]


def out_and_back(bench: Bench, out: Step, back: Step) -> None:
    """Each node in turn goes out and comes back, first the one with the first guest. Its guests migrate live to the other one,
    which goes on as if nothing were; nobody is fenced."""
    first = bench.where(bench.cluster.guests[0])
    for node in (first, bench.cluster.other(first.name)):
        part = bench.part()
        part.touch(node)
        # A guest with a preferred node also goes back.
        move_all(part)
        one_out_and_back(part, node, out, back)
        part.spared()
        bench.touch(node)


def one_out_and_back(part: Bench, node: Node, out: Step, back: Step) -> None:
    """The same for one node."""
    other, guests, event = part.cluster.other(node.name), guests_on(part, node), time.time()
    out(part, node)
    part.figure(f"{node.name} out s", time.time() - event)
    part.rest(120, (other,))
    migrated(part, guests, other)
    returns = time.time()
    back(part, node)
    part.rest()
    part.figure(f"{node.name} back s", time.time() - returns)
    part.witnesses.start_on(node)
    part.write_again()
    went_on(part, event, f"{node.name} out and back", (other,))
    part.not_fenced(event)


def migrated(part: Bench, guests: list[Guest], target: Node) -> None:
    """Each of these guests has come to the target by live migration."""
    did = part.operations(target)
    for guest in guests:
        if ("migrate_from", f"vm-{guest.name}") not in did:
            raise Failed(f"{guest.name} did not migrate to {target.name}, where Pacemaker did: {did}")


@scenario("stop-start", "the cluster services of each node are stopped and started, with guests on it")
def stop_start(bench: Bench) -> None:
    """`pcs cluster stop`, for which the machine stays up: guests migrate live before their node leaves."""
    out_and_back(bench, lambda part, node: part.lab.on(node, "pcs cluster stop 2>&1", 600),
                 lambda part, node: part.lab.on(node, "pcs cluster start 2>&1", 120))


@scenario("standby", "each node goes into standby and back as RUNBOOK.md says, with guests on it")
def standby(bench: Bench) -> None:
    """The commands are the runbook's, which takes the second node as its example."""
    def play(part: Bench, node: Node, block: int) -> None:
        blocks = runbook.commands(part.lab, "Take one node out, and back", exchanged=node == part.nodes[0])
        runbook.play(part.lab, blocks[block], part.cluster.other(node.name))

    out_and_back(bench, lambda part, node: play(part, node, 0), lambda part, node: play(part, node, 1))


@scenario("reboot", "each node is shut down in order and started again, with guests on it")
def reboot(bench: Bench) -> None:
    """Whoever turns a node off does not have to think of its guests first: they migrate while it shuts down."""
    out_and_back(bench, lambda part, node: shut_down(part, node), lambda part, node: part.lab.power(node, "on"))


@scenario("stop-all", "both nodes are shut down and started again as RUNBOOK.md says")
def stop_all(bench: Bench) -> None:
    """Guests are shut down in order, and nobody is fenced; on the way back everything starts by itself once the stop of all
    resources is taken back. What was acknowledged before is there."""
    event = time.time()
    for node in bench.nodes:
        bench.touch(node)
    stop, *off = runbook.commands(bench.lab, "Shut both nodes down")[0]
    runbook.play(bench.lab, [stop], bench.nodes[0], 900)
    everything_stopped(bench)
    for command in off:
        # The line ends with its node, and the connection with it.
        bench.lab.ask(command.node or bench.nodes[0], command.text, 240)
    for node in bench.nodes:
        bench.wait(f"{node.name} to be off", 240, lambda: not bench.lab.is_on(node))
    bench.figure("both off s", time.time() - event)
    returns = time.time()
    bench.figure("boot s", bench.lab.boot())
    # Where the cluster does not start at boot there is a block for that; the last one is for a node that stays alone.
    *start, unstop, _ = runbook.commands(bench.lab, "Start both nodes after both were off")
    for node in bench.nodes:
        for block in start:
            runbook.play(bench.lab, block, node)
    bench.wait("both nodes to be online", 300, lambda: both_online(bench))
    runbook.play(bench.lab, unstop, bench.nodes[0])
    bench.rest()
    for guest in bench.cluster.guests:
        writes_after(bench.lab, bench.witnesses, guest, returns, 300)
    bench.figure("whole again s", time.time() - returns)
    for node in bench.nodes:
        bench.witnesses.start_on(node)
    bench.write_again()
    bench.not_fenced(event)
    for guest in bench.cluster.guests:
        _, writes = bench.witnesses.guest_window(guest, event, time.time())
        if writes.backwards or writes.errors:
            raise Failed(f"{guest.name}: writes {writes}")


def everything_stopped(bench: Bench) -> None:
    """No guest runs and nothing is mounted any more, on either node."""
    for node in bench.nodes:
        said = bench.state(node)
        if said is None or said.mounts or said.guests or any(said.promoted.values()):
            raise Failed(f"{node.name} has not stopped everything: {said}")


def both_online(bench: Bench) -> bool:
    """Whether each node sees both online."""
    said = [bench.state(node) for node in bench.nodes]
    return all(s is not None and len(s.members) == 2 and all(member.online for member in s.members.values()) for s in said)
