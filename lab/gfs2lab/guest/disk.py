#!/usr/bin/env python3
"""Reads a guest's disk image and says whether the records on it are whole. Runs on a node as it is: `python3 disk.py IMAGE ACKED`.

The writer (lab/guest/writer.c) puts record n = 1, 2, ... into block (n - 1) mod capacity of a ring of 4 KiB blocks, one after the
other. So the blocks up to the last record's hold one unbroken run of numbers, and once the ring has been filled, all of them do.

Prints one JSON object (see `examine` for its keys) and ends with 0 if the run is whole and reaches ACKED, the number of the last
acknowledged record (0: none), and with 1 if not. A guest may be running meanwhile: what it adds during the reading is no error.
"""

import argparse
import errno
import json
import mmap
import os
import struct
import sys
import zlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

START = 64 << 20
"""Where the ring begins on the disk, in bytes: behind the boot image."""
LENGTH = 256 << 20
"""The ring's length in bytes, where the disk is large enough: at five records a second it is full after three and a half hours."""
BLOCK = 4096
MAGIC = b"GFS2LAB1"
HEADER = struct.Struct("<8sQQQQ")
"""Magic, number, boot, monotonic nanoseconds, checksum; every word of the rest of the block is number << 16 | index of the word."""

SECTOR = 512
CHUNK = 1 << 20
EMPTY = bytes(BLOCK)


class Record(NamedTuple):
    """What a whole record says; the time is in nanoseconds since its guest's start."""

    number: int
    boot: int
    monotonic_ns: int


def parse(block: bytes) -> Record | None:
    """The record in a block, or None if what is there is no whole record."""
    magic, number, boot, monotonic_ns, checksum = HEADER.unpack_from(block)
    unsigned = block[: HEADER.size - 8] + bytes(8) + block[HEADER.size :]
    if magic != MAGIC or checksum != zlib.crc32(unsigned):
        return None
    return Record(number, boot, monotonic_ns)


def compose(record: Record) -> bytes:
    """The block that holds a record, as the writer makes it."""
    fill = b"".join(struct.pack("<Q", record.number << 16 | index) for index in range(HEADER.size // 8, BLOCK // 8))
    unsigned = HEADER.pack(MAGIC, *record, 0) + fill
    return HEADER.pack(MAGIC, *record, zlib.crc32(unsigned)) + fill


def parts(block: bytes) -> list[int | None]:
    """The number of the record that each sector of a broken block belongs to, by the sector's last word; None: to none."""
    found: list[int | None] = []
    for end in range(SECTOR, BLOCK + 1, SECTOR):
        [word] = struct.unpack_from("<Q", block, end - 8)
        found.append(word >> 16 if word and word & 0xFFFF == end // 8 - 1 else None)
    return found


def examine(blocks: Iterable[bytes], capacity: int, acked: int) -> dict[str, object]:
    """What is found in a ring of `capacity` blocks, given in order.

    first, last  the bounds of the newest run, which everything else is about (0: there is no record)
    boot         how often the guest had been started when it wrote the last record
    capacity     blocks in the ring
    holes        numbers that are missing in the run, as a list of [from, to]
    bad          blocks that hold neither nothing nor a record of theirs, each with the numbers that its sectors belong to
    unfinished   whether the block after the last record is a bad one: a write that was cut off, which is no error
    disorder     numbers of records that are of an earlier boot, or no later time in the same boot, than the record before
    whole        whether there is no hole, no other bad block and no disorder
    kept         whether the acknowledged record, or one after it, is there
    """
    records, bad = read(blocks, capacity)
    last = max((record.number for record in records.values()), default=0)
    unfinished = last % capacity in bad
    # An unfinished write has taken the place of the ring's oldest record.
    run = range(max(1, last - capacity + 1 + unfinished), last + 1)
    found = [record for number in run if (record := records.get((number - 1) % capacity)) and record.number == number]
    holes = gaps(run, [record.number for record in found])
    disorder = [new.number for old, new in zip(found, found[1:]) if new[1:] <= old[1:]]
    return {
        "first": run.start if last else 0,
        "last": last,
        "boot": found[-1].boot if found else 0,
        "capacity": capacity,
        "holes": holes,
        "bad": bad,
        "unfinished": unfinished,
        "disorder": disorder,
        "whole": not holes and not disorder and len(bad) == unfinished,
        "kept": last >= acked,
    }


def read(blocks: Iterable[bytes], capacity: int) -> tuple[dict[int, Record], dict[int, list[int | None]]]:
    """The records in their places, by block, and the parts of each block that is neither empty nor a record in its place."""
    records: dict[int, Record] = {}
    bad: dict[int, list[int | None]] = {}
    for index, block in enumerate(blocks):
        if block == EMPTY:
            continue
        record = parse(block)
        if record and (record.number - 1) % capacity == index:
            records[index] = record
        else:
            bad[index] = parts(block)
    return records, bad


def gaps(run: range, numbers: list[int]) -> list[tuple[int, int]]:
    """What is missing of a run, whose rising numbers are given: each gap's first and last number."""
    borders = [run.start - 1, *numbers, run.stop]
    return [(before + 1, after - 1) for before, after in zip(borders, borders[1:]) if after - before > 1]


def open_image(path: str) -> int:
    """The image, past this node's cache where the file system can do that: what counts is what is on the disk."""
    try:
        return os.open(path, os.O_RDONLY | os.O_DIRECT)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        return os.open(path, os.O_RDONLY)


def ring(image: int, capacity: int) -> Iterator[bytes]:
    """The ring's blocks, in order."""
    with mmap.mmap(-1, CHUNK) as buffer:  # aligned to a page, as O_DIRECT needs it
        for offset in range(0, capacity * BLOCK, CHUNK):
            wanted = min(CHUNK, capacity * BLOCK - offset)
            with memoryview(buffer) as whole, whole[:wanted] as view:
                if os.preadv(image, [view], START + offset) != wanted:
                    raise EOFError(f"the image ends while it is read, after byte {START + offset}")
            for position in range(0, wanted, BLOCK):
                yield buffer[position : position + BLOCK]


def main(arguments: list[str] | None = None) -> int:
    """Examines the image that the arguments name."""
    parser = argparse.ArgumentParser(description="say whether the records on a guest's disk image are whole")
    parser.add_argument("image")
    parser.add_argument("acked", type=int, help="number of the last acknowledged record")
    chosen = parser.parse_args(arguments)
    image = open_image(chosen.image)
    try:
        capacity = (min(os.fstat(image).st_size, START + LENGTH) - START) // BLOCK
        if capacity < 1:
            parser.error(f"{chosen.image} ends before the first record's place")
        report = examine(ring(image, capacity), capacity, chosen.acked)
    finally:
        os.close(image)
    print(json.dumps(report))
    return 0 if report["whole"] and report["kept"] else 1


if __name__ == "__main__":
    sys.exit(main())
