"""How a file system's volume is taken out of a disk, and what fsck.gfs2 may say of it."""

import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from gfs2lab import sound
from gfs2lab.lab import Failed
from gfs2lab.sound import Segment

MIB = 1 << 20


class Copy(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_segments_of_a_volume_that_grew(self) -> None:
        table = "0 8192 linear 147:0 2048\n8192 2048 linear 147:0 20480\n"
        self.assertEqual(sound.segments(table), [Segment(0, 4 * MIB, MIB), Segment(4 * MIB, MIB, 10 * MIB)])

    def test_other_targets_are_refused(self) -> None:
        with self.assertRaises(Failed):
            sound.segments("0 8192 error")

    def test_pieces_stand_in_their_order_and_holes_stay(self) -> None:
        disk, copy = self.folder / "disk", self.folder / "copy"
        with disk.open("wb") as file:
            file.truncate(16 * MIB)
            for offset, text in ((MIB, b"first"), (3 * MIB, b"hole before"), (10 * MIB, b"second")):
                file.seek(offset)
                file.write(text)
        sound.extract(disk, [Segment(0, 4 * MIB, MIB), Segment(4 * MIB, MIB, 10 * MIB)], copy)
        data = copy.read_bytes()
        self.assertEqual(len(data), 5 * MIB)
        self.assertEqual((data[:5], data[2 * MIB:2 * MIB + 11], data[4 * MIB:4 * MIB + 6]), (b"first", b"hole before", b"second"))
        self.assertLess(copy.stat().st_blocks * 512, MIB)


class Said(unittest.TestCase):
    """What fsck.gfs2 3.5 said of files that were removed while the other node had them open, and what it never may."""

    MARKED = ["Block 114500 (0x1bf44) bitmap says 2 (other) but FSCK saw 0 (free)", "Fixed."]
    FREE = "RG #114453 (0x1bf15) free count inconsistent: is 48742 should be 48743"
    INODES = "RG #114453 (0x1bf15) Inode count inconsistent: is 2 should be 1"

    def test_a_removed_file_that_is_open_is_no_damage(self) -> None:
        said = [*self.MARKED, self.FREE, self.INODES, "Resource group counts updated"]
        self.assertEqual(sound.unexplained(said), [])

    def test_one_that_was_marked_before_the_last_journal_is_none_either(self) -> None:
        self.assertEqual(sound.unexplained([self.INODES, "Resource group counts updated"]), [])

    def test_counts_without_their_blocks_are_damage(self) -> None:
        self.assertEqual(sound.unexplained([self.FREE, self.INODES]), [self.FREE])
        more = "RG #17 (0x11) free count inconsistent: is 5 should be 7"
        self.assertEqual(sound.unexplained([*self.MARKED, more, self.INODES]), [more])
        fewer = "RG #17 (0x11) Inode count inconsistent: is 1 should be 2"
        self.assertEqual(sound.unexplained([fewer]), [fewer])
        self.assertEqual(len(sound.unexplained(self.MARKED)), 1)

    def test_another_block_in_use_is_damage(self) -> None:
        lost = "Block 114500 (0x1bf44) bitmap says 1 (data) but FSCK saw 0 (free)"
        self.assertEqual(sound.unexplained([lost, "Fixed."]), [lost, "Fixed."])


@unittest.skipUnless(shutil.which("mkfs.gfs2", path="/usr/sbin:/sbin:/usr/bin"), "needs gfs2-utils")
class Fsck(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.image = Path(folder.name) / "image"
        path = mock.patch.dict("os.environ", {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
        path.start()
        self.addCleanup(path.stop)
        self.image.touch()
        with self.image.open("wb") as file:
            file.truncate(256 * MIB)
        subprocess.run(["mkfs.gfs2", "-O", "-q", "-t", "c:f", "-j", "2", "-J", "32", self.image], check=True, capture_output=True)

    def test_a_new_one_is_sound(self) -> None:
        sound.sound(self.image, "new")

    def test_a_damaged_one_is_not(self) -> None:
        with self.image.open("r+b") as file:
            # In the resource groups behind the superblock, which is at 64 KiB.
            file.seek(68 * 1024)
            file.write(b"\xff" * (512 * 1024))
        with self.assertRaisesRegex(Failed, "damaged"):
            sound.sound(self.image, "damaged")
