"""What verify.sh finds: somebody changes something by hand, one thing at a time, and takes it back."""

import json
import re
import shlex
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..bench import Bench, scenario
from ..description import Node
from ..lab import Answer, Failed
from ..shell import tail
from .losing import guests_on

# A node in standby gives up everything, and takes all of it back.
STANDBY_S = 420
VERIFY_S = 300
# The suffix of a file that was put aside.
ASIDE = ".gfs2lab"


@dataclass(frozen=True)
class Drift:
    """A change on a node, how it is taken back, and the layer for which verify.sh has to name that node."""

    name: str
    layer: str
    node: Node
    plant: str
    undo: str


@scenario("verify-drift", "what was changed by hand is found by verify.sh, one change after the other")
def verify_drift(bench: Bench) -> None:
    """Each change gives exit code 1 (differs) or 2 (broken), whichever verify.sh itself has found, and names the layer; after
    it is taken back verify.sh is content again. Nothing but the last change, a node in standby, stops anything."""
    content(bench, "before anything is changed")
    drifts = [*on_one_node(bench), *in_the_cib(bench)]
    for drift in drifts:
        try_one(bench, drift)
    resting = bench.cluster.other(bench.where(bench.cluster.guests[0]).name)
    bench.touch(resting)
    bench.moved |= {f"vm-{guest.name}" for guest in guests_on(bench, resting)}
    name = shlex.quote(resting.name)
    try_one(bench, Drift("a DRBD resource without its other side", "drbd", resting, f"pcs node standby {name} && crm_resource --wait",
                         f"pcs node unstandby {name} && crm_resource --wait"))
    bench.figure("changes found", len(drifts) + 1)


def try_one(bench: Bench, drift: Drift) -> None:
    """One change: made, found, taken back."""
    bench.note(f"{drift.node.name}: {drift.name}")
    bench.lab.on(drift.node, drift.plant, STANDBY_S)
    try:
        answer = bench.lab.script("verify.sh", "--json", timeout=VERIFY_S)
    finally:
        bench.lab.on(drift.node, drift.undo, STANDBY_S)
    bad = [entry for entry in entries(answer) if entry["state"] != "ok"]
    code = 2 if any(entry["state"] == "broken" for entry in bad) else int(bool(bad))
    if answer.code != code:
        raise Failed(f"verify.sh ended with {answer.code}, and what it found is worth {code}:\n{tail(answer.text)}")
    if not any((entry["layer"], entry["node"]) == (drift.layer, drift.node.name) for entry in bad):
        raise Failed(f"verify.sh does not name {drift.layer} of {drift.node.name} after this: {drift.name}; it names {bad}")
    bench.rest()
    content(bench, f"after this was taken back: {drift.name}")


def entries(answer: Answer) -> list[dict[str, str]]:
    """What verify.sh --json says; warnings of ssh may stand around it."""
    found = re.search(r"^\[\n.*^\]$", answer.text, re.MULTILINE | re.DOTALL)
    try:
        return json.loads(found[0] if found else answer.text)
    except json.JSONDecodeError as error:
        raise Failed(f"verify.sh --json prints no JSON ({error}):\n{tail(answer.text)}") from error


def content(bench: Bench, when: str) -> None:
    """verify.sh finds nothing."""
    answer = bench.lab.script("verify.sh", timeout=VERIFY_S)
    if answer.code != 0:
        lines = "\n".join(line for line in answer.text.splitlines() if not line.startswith("ok"))
        raise Failed(f"verify.sh is not content {when} ({answer.code}):\n{tail(lines)}")


# --- what can be changed ---


