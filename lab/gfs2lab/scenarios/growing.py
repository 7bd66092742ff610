"""The cluster grows while it is used: a file system, its journals, one more file system, one more guest.

Nothing that runs is stopped for it. What follows a change of the description is the same bootstrap.sh as ever, which finds what
is there and makes what is not.
"""

import re
import shlex
import time

from .. import backing, runbook, seed
from ..bench import Bench, scenario
from ..description import SMALL, Filesystem, Node
from ..guests import install
from ..lab import Failed
from .common import went_on
from .making import bootstrap, nothing_done
from .sharing import two_writers

# Four scenarios make a disk larger; each takes its part of the room.
STEP = seed.ROOM // 4
# The name of what is added, and the address of the guest.
ADDED, MAC = "added", "52:54:00:77:03:01"
# A step of bootstrap.sh that has work to do for one thing.
DOING = re.compile(r"== ([\w-]+) (\S+): doing")


def enlarge(bench: Bench, resource: str) -> None:
    """The disks under a resource become larger on both nodes, while DRBD runs."""
    for node in bench.nodes:
        backing.enlarge(bench.lab, node, resource, STEP)


def device(bench: Bench, node: Node, filesystem: Filesystem) -> str:
    """The device that is mounted there."""
    return bench.lab.on(node, f"findmnt -n -o SOURCE -M {shlex.quote(filesystem.mount)}").strip()


def journals(bench: Bench, node: Node, filesystem: Filesystem) -> int:
    """How many journals a node sees."""
    source = shlex.quote(device(bench, node, filesystem))
    return int(bench.lab.on(node, f"gfs2_edit -p journals {source} | grep -c '^journal[0-9]' || true"))


def resource_of(data: dict, filesystem: Filesystem) -> dict:
    """A file system's entry of the description's `storage`."""
    return next(storage for storage in data["storage"] if storage["name"] == filesystem.resource)


def write_sizes(bench: Bench, data: dict, filesystem: Filesystem) -> dict:
    """Writes into the description what the disk under a file system and its volume have now, and returns the disk's entry."""
    first, storage = bench.nodes[0], resource_of(data, filesystem)
    if "size" in storage:
        storage["size"] = f"{backing.size(bench.lab, first, filesystem.resource) >> 20}MiB"
    volume = int(bench.lab.on(first, f"blockdev --getsize64 {shlex.quote(device(bench, first, filesystem))}"))
    entry_of(data, filesystem)["size"] = f"{volume >> 20}MiB"
    return storage


def entry_of(data: dict, filesystem: Filesystem) -> dict:
    """A file system's own entry."""
    return next(entry for entry in resource_of(data, filesystem)["filesystems"] if entry["name"] == filesystem.name)


@scenario("grow", "a file system grows while it is used, as RUNBOOK.md says")
def grow(bench: Bench) -> None:
    """The disks first, which become larger as a volume of a storage box does; then the runbook's lines, from DRBD upwards. Both
    nodes see the new size, and no write waits for long."""
    def size(node: Node) -> int:
        return int(bench.lab.on(node, f"df -B1 --output=size {shlex.quote(filesystem.mount)} | tail -n 1"))

    filesystem = bench.cluster.filesystems[0]
    before, event = size(bench.nodes[0]), time.time()
    enlarge(bench, filesystem.resource)
    runbook.play(bench.lab, runbook.commands(bench.lab, "Grow a filesystem")[0], bench.nodes[0])
    for node in bench.nodes:
        # All but the new part's own administration.
        bench.wait(f"{node.name} to see the new size", 60, lambda: size(node) > before + STEP * 3 // 4)
    bench.figure("larger s", time.time() - event)
    bench.figure("MiB before", before >> 20)
    bench.figure("MiB after", size(bench.nodes[0]) >> 20)
    bench.rest()
    bench.write_again()
    went_on(bench, event, "growing", bench.nodes)
    bench.lab.rebuild(lambda data: write_sizes(bench, data, filesystem))
    nothing_done(bootstrap(bench))


@scenario("add-journals", "a file system gets one more journal while it is used, as RUNBOOK.md says")
def add_journals(bench: Bench) -> None:
    """Both nodes see it, and after the description says so, too, bootstrap.sh has nothing to do and verify.sh is content."""
    def change(data: dict) -> None:
        entry_of(data, filesystem)["journals"] = wanted

    filesystem, event = bench.cluster.filesystems[0], time.time()
    wanted = journals(bench, bench.nodes[0], filesystem) + 1
    runbook.play(bench.lab, runbook.commands(bench.lab, "Add a journal")[0], bench.nodes[0])
    for node in bench.nodes:
        bench.wait(f"{node.name} to see {wanted} journals", 60, lambda: journals(bench, node, filesystem) == wanted)
    bench.figure("journals", wanted)
    bench.write_again()
    went_on(bench, event, "adding", bench.nodes)
    bench.lab.rebuild(change)
    nothing_done(bootstrap(bench))


def only_for_the_added(text: str) -> None:
    """Whether bootstrap.sh has worked on nothing that was there before."""
    others = [f"{step} {what}" for step, what in DOING.findall(text) if what != ADDED]
    if others or not text.rstrip().endswith("gfs2gen: changed"):
        raise Failed(f"bootstrap.sh worked on what was there already, or says that it did nothing: {others}\n{text[-500:]}")


@scenario("add-filesystem", "the description gets one more file system; bootstrap.sh makes it on the running cluster")
def add_filesystem(bench: Bench) -> None:
    """In the same volume group, on disks that have grown; nothing else is touched, and both nodes count in the new one, too."""
    last = bench.cluster.filesystems[-1]
    minor, first = bench.cluster.minors[last.resource], bench.nodes[0]

    def change(data: dict) -> None:
        # Only the last one may take what is left; the one before keeps what it has.
        write_sizes(bench, data, last)["filesystems"].append({"name": ADDED, "mount": f"/srv/{ADDED}"})

    event = time.time()
    enlarge(bench, last.resource)
    bench.lab.on(first, f"drbdadm resize {shlex.quote(last.resource)} && pvresize /dev/drbd{minor} 2>&1", 120)
    bench.lab.rebuild(change)
    only_for_the_added(bootstrap(bench))
    bench.rest()
    bench.figure("made s", time.time() - event)
    for node in bench.nodes:
        bench.witnesses.start_on(node)
    bench.write_again()
    went_on(bench, event, "adding", ())
    two_writers(bench)


@scenario("add-guest", "the description gets one more guest; bootstrap.sh makes it on the running cluster")
def add_guest(bench: Bench) -> None:
    """The others do not notice, and the new one runs, writes and is watched like them."""
    disk = {"filesystem": bench.cluster.filesystems[-1].name, "file": f"{ADDED}.raw", "size": "256MiB"}
    guest = SMALL | {"name": ADDED, "disks": [disk], "network": {"bridge": bench.cluster.guests[0].bridge, "mac": MAC}}
    event = time.time()
    bench.lab.rebuild(lambda data: data["vms"].append(guest))
    only_for_the_added(bootstrap(bench))
    bench.rest()
    bench.figure("made s", time.time() - event)
    went_on(bench, event, "adding", bench.nodes, but=ADDED)
    new = next(guest for guest in bench.cluster.guests if guest.name == ADDED)
    bench.witnesses.watch(new)
    bench.figure("writes s", install(bench.lab, bench.witnesses, [new]))
