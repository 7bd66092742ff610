"""What a scenario has in its hands, and what must hold after every one of them."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from . import sound
from .description import Cluster, Guest, Node
from .lab import Failed, Lab
from .probe import State, location, state, unrest
from .shell import say
from .witness import Witnesses

# How long a cluster may take until it is whole again after anything: a boot, a resync, and the guests, on slow kernels.
REST_S = 420
# What Pacemaker says when it stops or starts something (pacemaker-controld; "of" is left out since 2.1).
OPERATION = re.compile(r"Result of (start|stop|demote|promote|migrate_to|migrate_from) operation for (\S+?)(?::\d+)? on (\S+)?: (\S+)")


@dataclass
class Bench:
    """One scenario's view of the lab. `touched` is the nodes that may be restarted, and things on them; `moved` the
    resources that may start or stop anywhere."""

    lab: Lab
    witnesses: Witnesses
    began: float = field(default_factory=time.time)
    touched: set[str] = field(default_factory=set)
    moved: set[str] = field(default_factory=set)
    figures: dict[str, float | int | str] = field(default_factory=dict)
    boots: dict[str, str] = field(default_factory=dict)

    @property
    def cluster(self) -> Cluster:
        """The description."""
        return self.lab.cluster

    @property
    def nodes(self) -> tuple[Node, Node]:
        """Both nodes."""
        return self.lab.cluster.nodes

    # --- steps ---

    def note(self, text: str) -> None:
        """Progress, with the seconds since the scenario began."""
        say(f"    {time.time() - self.began:6.1f} s  {text}")

    def figure(self, name: str, value: float | int | str) -> None:
        """A figure for the table; seconds to a tenth."""
        self.figures[name] = round(value, 1) if isinstance(value, float) else value
        self.note(f"{name}: {self.figures[name]}")

    def fresh(self) -> None:
        """Blank machines: nothing that was acknowledged before is on them, and anything may happen to them."""
        self.lab.fresh()
        self.witnesses.forget()
        self.touched |= {node.name for node in self.nodes}

    def touch(self, node: Node) -> None:
        """From here on this node may lose what runs on it."""
        self.touched.add(node.name)

    def where(self, guest: Guest) -> Node:
        """The node that a guest runs on."""
        return location(self.lab, guest)

    def state(self, node: Node) -> State | None:
        """What a node says."""
        return state(self.lab, node)

    def wait(self, what: str, seconds: float, holds: Callable[[], object], every: float = 1.0) -> float:
        """Polls; see Lab.wait."""
        return self.lab.wait(what, seconds, holds, every)

    def rest(self, seconds: float = REST_S, nodes: tuple[Node, ...] | None = None) -> float:
        """Waits until the cluster is whole and at rest: after how many seconds. Says what it still waits for."""
        began, said = time.time(), ""
        while reason := unrest(self.lab, nodes):
            if reason != said:
                self.note(f"not yet: {reason}")
                said = reason
            if time.time() - began > seconds:
                raise Failed(f"not at rest after {seconds:.0f} s: {reason}")
            time.sleep(2)
        return time.time() - began

    def write_again(self, seconds: float = 60) -> None:
        """Waits until the writers of both nodes have written something new on every file system."""
        since = time.time()

        def writes(node: Node) -> bool:
            now = time.time()
            return self.witnesses.freeze(node, since, now) < now - since

        for node in self.nodes:
            self.wait(f"{node.name} to write", seconds, lambda: writes(node), 0.5)

    def fenced(self, node: Node, seconds: float, since: float | None = None) -> float:
        """Waits until a node's power was cut through its BMC: how many seconds after `since` (the scenario's begin)."""
        since = self.began if since is None else since
        self.wait(f"{node.name} to be fenced", seconds, lambda: self.lab.fenced(node, since), 0.2)
        at = self.lab.fenced(node, since)
        assert at is not None
        return at - since

    # --- what must hold ---

    def part(self) -> "Bench":
        """A part of the scenario with its own beginning, touched nodes and moved resources, and the scenario's figures."""
        part = Bench(self.lab, self.witnesses, figures=self.figures)
        part.remember()
        return part

    def remember(self) -> None:
        """Which boot each node is in, before anything is done."""
        self.boots = {node.name: self._boot(node) for node in self.nodes}

    def _boot(self, node: Node) -> str:
        return self.lab.on(node, "cat /proc/sys/kernel/random/boot_id").strip()

    def holds(self) -> None:
        """What must hold at the end of every scenario, whatever it was."""
        self.witnesses.check()
        self.spared()
        left = self.lab.on(self.nodes[0], "cibadmin -Q -o constraints | grep -c drbd-fence-by-handler || true").strip()
        if left != "0":
            raise Failed(f"{left} constraints of the fence handler are left")
        sound.check(self.lab)
        self._verified()

    def spared(self) -> None:
        """What must hold of the nodes that nothing was done to: neither they nor anything on them was restarted."""
        for node in self.nodes:
            if node.name not in self.touched and self._boot(node) != self.boots[node.name]:
                raise Failed(f"{node.name} was restarted, and should not have been")
            self._no_split_brain(node)
            self._nothing_restarted(node)

    def not_fenced(self, since: float) -> None:
        """No node was fenced since then, touched or not."""
        for node in self.nodes:
            if self.lab.fenced(node, since) is not None:
                raise Failed(f"{node.name} was fenced, and there was no reason")

    def _verified(self) -> None:
        answer = self.lab.script("verify.sh", timeout=300)
        if answer.code != 0:
            raise Failed(f"verify.sh is not content ({answer.code}):\n" + "\n".join(
                f"    {line}" for line in answer.text.splitlines() if not line.startswith("ok")))

    def _no_split_brain(self, node: Node) -> None:
        log = self.lab.on(node, f"journalctl --no-pager -q -k --since @{int(self.began)} | grep -i 'split-brain detected' || true")
        if log.strip():
            raise Failed(f"{node.name}: split brain: {log.strip().splitlines()[0]}")

    def operations(self, node: Node) -> list[tuple[str, str]]:
        """What Pacemaker has done on a node since the scenario began: operation and resource."""
        log = self.lab.on(node, f"journalctl --no-pager -q -t pacemaker-controld --since @{int(self.began)} -o cat || true")
        return [(found[1], found[2]) for found in map(OPERATION.search, log.splitlines()) if found]

    def carrying(self) -> set[str]:
        """Pacemaker's resources that data hangs on: guests, file systems, disks, locks; all but the fence devices."""
        names = {f"vm-{guest.name}" for guest in self.cluster.guests} | {"dlm", "lvmlockd"}
        for filesystem in self.cluster.filesystems:
            names |= {f"fs-{filesystem.name}", f"lv-{filesystem.name}"}
        return names | {f"drbd-{resource}" for resource in self.cluster.resources}

    def _nothing_restarted(self, node: Node) -> None:
        """Guests, file systems and locks of a node that nothing was done to are not stopped."""
        if node.name in self.touched:
            return
        kept = self.carrying() - self.moved
        stopped = [f"{did} {what}" for did, what in self.operations(node) if did in ("stop", "demote") and what in kept]
        if stopped:
            raise Failed(f"{node.name} is healthy, and there was stopped: {', '.join(stopped)}")


@dataclass(frozen=True)
class Scenario:
    """One thing to try. `core`: runs in the project's own CI; `needs_cluster`: it begins with a whole cluster, else with blank
    machines that are off."""

    name: str
    about: str
    play: Callable[[Bench], None]
    core: bool = False
    needs_cluster: bool = True


SCENARIOS: list[Scenario] = []


def scenario(name: str, about: str, core: bool = False, needs_cluster: bool = True) -> Callable[[Callable[[Bench], None]], Callable[[Bench], None]]:
    """Puts a function into the list, which is in the order in which they run."""
    def add(play: Callable[[Bench], None]) -> Callable[[Bench], None]:
        SCENARIOS.append(Scenario(name, about, play, core, needs_cluster))
        return play

    return add
