"""What the running cluster says of itself, as the scenarios ask for it."""

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field

from .description import Guest, Node
from .lab import Failed, Lab

# One call brings everything; the parts are divided by this line.
MARK = "=== gfs2lab ==="
SCRIPT = f"""export LC_ALL=C
crm_mon -1 --output-as=xml; echo '{MARK}'
cat /proc/drbd; echo '{MARK}'
awk '$3 == "gfs2" {{ print $2 }}' /proc/mounts; echo '{MARK}'
virsh -q list --name 2>/dev/null || true
"""


@dataclass(frozen=True)
class Member:
    """A node as Pacemaker sees it."""

    online: bool
    unclean: bool
    standby: bool


@dataclass
class State:
    """What one node said. `where` is the active nodes of each resource, `promoted` those where it is promoted."""

    members: dict[str, Member] = field(default_factory=dict)
    where: dict[str, set[str]] = field(default_factory=dict)
    promoted: dict[str, set[str]] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    pending: set[str] = field(default_factory=set)
    # By minor: connection, roles, disks, as /proc/drbd has them.
    drbd: dict[int, tuple[str, str, str]] = field(default_factory=dict)
    mounts: set[str] = field(default_factory=set)
    guests: set[str] = field(default_factory=set)


def state(lab: Lab, node: Node, timeout: float = 30) -> State | None:
    """What `node` says; None where it does not answer or its Pacemaker does not run."""
    answer = lab.ask(node, SCRIPT, timeout)
    parts = answer.text.split(MARK)
    if answer.code != 0 or len(parts) != 4:
        return None
    try:
        root = ET.fromstring(parts[0])
    except ET.ParseError:
        return None
    found = State(mounts=set(parts[2].split()), guests=set(parts[3].split()))
    for member in root.findall("nodes/node"):
        flags = {key: member.get(key) == "true" for key in ("online", "unclean", "standby", "standby_onfail")}
        standby = flags["standby"] or flags["standby_onfail"]
        found.members[member.get("name", "")] = Member(flags["online"], flags["unclean"], standby)
    for resource in root.iter("resource"):
        _resource(resource, found)
    for minor, *words in re.findall(r"^\s*(\d+): cs:(\S+) ro:(\S+) ds:(\S+)", parts[1], re.MULTILINE):
        found.drbd[int(minor)] = (words[0], words[1], words[2])
    return found


def _resource(resource: ET.Element, found: State) -> None:
    """One instance of a resource."""
    name = resource.get("id", "").split(":")[0]
    on = {node.get("name", "") for node in resource.findall("node")}
    if resource.get("active") == "true":
        found.where.setdefault(name, set()).update(on)
    if resource.get("role") in ("Promoted", "Master"):
        found.promoted.setdefault(name, set()).update(on)
    if resource.get("failed") == "true":
        found.failed.add(name)
    if resource.get("pending"):
        found.pending.add(name)


def guest_id(guest: Guest) -> str:
    """The guest's Pacemaker resource."""
    return f"vm-{guest.name}"


def unrest(lab: Lab, nodes: tuple[Node, ...] | None = None) -> str:
    """Why the cluster is not (yet) whole and at rest, in words; empty where it is. With `nodes`: only these are to be up."""
    nodes = nodes or lab.cluster.nodes
    alone = len(nodes) == 1
    for node in nodes:
        said = state(lab, node)
        if said is None:
            return f"{node.name} does not answer"
        reason = _of_one(lab, node, said, {n.name for n in nodes}, alone)
        if reason:
            return f"{node.name}: {reason}"
    return ""


def _of_one(lab: Lab, node: Node, said: State, names: set[str], alone: bool) -> str:
    """The same, as one node tells it."""
    cluster = lab.cluster
    for name in names:
        member = said.members.get(name)
        if member is None or not member.online or member.unclean or member.standby:
            return f"{name} is {member}"
    wanted = ("", "Primary/", "UpToDate/") if alone else ("Connected", "Primary/Primary", "UpToDate/UpToDate")
    for resource in cluster.resources:
        is_now = said.drbd.get(cluster.minors[resource], ("", "", ""))
        if not all(found.startswith(want) for found, want in zip(is_now, wanted, strict=True)):
            return f"{resource} is {' '.join(is_now)}"
        if said.promoted.get(f"drbd-{resource}", set()) != names:
            return f"drbd-{resource} is promoted on {sorted(said.promoted.get(f'drbd-{resource}', []))}"
    for filesystem in cluster.filesystems:
        if filesystem.mount not in said.mounts:
            return f"{filesystem.mount} is not mounted"
        if said.where.get(f"fs-{filesystem.name}", set()) != names:
            return f"fs-{filesystem.name} runs on {sorted(said.where.get(f'fs-{filesystem.name}', []))}"
    for guest in cluster.guests:
        on = said.where.get(guest_id(guest), set())
        if len(on) != 1 or (node.name in on) != (guest.name in said.guests):
            return f"{guest.name} is on {sorted(on)}, and libvirt has {sorted(said.guests)}"
    if said.pending:
        return f"pending: {sorted(said.pending)}"
    return f"failed: {sorted(said.failed)}" if said.failed else ""


def location(lab: Lab, guest: Guest) -> Node:
    """The node that a guest runs on."""
    for node in lab.cluster.nodes:
        said = state(lab, node)
        if said is not None and len(on := said.where.get(guest_id(guest), set())) == 1:
            return lab.cluster.node(on.copy().pop())
    raise Failed(f"nobody says where {guest.name} runs")

