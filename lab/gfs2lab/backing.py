"""The disks under DRBD: each can fail, be replaced by a blank one, and grow, while its node runs."""

import os
import shlex

from . import seed
from .description import Node
from .lab import Lab


def name(resource: str) -> str:
    """The device mapper's name of a disk, fit for a shell."""
    return shlex.quote(f"lab-{resource}")


def fail(lab: Lab, node: Node, resource: str) -> None:
    """From now on every access to the disk is an error; what is under way is not waited for."""
    disk = name(resource)
    lab.on(node, f"sectors=$(blockdev --getsz /dev/mapper/{disk}) && dmsetup load {disk} --table \"0 $sectors error\" && "
                 f"dmsetup suspend --noflush --nolockfs {disk} && dmsetup resume {disk}")


def renew(lab: Lab, node: Node, resource: str) -> None:
    """A blank disk of the same size comes in the place of one that has failed and that nobody holds."""
    file = lab.disk(node, resource)
    size = file.stat().st_size
    os.truncate(file, 0)
    os.truncate(file, size)
    disk = name(resource)
    lab.on(node, f"dmsetup load {disk} {shlex.quote(seed.table(resource))} && dmsetup resume {disk} && udevadm settle")


def enlarge(lab: Lab, node: Node, resource: str, more: int) -> None:
    """The disk grows by that many bytes of the room behind it, and has them after a boot, too."""
    disk, table = name(resource), shlex.quote(seed.table(resource))
    lab.on(node, f"read -r start sectors rest <{table} && echo \"$start $((sectors + {more // seed.SECTOR})) $rest\" >{table}.new && "
                 f"dmsetup load {disk} {table}.new && dmsetup resume {disk} && mv {table}.new {table} && udevadm settle")


def size(lab: Lab, node: Node, resource: str) -> int:
    """The disk's bytes as the node sees them now."""
    return int(lab.on(node, f"blockdev --getsize64 /dev/mapper/{name(resource)}"))


def still(lab: Lab, node: Node, resource: str) -> None:
    """From now on the disk stands still: what was under way is on it, and what comes waits for `go_on`."""
    lab.on(node, f"dmsetup suspend --nolockfs {name(resource)}")


def go_on(lab: Lab, node: Node, resource: str) -> None:
    """Ends what `still` began."""
    lab.on(node, f"dmsetup resume {name(resource)}")
