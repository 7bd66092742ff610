"""Whether the file systems are sound at any moment: what a node would find on its disk if both lost power now.

A node's disk is copied while it stands still, for a second or two; its nodes, guests and mounts go on afterwards. On the copy
fsck.gfs2 replays the journals, as the first mount after a power cut does, and must find nothing wrong; then once more, reading only.
"""

import os
import re
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import backing, seed
from .description import Filesystem, Node
from .lab import Failed, Lab
from .shell import tail

# A read of the copy, in bytes.
CHUNK = 1 << 20
# What fsck.gfs2 -y says of a file system whose nodes lost power, and nothing else (gfs2-utils 3.5, gfs2/fsck).
EXPECTED = [re.compile(pattern) for pattern in (
    r"Initializing fsck", r"Recovering journals \(this may take a while\)", r"Journal recovery complete\.",
    r"jid=\d+: (Looking at journal\.\.\.|Journal is clean\.|Replaying journal\.\.\.|Found \d+ revoke tags|Done)",
    r"jid=\d+: Replayed \d+ of \d+ (journaled data|metadata) blocks",
    r"Validating resource group index\.", r"Level \d+ resource group check: .*", r"\(level \d+ passed\)", r"RGs: Consistent: .*",
    r"Starting \w+.*", r"\w+ completed in .*", r".* - \d+ percent complete.*", r"Reconciling bitmaps\.",
    # Counters that are in a file of each node until the next sync.
    r"The statfs file is (accurate|wrong)[.:]", r"(Current|Calculated) statfs values:", r"(blocks|free|dinodes): .*", r"The statfs file was fixed\.",
    r"Resource group counts updated",
    r"Writing changes to disk", r"(gfs2_fsck|fsck\.gfs2) complete",
)]

# A file that was removed while a node had it open keeps its inode, marked as unlinked (2), until a node needs the place: fsck.gfs2
# frees it. It reads the groups before it replays the journals; of an inode that was marked earlier it only says that its group
# counts one more than there are.
UNLINKED = re.compile(r"Block \d+ \(0x[0-9a-f]+\) bitmap says 2 \(other\) but FSCK saw 0 \(free\)")
COUNTED = re.compile(r"RG #\d+ \(0x[0-9a-f]+\) (free|Inode) count inconsistent: is (\d+) should be (\d+)")


@dataclass(frozen=True)
class Segment:
    """A piece of a logical volume, in bytes: where it begins in the volume, and on the disk."""

    start: int
    length: int
    offset: int


def check(lab: Lab) -> None:
    """Checks every file system on the disks of both nodes; else Failed."""
    for node in lab.cluster.nodes:
        for filesystem in lab.cluster.filesystems:
            _check(lab, node, filesystem)


def _check(lab: Lab, node: Node, filesystem: Filesystem) -> None:
    copy = lab.folder / f"sound-{node.name}-{filesystem.name}.img"
    try:
        _copy(lab, node, filesystem, copy)
        sound(copy, f"{filesystem.name} on the disk of {node.name}")
    finally:
        copy.unlink(missing_ok=True)


def sound(copy: Path, what: str) -> None:
    """Checks a copy, which is changed by that; else Failed."""
    unexpected = unexplained(_fsck(copy, "-y", {0, 1}, what))
    if unexpected:
        raise Failed(f"{what} is not sound:\n{tail(chr(10).join(unexpected))}")
    _fsck(copy, "-n", {0}, what)


def unexplained(lines: list[str]) -> list[str]:
    """What fsck.gfs2 -y should not have had to say."""
    left, unlinked = [], 0
    for line in lines:
        if UNLINKED.fullmatch(line):
            unlinked += 1
        elif counted := COUNTED.fullmatch(line):
            what, is_now, should_be = counted[1], int(counted[2]), int(counted[3])
            if not (should_be - is_now == unlinked if what == "free" else is_now - should_be >= max(unlinked, 1)):
                left.append(line)
            # The inodes are a group's last line.
            unlinked = unlinked if what == "free" else 0
        elif not (line == "Fixed." and unlinked) and not any(known.fullmatch(line) for known in EXPECTED):
            left.append(line)
    return left + [f"{unlinked} blocks were marked as unlinked, and no inode"] * (unlinked > 0)


def _copy(lab: Lab, node: Node, filesystem: Filesystem, copy: Path) -> None:
    """Copies a file system's volume out of the file that is the node's disk, while the node's accesses to it wait."""
    device = shlex.quote(filesystem.device)
    pieces = segments(lab.on(node, f"kernel=$(readlink -f {device}) && read -r name <\"/sys/class/block/${{kernel##*/}}/dm/name\" && dmsetup table \"$name\""))
    backing.still(lab, node, filesystem.resource)
    try:
        extract(lab.disk(node, filesystem.resource), pieces, copy)
    finally:
        backing.go_on(lab, node, filesystem.resource)


def segments(table: str) -> list[Segment]:
    """A volume's pieces from its device mapper table. They lie on the DRBD device as they do on the disk: DRBD's metadata is at the end."""
    found = []
    for line in table.splitlines():
        start, length, target, *rest = line.split()
        if target != "linear":
            raise Failed(f"a volume that is not linear: {line}")
        _, offset = rest
        found.append(Segment(*(int(sectors) * seed.SECTOR for sectors in (start, length, offset))))
    return found


def extract(disk: Path, pieces: list[Segment], copy: Path) -> None:
    """Puts the pieces of a disk together; what is a hole there stays one."""
    with disk.open("rb") as source, copy.open("wb") as target:
        target.truncate(max(piece.start + piece.length for piece in pieces))
        for piece in pieces:
            _extract(source.fileno(), piece, target.fileno())


def _extract(source: int, piece: Segment, target: int) -> None:
    at, end = piece.offset, piece.offset + piece.length
    while at < end:
        try:
            at = os.lseek(source, at, os.SEEK_DATA)
        except OSError:
            # Nothing but a hole up to the file's end.
            return
        until = min(os.lseek(source, at, os.SEEK_HOLE), end)
        while at < until:
            data = os.pread(source, min(CHUNK, until - at), at)
            os.pwrite(target, data, at - piece.offset + piece.start)
            at += len(data)


def _fsck(copy: Path, how: str, fine: set[int], what: str) -> list[str]:
    """What fsck.gfs2 says, without empty lines and progress; Failed with another status than these."""
    done = subprocess.run(["fsck.gfs2", how, str(copy)], stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=600)
    said = re.split(r"[\n\r]+", done.stdout + done.stderr)
    if done.returncode not in fine:
        raise Failed(f"{what}: fsck.gfs2 {how} ends with {done.returncode}:\n{tail(chr(10).join(said))}")
    return [line.strip() for line in said if line.strip()]
