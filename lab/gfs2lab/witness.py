"""What is watched all the time: guests that write and are pinged, and a writer on each node for each file system.

Everything that is acknowledged outside was synced inside before; so what was acknowledged must be on the disks afterwards.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

from . import seed
from .description import Filesystem, Guest, Node
from .guest import network, stats
from .lab import Failed, Lab
from .probe import location

HERE = Path(__file__).parent
# Seconds between two writes of a writer on a node.
INTERVAL = 0.25


class Witnesses:
    """All of them; their records are files in the lab's folder."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.guest_acks = lab.folder / "guest-acks.log"
        self.node_acks = lab.folder / "node-acks.log"

    def start_outside(self) -> None:
        """The listeners and the pingers: once for a lab."""
        self._start("gfs2lab.guest.sink", network.OUTSIDE, str(self.guest_acks))
        self._start("gfs2lab.guest.sink", seed.GATEWAY, str(self.node_acks))
        for guest in self.lab.cluster.guests:
            self.watch(guest)

    def watch(self, guest: Guest) -> None:
        """Pings a guest from now on."""
        self._start("gfs2lab.guest.pinger", guest.address, str(self.pings(guest)))

    def pings(self, guest: Guest) -> Path:
        """The record of a guest's pings."""
        return self.lab.folder / f"ping-{guest.name}.log"

    def _start(self, module: str, *words: str) -> None:
        with (self.lab.folder / "witnesses.out").open("ab") as log:
            subprocess.Popen([sys.executable, "-m", module, *words], stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    # --- writers on the nodes ---

    def start_on(self, node: Node) -> None:
        """A node's writers; they run on through unmounts, and end with the node."""
        self.lab.on(node, "mkdir -p /var/lib/gfs2lab")
        for program in ("node/writer.py", "gfs2lab/guest/disk.py"):
            self.lab.put(node, HERE.parent / program, f"/var/lib/gfs2lab/{Path(program).name}")
        for filesystem in self.lab.cluster.filesystems:
            unit, name = self.unit(filesystem), self.writer(node, filesystem)
            words = ["python3", "/var/lib/gfs2lab/writer.py", filesystem.mount, name, seed.GATEWAY, str(INTERVAL)]
            self.lab.on(node, f"systemctl is-active -q {shlex.quote(unit)} || systemd-run -q --unit={shlex.quote(unit)} {shlex.join(words)}")

    def stop_on(self, node: Node) -> None:
        """Ends a node's writers."""
        self.lab.on(node, "systemctl stop 'gfs2lab-writer-*'")

    @staticmethod
    def unit(filesystem: Filesystem) -> str:
        """The unit of a file system's writer, on each node."""
        return f"gfs2lab-writer-{filesystem.name}"

    @staticmethod
    def writer(node: Node, filesystem: Filesystem) -> str:
        """A writer's name in the records."""
        return f"{node.name}/{filesystem.name}"

    def forget(self) -> None:
        """The disks are new: what was acknowledged before went with the old ones. The records so far are kept beside."""
        for log in (self.guest_acks, self.node_acks):
            if log.exists():
                shutil.copy(log, log.with_name(f"{log.stem}-until-{int(time.time())}.log"))
                # Not removed: the listener goes on writing to the end of this file.
                os.truncate(log, 0)

    # --- what they saw ---

    def guest_window(self, guest: Guest, start: float, end: float) -> tuple[stats.Pings, stats.Writes]:
        """Pings and acknowledged writes of a guest."""
        window = (start, end)
        return (stats.pings(lines(self.pings(guest)), window), stats.writes(lines(self.guest_acks), guest.mac, window))

    def freeze(self, node: Node, start: float, end: float) -> float:
        """The longest time for which a node's writers, on any file system, wrote nothing."""
        names = [self.writer(node, filesystem) for filesystem in self.lab.cluster.filesystems]
        return max(stats.writes(lines(self.node_acks), name, (start, end)).gap.length for name in names)

    def acked(self, node: Node, start: float, end: float) -> list[int]:
        """How many writes of a node's writers were acknowledged, for each file system."""
        names = [self.writer(node, filesystem) for filesystem in self.lab.cluster.filesystems]
        return [stats.writes(lines(self.node_acks), name, (start, end)).count for name in names]

    def last(self, log: Path, name: str) -> int:
        """The last number that was acknowledged under that name."""
        return stats.writes(lines(log), name, (0, time.time())).last

    def first_after(self, guest: Guest, moment: float) -> float | None:
        """When a guest wrote first after a moment."""
        for line in lines(self.guest_acks):
            fields = line.split()
            if len(fields) == 4 and fields[1].lower() == guest.mac.lower() and float(fields[0]) > moment:
                return float(fields[0])
        return None

    # --- whether everything is there ---

    def check(self) -> None:
        """Every acknowledged write is there, on every disk and in every file; else Failed."""
        for guest in self.lab.cluster.guests:
            self._check_guest(guest)
        for filesystem in self.lab.cluster.filesystems:
            for node in self.lab.cluster.nodes:
                self._check_file(node, filesystem)

    def _check_guest(self, guest: Guest) -> None:
        node = location(self.lab, guest)
        acked = self.last(self.guest_acks, guest.mac)
        said = self.lab.ask(node, f"python3 /var/lib/gfs2lab/disk.py {shlex.quote(guest.image)} {acked}", 180)
        if said.code != 0:
            raise Failed(f"{guest.name}: the disk does not hold what was acknowledged (up to {acked}): {said.text.strip()}")

    def _check_file(self, writer: Node, filesystem: Filesystem) -> None:
        name = self.writer(writer, filesystem)
        acked = self.last(self.node_acks, name)
        if not acked:
            return
        path = f"{filesystem.mount}/gfs2lab-{name.replace('/', '-')}"
        # From the other node: what is there for all, not what one has in its cache.
        said = self.lab.on(self.lab.cluster.other(writer.name), f"python3 /var/lib/gfs2lab/writer.py --check {shlex.quote(path)}")
        found = json.loads(said)
        if found["wrong"] or found["last"] < acked:
            raise Failed(f"{path}: up to {acked} was acknowledged, the file has {said.strip()}")


def lines(path: Path) -> list[str]:
    """A record so far."""
    return path.read_text().splitlines(keepends=True) if path.exists() else []
