"""What is looked at in the end, after everything else."""

import re
import shlex
import time

from ..bench import Bench, scenario
from ..description import Node
from ..lab import Failed
from ..shell import tail


@scenario("verify-run", "DRBD compares both sides of every resource, as the generated unit does every week")
def verify_run(bench: Bench) -> None:
    """After all that was done no block differs. The nodes' writers rest meanwhile, because a block that changes while it is
    under way may differ without harm; guests wait for each write and go on."""
    first = bench.nodes[0]
    for node in bench.nodes:
        bench.witnesses.stop_on(node)
        bench.lab.on(node, "sync", 120)
    for resource in bench.cluster.resources:
        event = time.time()
        bench.lab.on(first, f"systemctl start {shlex.quote(f'gfs2gen-verify-{resource}.service')}", 120)
        bench.wait(f"{resource} to be compared", 900, lambda: compared(bench, first, resource, event))
        bench.figure(f"{resource}: compared s", time.time() - event)
        for node in bench.nodes:
            blocks = out_of_sync(bench, node, resource)
            if blocks != 0:
                raise Failed(f"{node.name}: {resource} has {blocks} KiB that differ")
    for node in bench.nodes:
        bench.witnesses.start_on(node)
    bench.write_again()
    bench.rest()


def compared(bench: Bench, node: Node, resource: str, since: float) -> bool:
    """Whether a comparison has ended since then."""
    mark = f"drbd{bench.cluster.minors[resource]}: Online verify done"
    log = bench.lab.on(node, f"journalctl --no-pager -q -k --since @{int(since)} | grep 'Online verify' || true")
    return any(mark in " ".join(line.split()) for line in log.splitlines())


def out_of_sync(bench: Bench, node: Node, resource: str) -> int:
    """How many KiB of a resource a node knows to differ."""
    pattern = rf"^\s*{bench.cluster.minors[resource]}: cs:.*?oos:(\d+)"
    found = re.search(pattern, bench.lab.on(node, "cat /proc/drbd"), re.MULTILINE | re.DOTALL)
    if found is None:
        raise Failed(f"{node.name}: /proc/drbd says nothing of {resource}")
    return int(found[1])


@scenario("fsck", "the file systems are taken off the nodes and checked")
def fsck(bench: Bench) -> None:
    """After all that was done, fsck.gfs2 finds nothing to correct; it only reads. Guests stop with what they stand on."""
    node = bench.nodes[0]
    clones = shlex.join(f"storage-{filesystem.name}-clone" for filesystem in bench.cluster.filesystems)
    bench.moved |= {f"vm-{guest.name}" for guest in bench.cluster.guests}
    for filesystem in bench.cluster.filesystems:
        bench.moved |= {f"fs-{filesystem.name}", f"lv-{filesystem.name}"}
    bench.lab.on(node, f"pcs resource disable {clones} && crm_resource --wait --timeout=300", 360)
    try:
        for filesystem in bench.cluster.filesystems:
            bench.figure(f"{filesystem.name}: fsck s", checked(bench, node, filesystem.device))
    finally:
        bench.lab.on(node, f"pcs resource enable {clones}")
    bench.rest()
    bench.write_again()


def checked(bench: Bench, node: Node, device: str) -> float:
    """Checks one device that is mounted nowhere: after how many seconds. The volume is active, and its group's lock space
    started, for that time only: the agent stops that one too."""
    began, volume = time.time(), shlex.quote(device.removeprefix("/dev/"))
    group = shlex.quote(device.split("/")[2])
    bench.lab.on(node, f"vgchange --lockstart {group} && lvchange -asy {volume}", 180)
    said = bench.lab.ask(node, f"fsck.gfs2 -n {shlex.quote(device)}", 600)
    bench.lab.on(node, f"lvchange -an {volume} && vgchange --lockstop {group}", 180)
    if said.code != 0:
        raise Failed(f"fsck.gfs2 -n {device} ends with {said.code}:\n{tail(said.text)}")
    return time.time() - began
