"""Making the cluster: from two fresh machines, and again."""

import time

from .. import listing
from ..bench import Bench, scenario
from ..guests import install
from ..lab import Failed
from ..shell import tail

# For new, blank disks, with nobody's word that fencing works.
FIRST_TIME = ("--prove-fencing", "--skip-initial-sync")


def start(bench: Bench) -> None:
    """Switches blank machines on, and takes down what is on them before anything is done."""
    bench.figure("boot s", bench.lab.boot())
    listing.keep(bench.lab)


def furnish(bench: Bench) -> None:
    """Waits until a new cluster is at rest, and puts onto it what writes all the time: writers and guests."""
    bench.figure("at rest s", bench.rest())
    for node in bench.nodes:
        bench.witnesses.start_on(node)
    bench.figure("guests write s", install(bench.lab, bench.witnesses, bench.cluster.guests))
    bench.rest()


def bootstrap(bench: Bench, *words: str) -> str:
    """Runs bootstrap.sh to its good end, and returns what it printed."""
    answer = bench.lab.script("bootstrap.sh", *words)
    if answer.code != 0:
        raise Failed(f"bootstrap.sh ended with {answer.code}:\n{tail(answer.text, 25)}")
    return answer.text


@scenario("bootstrap", "two fresh machines with blank disks become the cluster", core=True, needs_cluster=False)
def fresh(bench: Bench) -> None:
    """Nothing is on the machines but Debian and the secrets; every node is fenced once on the way."""
    start(bench)
    began = time.time()
    text = bootstrap(bench, *FIRST_TIME)
    bench.figure("bootstrap s", time.time() - began)
    if not text.rstrip().endswith("gfs2gen: changed"):
        raise Failed("bootstrap.sh does not say that it changed something")
    for node in bench.nodes:
        if bench.lab.fenced(node, began) is None:
            raise Failed(f"{node.name} was never fenced, though --prove-fencing was asked for")
    furnish(bench)


@scenario("again", "bootstrap.sh once more changes nothing", core=True)
def again(bench: Bench) -> None:
    """Every step finds its work done."""
    began = time.time()
    text = bootstrap(bench)
    bench.figure("bootstrap s", time.time() - began)
    nothing_done(text)


def nothing_done(text: str) -> None:
    """Whether bootstrap.sh says that it found everything done."""
    if not text.rstrip().endswith("gfs2gen: unchanged") or ": doing" in text:
        raise Failed(f"something was done again:\n{tail(text, 25)}")
