"""What several scenarios ask of guests and writers: that they go on."""

import time

from ..bench import Bench
from ..description import Node
from ..lab import Failed

# How long a guest may be silent through anything that is done in order.
SILENCE_S = 10
# How long a guest or a node's writer may wait for one write.
PAUSE_S = 30


def went_on(bench: Bench, since: float, tag: str, nodes: tuple[Node, ...], but: str = "") -> None:
    """Since then no guest was silent for long, was started anew, lost a write or saw one fail, and neither they nor the writers
    of these nodes paused for long; not asked of the guest `but`. The worst of all are the figures."""
    # Until the last ping is decided.
    time.sleep(2)
    now = time.time()
    seen = {guest.name: bench.witnesses.guest_window(guest, since - 1, now) for guest in bench.cluster.guests if guest.name != but}
    paused = {node.name: bench.witnesses.freeze(node, since - 1, now) for node in nodes}
    paused |= {name: writes.gap.length for name, (_, writes) in seen.items()}
    bench.figure(f"{tag}: longest silence s", max(pings.silence.length for pings, _ in seen.values()))
    bench.figure(f"{tag}: longest write gap s", max(paused.values()))
    for name, (pings, writes) in seen.items():
        if writes.backwards or writes.errors or writes.restarts:
            raise Failed(f"{name}: writes {writes}")
        if pings.silence.length > SILENCE_S:
            raise Failed(f"{name} was silent for {pings.silence.length:.1f} s")
    for name, seconds in paused.items():
        if seconds > PAUSE_S:
            raise Failed(f"{name} wrote nothing for {seconds:.1f} s")


def move_all(bench: Bench) -> None:
    """From here on guests may go from one node to the other."""
    bench.moved |= {f"vm-{guest.name}" for guest in bench.cluster.guests}
