"""A bootstrap that is cut off again and again: after every step once, and continued each time."""

import re
import time

from ..bench import Bench, scenario
from ..description import Node
from ..lab import Failed
from ..shell import tail
from .making import FIRST_TIME, furnish, start

# A step of a node that is done, and a script of cluster/ that begins.
STEP = re.compile(r"^(\S+): == (.+?): done$|^(\S+): == (\d\d-\S+\.sh)$")
# For how long the management link is cut: shorter than what ssh takes for a dead node.
LINK_S = 20
# How long a step may go on on its node when nobody listens any more.
ORPHAN_S = 900
# What still runs of a step or script whose caller is gone. The brackets keep the search from finding itself.
BUSY = "! flock -n /run/gfs2gen.lock true || pgrep -f '[/]var/lib/gfs2gen/tree/cluster/'"


class Saboteur:
    """Watches a bootstrap and strikes at each step that it has not seen before, in turn: the program is killed; it is killed and
    the step's node is reset; the node's management link is cut for a while, and the program goes on."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.seen: list[str] = []
        self.struck = False
        self.reset: Node | None = None

    def __call__(self, line: str) -> bool:
        """Whether the program is to be killed at this line of its output."""
        found = STEP.match(line.rstrip())
        step = found and (found[2] or found[4])
        if not found or not step or step in self.seen:
            return False
        node = self.bench.cluster.node(found[1] or found[3])
        kind = len(self.seen) % 3
        self.seen.append(step)
        self.struck = True
        self.bench.note(f"{node.name}, {step}: {('killed', 'killed, and the node is reset', 'the management link is cut')[kind]}")
        if kind == 2:
            self._cut(node)
        elif kind == 1:
            self.reset = node
        return kind != 2

    def _cut(self, node: Node) -> None:
        self.bench.lab.link(node, "management", "cut")
        time.sleep(LINK_S)
        self.bench.lab.link(node, "management", "heal")

    def aftermath(self) -> None:
        """After the program has ended: the reset, and what a person waits for before the next try."""
        if self.reset is not None:
            self.bench.lab.power(self.reset, "reset")
            self.bench.lab.answers(self.reset)
            node, self.reset = self.reset, None
            self.bench.wait(f"{node.name} to be back in the cluster, if there is one", 300, lambda: is_back(self.bench, node))
        for node in self.bench.nodes:
            self.bench.lab.answers(node)
            self.bench.wait(f"{node.name} to end what was cut off", ORPHAN_S, lambda: self.bench.lab.ask(node, BUSY, 30).code == 1)
        self.struck = False


def is_back(bench: Bench, node: Node) -> bool:
    """Whether the other node has it in the cluster again (where it was, it may first be fenced), or runs none."""
    if bench.lab.ask(node, "true", 10).code != 0:
        return False
    said = bench.state(bench.cluster.other(node.name))
    if said is None or node.name not in said.members:
        return True
    return said.members[node.name].online and not said.members[node.name].unclean


@scenario("cut-everywhere", "the bootstrap of fresh machines is cut off after every step, and run again", needs_cluster=False)
def cut_everywhere(bench: Bench) -> None:
    """Whatever a run was cut off by, the next one goes on from there; a run that nothing was done to ends well. Nothing is
    asked of the person but to run the same command again."""
    start(bench)
    saboteur, runs, began = Saboteur(bench), 0, time.time()
    while True:
        runs += 1
        answer = bench.lab.script("bootstrap.sh", *FIRST_TIME, log="bootstrap-cut.sh", stop=saboteur)
        if answer.code == 0:
            break
        if not saboteur.struck:
            raise Failed(f"bootstrap.sh could not go on (after {saboteur.seen[-1:]}): {answer.code}\n{tail(answer.text, 25)}")
        saboteur.aftermath()
    bench.figure("cuts", len(saboteur.seen))
    bench.figure("runs", runs)
    bench.figure("took s", time.time() - began)
    furnish(bench)
