"""The description changes, and the running cluster follows by the script of `gfs2gen plan`, while its guests run.

As its user does it: edit, build, plan from the tree that runs to the new one, read the plan, run the script.
"""

import shlex
import shutil
import time
from collections.abc import Callable

from .. import backing
from ..bench import Bench, scenario
from ..description import SMALL, Filesystem, Node
from ..guests import install
from ..lab import Answer, Failed
from ..shell import run, tail
from .common import went_on
from .growing import STEP, enlarge, entry_of, journals, resource_of, write_sizes
from .sharing import two_writers

# What is added, and the address of the guest.
PLANNED, MAC = "planned", "52:54:00:77:03:02"
# How many bytes a file system grows by, on a disk that grew by more.
GROWS = STEP // 2


def follow(bench: Bench, edit: Callable[[dict], object]) -> None:
    """Makes one change: its plan says what is to do, and its script does it once."""
    lab = bench.lab
    old = lab.folder / "tree-before"
    shutil.rmtree(old, ignore_errors=True)
    shutil.copytree(lab.tree, old)
    lab.rebuild(edit)
    if (old / "MANIFEST.json").read_bytes() == (lab.tree / "MANIFEST.json").read_bytes():
        bench.note("the description said so already")
        return
    script = lab.folder / "change.sh"
    script.write_text(run(lab.compiler, "plan", old, lab.tree, "--format", "script"))
    ends_with(changes(bench, "--plan"), "would change")
    event = time.time()
    ends_with(changes(bench), "changed")
    bench.figure("changed s", time.time() - event)
    ends_with(changes(bench), "unchanged")
    bench.rest()


def changes(bench: Bench, *words: str) -> Answer:
    """Runs the script of a plan from outside."""
    return bench.lab.outside(["bash", str(bench.lab.folder / "change.sh"), str(bench.lab.tree), *words], "change.sh")


def ends_with(answer: Answer, said: str) -> None:
    """Whether a script came to this good end."""
    if answer.code != 0 or not answer.text.rstrip().endswith(f"gfs2gen: {said}"):
        raise Failed(f"change.sh does not end with `{said}` but with {answer.code}:\n{tail(answer.text, 25)}")


@scenario("plan-options", "a file system gets another mount option, by the script of `gfs2gen plan`")
def plan_options(bench: Bench) -> None:
    """Remounted on both nodes, while guests and writers use it."""
    filesystem, event = bench.cluster.filesystems[0], time.time()
    # Another one than there is, also where this was played before.
    seconds = next(value for value in (20, 40) if all(f"commit={value}" not in options(bench, node, filesystem) for node in bench.nodes))
    follow(bench, lambda data: entry_of(data, filesystem).update(options=["noatime", f"commit={seconds}"]))
    for node in bench.nodes:
        if f"commit={seconds}" not in (mounted := options(bench, node, filesystem)):
            raise Failed(f"{node.name}: {filesystem.mount} is mounted with {mounted.strip()}")
    went_on(bench, event, "changing", bench.nodes)


def options(bench: Bench, node: Node, filesystem: Filesystem) -> str:
    """How a node has mounted a file system."""
    return bench.lab.on(node, f"findmnt -n -o OPTIONS -M {shlex.quote(filesystem.mount)}")


@scenario("plan-grow", "a disk, its file system and its journals grow, by the script of `gfs2gen plan`")
def plan_grow(bench: Bench) -> None:
    """The disk is larger, as a volume of a storage box becomes; everything above it is the script's."""
    filesystem = bench.cluster.filesystems[0]

    def edit(data: dict) -> None:
        entry = entry_of(data, filesystem)
        resource_of(data, filesystem)["size"] = disk(bench, filesystem)
        entry["size"] = f"{(int(entry['size'].removesuffix('MiB')) << 20) + GROWS >> 20}MiB"
        entry["journals"] = journals(bench, bench.nodes[0], filesystem) + 1

    event, before = sized(bench, filesystem), volume(bench, filesystem)
    enlarge(bench, filesystem.resource)
    follow(bench, edit)
    if (after := volume(bench, filesystem)) < before + GROWS:
        raise Failed(f"{filesystem.name} has {after} bytes, and had {before}")
    went_on(bench, event, "changing", bench.nodes)


@scenario("plan-filesystem", "a disk grows for one more file system, by the script of `gfs2gen plan`")
def plan_filesystem(bench: Bench) -> None:
    """The others keep what they have; both nodes count in the new one."""
    last = bench.cluster.filesystems[-1]

    def edit(data: dict) -> None:
        storage = resource_of(data, last)
        storage["size"] = disk(bench, last)
        storage["filesystems"].append({"name": PLANNED, "mount": f"/srv/{PLANNED}"})

    event = sized(bench, last)
    enlarge(bench, last.resource)
    follow(bench, edit)
    for node in bench.nodes:
        bench.witnesses.start_on(node)
    bench.write_again()
    went_on(bench, event, "changing", ())
    two_writers(bench)


def sized(bench: Bench, filesystem: Filesystem) -> float:
    """What a disk and its volume have now is written into the description, so that a plan sees them grow: when this began."""
    event = time.time()

    def edit(data: dict) -> None:
        write_sizes(bench, data, filesystem)["size"] = disk(bench, filesystem)

    follow(bench, edit)
    return event


def disk(bench: Bench, filesystem: Filesystem) -> str:
    """The size of the disk under a file system, as a description has it."""
    return f"{backing.size(bench.lab, bench.nodes[0], filesystem.resource) >> 20}MiB"


def volume(bench: Bench, filesystem: Filesystem) -> int:
    """The bytes of a file system's volume."""
    return int(bench.lab.on(bench.nodes[0], f"blockdev --getsize64 {shlex.quote(filesystem.device)}"))


@scenario("plan-guest", "one more guest, by the script of `gfs2gen plan`")
def plan_guest(bench: Bench) -> None:
    """The others do not notice."""
    disk = {"filesystem": bench.cluster.filesystems[0].name, "file": f"{PLANNED}.raw", "size": "256MiB"}
    guest = SMALL | {"name": PLANNED, "disks": [disk], "network": {"bridge": bench.cluster.guests[0].bridge, "mac": MAC}}
    event = time.time()
    follow(bench, lambda data: data["vms"].append(guest))
    went_on(bench, event, "changing", bench.nodes, but=PLANNED)
    new = next(guest for guest in bench.cluster.guests if guest.name == PLANNED)
    bench.witnesses.watch(new)
    bench.figure("writes s", install(bench.lab, bench.witnesses, [new]))
