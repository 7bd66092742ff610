"""Runs on both nodes at once: `contend.py FOLDER NAME OTHER COUNT`, prints JSON.

A counter in one file, each step of it under an fcntl lock that both nodes take; and a file of one's own, whose blocks carry
checksums, which the other one reads while it grows.
"""

import fcntl
import hashlib
import json
import os
import sys
import time

BLOCK = 4096


def count(path: str) -> None:
    """One more, under the lock."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.lockf(file, fcntl.LOCK_EX)
        number = int(os.pread(file, 32, 0) or b"0")
        os.pwrite(file, b"%d" % (number + 1), 0)
        os.fsync(file)
    finally:
        # Closing gives the lock back.
        os.close(file)


def block(name: str, number: int) -> bytes:
    """A block that shows whose it is, which, and whether it is whole."""
    body = f"{name} {number} ".encode().ljust(BLOCK - 32, b"x")
    return body + hashlib.sha256(body).digest()


def wrong(path: str, name: str) -> int:
    """How many blocks of a growing file are not what their writer wrote; the last one may be half there."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except FileNotFoundError:
        return 0
    return sum(data[at * BLOCK : (at + 1) * BLOCK] != block(name, at) for at in range(len(data) // BLOCK))


def main() -> None:
    folder, name, other, times = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
    os.makedirs(folder, exist_ok=True)
    bad, began = 0, time.time()
    own = os.open(os.path.join(folder, name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    for number in range(times):
        count(os.path.join(folder, "counter"))
        os.pwrite(own, block(name, number), number * BLOCK)
        if number % 10 == 9:
            os.fsync(own)
            bad += wrong(os.path.join(folder, other), other)
    os.fsync(own)
    os.close(own)
    print(json.dumps({"wrong": bad, "seconds": round(time.time() - began, 1)}))


if __name__ == "__main__":
    main()