def on_one_node(bench: Bench) -> Iterator[Drift]:
    """Files and services; on the second node, so that it is seen which one is meant."""
    node = bench.nodes[1]
    yield Drift("one more line in lvm.conf", "files", node, aside("/etc/lvm/lvm.conf", "sed -i '$a # old'"), back("/etc/lvm/lvm.conf"))
    yield Drift("a file that others may write", "files", node, aside("/etc/lvm/lvm.conf", "chmod 0666"), back("/etc/lvm/lvm.conf"))
    yield Drift("a missing file", "files", node, "mv /etc/dlm/dlm.conf{," + ASIDE + "}", back("/etc/dlm/dlm.conf"))
    within = "sed -i '/^# gfs2gen end/i 192.0.2.1 old'"
    yield Drift("one more line in our block of /etc/hosts", "files", node, aside("/etc/hosts", within), back("/etc/hosts"))
    yield Drift("a proof of fencing that is gone", "fencing", node, "mv /var/lib/gfs2gen/fencing-proven{," + ASIDE + "}",
                back("/var/lib/gfs2gen/fencing-proven"))
    for other, unit in timers(bench):
        yield Drift(f"{unit} is stopped", "services", other, f"systemctl stop {unit}", f"systemctl start {unit}")
        yield Drift(f"{unit} is disabled", "services", other, f"systemctl disable -q {unit}", f"systemctl enable -q {unit}")
    yield Drift("corosync does not start by itself", "services", node, "systemctl disable -q corosync", "systemctl enable -q corosync")


def aside(path: str, edit: str) -> str:
    """Edits a file, with a copy kept beside it."""
    return f"cp -a {path} {path}{ASIDE} && {edit} {path}"


def back(path: str) -> str:
    """Puts the copy back."""
    return f"mv -f {path}{ASIDE} {path}"


def timers(bench: Bench) -> Iterator[tuple[Node, str]]:
    """A timer that a node's preset wants, for each node that has one."""
    for node in bench.nodes:
        for preset in (bench.lab.tree / f"nodes/{node.name}/rootfs/etc/systemd/system-preset").glob("*.preset"):
            found = re.search(r"^enable (\S+\.timer)$", preset.read_text(), re.MULTILINE)
            if found:
                yield node, found[1]


def in_the_cib(bench: Bench) -> Iterator[Drift]:
    """Each is found on the first node, which compares the configuration; none of them makes Pacemaker stop anything."""
    node, guest, resource = bench.nodes[0], bench.cluster.guests[0], bench.cluster.resources[0]
    wanted = ET.parse(bench.lab.tree / "cluster/cib.xml").getroot()
    add, change, remove = (cibadmin(verb) for verb in ("--create", "--modify", "--delete"))
    location = f'<rsc_location id="gfs2lab-drift" rsc="vm-{guest.name}" node="{bench.where(guest).name}" score="1"/>'
    yield Drift("one more location constraint", "cib", node, add("constraints", location), remove("constraints", location))
    # The real one forbids the other side to be promoted; this one has its id, and forbids nothing.
    ban = f'<rsc_location id="drbd-fence-by-handler-{resource}" rsc="drbd-{resource}-clone" node="{node.name}" score="0"/>'
    yield Drift("a constraint of DRBD's handler is left", "fencing", node, add("constraints", ban), remove("constraints", ban))
    operation = find(wanted, f".//primitive[@id='fs-{bench.cluster.filesystems[0].name}']/operations/op[@name='monitor']")
    slow = f'<op id="{operation.get("id")}" timeout="{longer(operation, "timeout")}"/>'
    usual = f'<op id="{operation.get("id")}" timeout="{operation.get("timeout")}"/>'
    yield Drift("another timeout of an operation", "cib", node, change("resources", slow), change("resources", usual))
    parameter = next(pair for device in bench.nodes[1].devices
                     for pair in wanted.findall(f".//primitive[@id='{device.name}']/instance_attributes/nvpair")
                     if re.fullmatch(r"\d+s", pair.get("value", "")))
    odd = f'<nvpair id="{parameter.get("id")}" value="{longer(parameter, "value")}"/>'
    even = f'<nvpair id="{parameter.get("id")}" value="{parameter.get("value")}"/>'
    yield Drift("another parameter of a fence device", "cib", node, change("resources", odd) + " && crm_resource --wait",
                change("resources", even) + " && crm_resource --wait")


def cibadmin(verb: str) -> Callable[[str, str], str]:
    """A change of one element in a section of the CIB, as a command."""
    return lambda section, xml: f"cibadmin {verb} --scope {section} --xml-text {shlex.quote(xml)}"


def find(root: ET.Element, path: str) -> ET.Element:
    """An element that the generated CIB must have."""
    found = root.find(path)
    if found is None:
        raise Failed(f"cluster/cib.xml has no {path}")
    return found


def longer(element: ET.Element, attribute: str) -> str:
    """A time in seconds, and one more."""
    return f"{int(element.get(attribute, '').removesuffix('s')) + 1}s"
