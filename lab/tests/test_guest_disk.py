"""guest.disk: what it makes of whole and of broken rings."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from gfs2lab.guest import disk

CAPACITY = 8


def block(number: int, boot: int = 1) -> bytes:
    """The block of a record written at its number in seconds."""
    return disk.compose(disk.Record(number, boot, number * 10**9))


def ring(last: int) -> list[bytes]:
    """A ring after `last` records."""
    blocks = [disk.EMPTY] * CAPACITY
    for number in range(1, last + 1):
        blocks[(number - 1) % CAPACITY] = block(number)
    return blocks


def torn(number: int) -> bytes:
    """The record with this number, half written over the one that was in its place before."""
    return block(number)[:2048] + block(number - CAPACITY)[2048:]


class Examined(unittest.TestCase):
    """One test for each thing that may be found."""

    def check(self, blocks: list[bytes], acked: int = 0, **expected: object) -> None:
        """Compares what is found with what is expected of some keys, and of the others if all is well."""
        report = disk.examine(blocks, CAPACITY, acked)
        well = {"holes": [], "bad": {}, "unfinished": False, "disorder": [], "whole": True, "kept": True}
        for key, value in (well | expected).items():
            self.assertEqual(report[key], value, key)

    def test_an_empty_ring(self) -> None:
        self.check(ring(0), first=0, last=0, boot=0)
        self.check(ring(0), acked=1, kept=False)

    def test_rings_of_every_filling(self) -> None:
        for last in range(1, 3 * CAPACITY + 1):
            with self.subTest(last=last):
                self.check(ring(last), acked=last, first=max(1, last - CAPACITY + 1), last=last, boot=1)

    def test_an_acknowledged_record_that_is_not_there(self) -> None:
        self.check(ring(5), acked=6, last=5, kept=False)

    def test_holes(self) -> None:
        blocks = ring(7)
        blocks[0] = blocks[2] = blocks[3] = disk.EMPTY
        self.check(blocks, holes=[(1, 1), (3, 4)], whole=False)

    def test_a_record_of_the_round_before(self) -> None:
        blocks = ring(13)
        blocks[2] = block(3)  # where 11 should be
        self.check(blocks, first=6, last=13, holes=[(11, 11)], whole=False)

    def test_a_misplaced_record(self) -> None:
        blocks = ring(5)
        blocks[6] = block(5)
        self.check(blocks, bad={6: [5] * 8}, whole=False)

    def test_a_torn_record(self) -> None:
        blocks = ring(13)
        blocks[1] = torn(10)
        self.check(blocks, holes=[(10, 10)], bad={1: [10, 10, 10, 10, 2, 2, 2, 2]}, whole=False)

    def test_an_unfinished_write(self) -> None:
        blocks = ring(13)
        blocks[5] = torn(14)
        self.check(blocks, acked=13, first=7, last=13, bad={5: [14] * 4 + [6] * 4}, unfinished=True)
        blocks[5] = block(14)[:512] + bytes(disk.BLOCK - 512)
        self.check(blocks, acked=14, bad={5: [14] + [None] * 7}, unfinished=True, kept=False)

    def test_an_unfinished_write_where_the_ring_begins_anew(self) -> None:
        blocks = ring(CAPACITY)
        blocks[0] = torn(CAPACITY + 1)
        self.check(blocks, first=2, last=CAPACITY, bad={0: [9] * 4 + [1] * 4}, unfinished=True)

    def test_boots(self) -> None:
        blocks = ring(3)
        blocks[3] = disk.compose(disk.Record(4, 2, 5))
        self.check(blocks, last=4, boot=2)
        blocks[3] = disk.compose(disk.Record(4, 1, 5))
        self.check(blocks, disorder=[4], whole=False)
        blocks[3] = disk.compose(disk.Record(4, 0, 9 * 10**9))
        self.check(blocks, disorder=[4], whole=False)


class Program(unittest.TestCase):
    """disk.py alone, as a node runs it."""

    def run_on(self, blocks: list[bytes], acked: int) -> tuple[int, dict[str, object]]:
        with tempfile.TemporaryDirectory() as folder:
            image = Path(folder) / "guest.raw"
            with image.open("wb") as file:
                file.seek(disk.START)
                file.write(b"".join(blocks))
            done = subprocess.run(
                [sys.executable, "-I", disk.__file__, str(image), str(acked)], capture_output=True, text=True, check=False
            )
            return done.returncode, json.loads(done.stdout)

    def test_it_reads_the_whole_ring(self) -> None:
        blocks = [block(number) for number in range(1, 301)]  # more than one chunk, and no whole number of them
        status, report = self.run_on(blocks, 300)
        self.assertEqual((status, report["capacity"], report["last"], report["whole"]), (0, 300, 300, True))

    def test_it_fails_for_a_lost_record(self) -> None:
        status, report = self.run_on(ring(5), 6)
        self.assertEqual((status, report["whole"], report["kept"]), (1, True, False))


if __name__ == "__main__":
    unittest.main()
