"""What belongs to a node's configuration, file by file: kept before a bootstrap, to be laid beside what a teardown leaves."""

import json
from pathlib import Path

from .description import Node
from .lab import Lab

# Where generated files go; links there are also which units start by themselves. The links of System V's init are not
# counted: systemd does not read them for what has a unit.
WHERE = "etc usr/local -path 'etc/rc?.d' -prune -o"
MARK = "=== gfs2lab ==="
SCRIPT = f"""cd /
find {WHERE} \\( -type f -o -type l \\) -printf '%p\\t%m %U:%G %l\\n'
echo '{MARK}'
find {WHERE} -type f -exec sha256sum -- {{}} + || true
"""


def take(lab: Lab, node: Node) -> dict[str, str]:
    """Each file and link of a node: mode, owner, and checksum or target."""
    attributes, _, sums = lab.on(node, SCRIPT, 180).partition(MARK)
    found = dict(line.split("\t", 1) for line in attributes.splitlines() if "\t" in line)
    for line in sums.splitlines():
        checksum, _, path = line.partition("  ")
        if path in found:
            found[path] += checksum
    return found


def keep(lab: Lab) -> None:
    """Takes the listings of both nodes, which nothing was done to yet, once their first boot is over."""
    for node in lab.cluster.nodes:
        lab.ask(node, "systemctl is-system-running --wait", 180)
        _path(lab, node).write_text(json.dumps(take(lab, node), indent=1))


def kept(lab: Lab, node: Node) -> dict[str, str]:
    """A node's listing as it was then."""
    return json.loads(_path(lab, node).read_text())


def differences(before: dict[str, str], after: dict[str, str]) -> dict[str, str]:
    """By path: `added`, `removed` or `changed`."""
    found = {path: "removed" for path in before.keys() - after.keys()}
    found |= {path: "added" for path in after.keys() - before.keys()}
    return found | {path: "changed" for path in before.keys() & after.keys() if before[path] != after[path]}


def _path(lab: Lab, node: Node) -> Path:
    return lab.folder / f"files-{node.name}.json"
