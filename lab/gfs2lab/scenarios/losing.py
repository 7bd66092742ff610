"""Losing something without warning: a node, a link, both."""

import time

from ..bench import Bench, scenario
from ..description import Guest, Node
from ..guests import writes_after
from ..lab import Failed
from .planned import migrate

# What a resolved cut may take beyond the token and the fencing itself.
MARGIN_S = 10


def recover(bench: Bench, lost: Node, event: float) -> None:
    """Waits until the node is back and everything is whole; its writers are started again."""
    bench.rest()
    bench.figure("whole again s", time.time() - event)
    bench.witnesses.start_on(lost)


def guests_on(bench: Bench, node: Node) -> list[Guest]:
    """The guests that run on a node."""
    return [guest for guest in bench.cluster.guests if bench.where(guest).name == node.name]


def crash(bench: Bench, lost: Node, expect_guests: bool) -> None:
    """A node loses power: it is fenced, its guests start on the other, which stays as it was."""
    guests = guests_on(bench, lost)
    if bool(guests) != expect_guests:
        raise Failed(f"{lost.name} has {len(guests)} guests")
    survivor = bench.cluster.other(lost.name)
    bench.touch(lost)
    bench.moved |= {f"vm-{guest.name}" for guest in guests}
    event = time.time()
    bench.lab.power(lost, "off")
    bench.figure("fenced s", bench.fenced(lost, 180, event))
    for guest in guests:
        bench.figure(f"{guest.name} writes again s", writes_after(bench.lab, bench.witnesses, guest, event + 2, 300) + 2)
    recover(bench, lost, event)
    frozen = bench.witnesses.freeze(survivor, event - 2, time.time())
    bench.figure("freeze s", frozen)
    bench.figure("budget s", bench.cluster.budget_s)
    if frozen > bench.cluster.budget_s:
        raise Failed(f"{survivor.name} wrote nothing for {frozen:.1f} s, longer than the budget of {bench.cluster.budget_s} s")
    for guest in bench.cluster.guests:
        pings, _ = bench.witnesses.guest_window(guest, event - 2, time.time())
        bench.figure(f"{guest.name} silent s", pings.silence.length)
        if guest not in guests and pings.silence.length > MARGIN_S:
            raise Failed(f"{guest.name} ran on the healthy node and was silent for {pings.silence.length:.1f} s")


@scenario("node-crash", "the node that runs a guest loses power", core=True)
def crash_with_guest(bench: Bench) -> None:
    """The guest is the first one's."""
    crash(bench, bench.where(bench.cluster.guests[0]), True)


@scenario("replication-cut", "the replication link is cut, with a guest on the side that wins and on the side that loses", core=True)
def replication_cut(bench: Bench) -> None:
    """Who wins is not left to chance, so the guest is brought to the side on which it has not been."""
    guest, seen = bench.cluster.guests[0], set()
    loser: Node | None = None
    for attempt in range(1, 4):
        if loser is not None and (bench.where(guest).name == loser.name) in seen:
            migrate(bench, guest, bench.cluster.other(bench.where(guest).name), f"{attempt} migration")
        place = bench.where(guest)
        loser = cut(bench, [bench.cluster.replication[bench.cluster.resources[0]]], f"{attempt}")
        seen.add(place.name == loser.name)
        if len(seen) == 2:
            return
    raise Failed("the guest was on the same side in three cuts")


@scenario("cluster-cut", "the first cluster link is cut and healed")
def cluster_cut(bench: Bench) -> None:
    """Where corosync has no other link one side is fenced; where it has one, nobody notices."""
    first, *more = bench.cluster.links
    if more:
        unnoticed(bench, first)
    else:
        cut(bench, [first], "")


def unnoticed(bench: Bench, network: str) -> None:
    """A link with a second beside it is cut: nothing stops and nobody is fenced."""
    event = time.time()
    bench.lab.link(bench.nodes[1], network, "cut")
    time.sleep(4 * bench.cluster.token_s)
    bench.lab.link(bench.nodes[1], network, "heal")
    for node in bench.nodes:
        frozen = bench.witnesses.freeze(node, event, time.time())
        bench.figure(f"{node.name} freeze s", frozen)
        if bench.lab.fenced(node, event) is not None or frozen > MARGIN_S:
            raise Failed(f"{node.name} was fenced or wrote nothing for {frozen:.1f} s, though a link was left")
    bench.rest()


def cut(bench: Bench, networks: list[str], tag: str) -> Node:
    """Cuts networks between the nodes, waits for the fencing, heals them, and returns the node that was fenced."""
    lab, nodes = bench.lab, bench.nodes
    places = {guest.name: bench.where(guest) for guest in bench.cluster.guests}
    event = time.time()
    for network in networks:
        lab.link(nodes[1], network, "cut")
    bench.note(f"{', '.join(networks)} cut; guests on {', '.join(f'{g}: {n.name}' for g, n in places.items())}")
    lab.wait("one side to be fenced", 400, lambda: any(lab.fenced(node, event) for node in nodes), 0.2)
    time.sleep(2)
    lost = [node for node in nodes if lab.fenced(node, event)]
    if len(lost) != 1:
        raise Failed("both sides were fenced")
    loser, winner = lost[0], bench.cluster.other(lost[0].name)
    bench.touch(loser)
    bench.moved |= {f"vm-{guest}" for guest, node in places.items() if node.name == loser.name}
    off = bench.fenced(loser, 1, event)
    bench.figure(f"fenced {tag} s", off)
    lab.wait(f"{winner.name} to write", 120, lambda: bench.witnesses.freeze(winner, event - 1, time.time()) < time.time() - event - 1, 0.5)
    time.sleep(5)
    for network in networks:
        lab.link(nodes[1], network, "heal")
    judge(bench, winner, loser, event, tag)
    for guest in bench.cluster.guests:
        if places[guest.name].name == loser.name:
            bench.figure(f"{guest.name} writes again {tag} s", writes_after(lab, bench.witnesses, guest, event + off, 300) + off)
    recover(bench, loser, event)
    return loser


def judge(bench: Bench, winner: Node, loser: Node, event: float, tag: str) -> None:
    """The cut is resolved when the winner writes again: within token, fencing and ten seconds."""
    log = bench.lab.on(winner, f"journalctl --no-pager -q -t pacemaker-fenced --since @{int(event)} -o short-unix || true")
    asked = [float(line.split()[0]) for line in log.splitlines() if "Requesting peer fencing" in line]
    done = [float(line.split()[0]) for line in log.splitlines() if "Operation 'reboot'" in line and ": OK" in line]
    fencing = max(done) - min(asked) if asked and done else 0.0
    frozen = bench.witnesses.freeze(winner, event - 1, time.time())
    limit = bench.cluster.token_s + fencing + MARGIN_S
    bench.figure(f"fencing {tag} s", fencing)
    bench.figure(f"freeze {tag} s", frozen)
    if frozen > limit:
        raise Failed(f"{winner.name} wrote nothing for {frozen:.1f} s; token, fencing and {MARGIN_S} s are {limit:.1f} s")
