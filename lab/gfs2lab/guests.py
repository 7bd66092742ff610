"""The guests' inside: a small system that writes and acknowledges, put onto the disks that bootstrap.sh has made."""

import shlex
import time
from pathlib import Path

from .description import Guest
from .lab import Lab
from .probe import location
from .witness import Witnesses

BOOT_S = 240
ON_NODE = "/var/lib/gfs2lab/guest.raw"


def install(lab: Lab, witnesses: Witnesses, guests: list[Guest]) -> float:
    """Writes the bootable image to the start of each of these guests' disks and resets it: the seconds until all write."""
    began = time.time()
    image = Path((lab.folder / "guest.path").read_text())
    for guest in guests:
        node = location(lab, guest)
        lab.put(node, image, ON_NODE)
        lab.on(node, f"dd if={ON_NODE} of={shlex.quote(guest.image)} bs=1M conv=notrunc,fsync oflag=direct 2>&1", 120)
        lab.on(node, f"virsh reset {shlex.quote(guest.name)}")
    for guest in guests:
        writes_after(lab, witnesses, guest, began, BOOT_S)
    return time.time() - began


def writes_after(lab: Lab, witnesses: Witnesses, guest: Guest, moment: float, seconds: float) -> float:
    """Waits until a guest has acknowledged a write later than `moment`: how many seconds later it was."""
    lab.wait(f"{guest.name} to write", seconds, lambda: witnesses.first_after(guest, moment), 0.5)
    at = witnesses.first_after(guest, moment)
    assert at is not None
    return at - moment
