"""Both nodes in one file system at once."""

import json
import shlex
import time
from concurrent.futures import ThreadPoolExecutor

from ..bench import Bench, scenario
from ..description import Filesystem, Node
from ..lab import Failed
from ..witness import HERE

# How often each node counts.
COUNT = 150


@scenario("two-writers", "both nodes count in one file under a lock, and read what the other one writes", core=True)
def two_writers(bench: Bench) -> None:
    """On every file system: the counter is the sum of both, and no block is wrong or torn."""
    for node in bench.nodes:
        bench.lab.put(node, HERE.parent / "node/contend.py", "/var/lib/gfs2lab/contend.py")
    for filesystem in bench.cluster.filesystems:
        contend(bench, filesystem)


def contend(bench: Bench, filesystem: Filesystem) -> None:
    """One file system."""
    folder = f"{filesystem.mount}/gfs2lab-contend-{int(time.time())}"

    def one(node: Node) -> dict:
        words = ["python3", "/var/lib/gfs2lab/contend.py", folder, node.name, bench.cluster.other(node.name).name, str(COUNT)]
        return json.loads(bench.lab.on(node, shlex.join(words), 400))

    with ThreadPoolExecutor() as pool:
        said = list(pool.map(one, bench.nodes))
    counted = int(bench.lab.on(bench.nodes[1], f"cat {shlex.quote(folder)}/counter"))
    if counted != 2 * COUNT or any(one["wrong"] for one in said):
        raise Failed(f"{filesystem.mount}: counted {counted} of {2 * COUNT}, wrong blocks {[one['wrong'] for one in said]}")
    seconds = max(one["seconds"] for one in said)
    bench.figure(f"{filesystem.name}: locked steps per s", counted / seconds)
    bench.lab.on(bench.nodes[0], f"rm -rf {shlex.quote(folder)}")
