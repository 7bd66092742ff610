"""Pings one guest: `python3 -m gfs2lab.guest.pinger ADDRESS FILE [--interval SECONDS]`. Needs root, for its raw socket.

Appends one line for each ping as soon as its fate is known: `time-sent sequence rtt`, both times in seconds, or
`time-sent sequence lost` when no answer has come for LOST_AFTER seconds. An answer that comes later is none. A lost ping's line
may so come after those of later pings.
"""

import argparse
import os
import select
import socket
import struct
import time
from typing import TextIO

LOST_AFTER = 1.0
"""Seconds."""
ECHO = struct.Struct("!BBHHHQ")
"""An echo message: type, code, checksum, identifier, sequence, and as its data the whole sequence number."""
REQUEST, REPLY = 8, 0


def request(identifier: int, sequence: int) -> bytes:
    """The echo request for a sequence number, of which the header itself only has room for the last 16 bits."""
    fields = (identifier, sequence & 0xFFFF, sequence)
    return ECHO.pack(REQUEST, 0, checksum(ECHO.pack(REQUEST, 0, 0, *fields)), *fields)


def answered(packet: bytes, identifier: int) -> int | None:
    """The sequence number that a received IPv4 packet answers; None if it is no answer to this pinger."""
    message = packet[(packet[0] & 0xF) * 4 :]
    if len(message) != ECHO.size:
        return None
    kind, code, _, found, _, sequence = ECHO.unpack(message)
    return int(sequence) if (kind, code, found) == (REPLY, 0, identifier) else None


def checksum(message: bytes) -> int:
    """The internet checksum of a message of an even length."""
    total: int = sum(struct.unpack(f"!{len(message) // 2}H", message))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


class Pinger:
    """Sends pings at fixed times and logs what becomes of each."""

    def __init__(self, raw: socket.socket, log: TextIO, interval: float) -> None:
        self.raw = raw
        self.log = log
        self.interval = interval
        self.identifier = os.getpid() & 0xFFFF
        self.sequence = 0
        self.waiting: dict[int, tuple[float, float]] = {}
        """When each ping that is not decided yet was sent, oldest first: by the wall clock and by the monotonic clock."""

    def run(self) -> None:
        """Pings until it is killed."""
        due = time.monotonic()
        while True:
            self.send()
            due = max(due + self.interval, time.monotonic())
            while (left := due - time.monotonic()) > 0:
                if select.select([self.raw], [], [], left)[0]:
                    self.receive()
            self.give_up()

    def send(self) -> None:
        """Sends the next ping. One that cannot even be sent is a lost one."""
        self.sequence += 1
        self.waiting[self.sequence] = time.time(), time.monotonic()
        try:
            self.raw.send(request(self.identifier, self.sequence))
        except OSError:
            pass

    def receive(self) -> None:
        """Logs the ping that the next packet answers, if it does answer one."""
        try:
            sequence = answered(self.raw.recv(1024), self.identifier)
        except OSError:  # such as "host unreachable", for an earlier ping
            return
        if sequence is None or sequence not in self.waiting:
            return
        sent, started = self.waiting[sequence]
        round_trip = time.monotonic() - started
        if round_trip <= LOST_AFTER:
            del self.waiting[sequence]
            self.log.write(f"{sent:.3f} {sequence} {round_trip:.4f}\n")

    def give_up(self) -> None:
        """Logs the pings that have waited long enough."""
        limit = time.monotonic() - LOST_AFTER
        for sequence in [sequence for sequence, (_, started) in self.waiting.items() if started < limit]:
            sent, _ = self.waiting.pop(sequence)
            self.log.write(f"{sent:.3f} {sequence} lost\n")


def main() -> None:
    """Pings as the arguments say."""
    parser = argparse.ArgumentParser(description="ping a guest and log every ping")
    parser.add_argument("address")
    parser.add_argument("file", help="log to append to")
    parser.add_argument("--interval", type=float, default=0.2, help="seconds between two pings (default: 0.2)")
    chosen = parser.parse_args()
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as raw, open(chosen.file, "a", buffering=1) as log:
        raw.connect((chosen.address, 0))
        Pinger(raw, log, chosen.interval).run()


if __name__ == "__main__":
    main()
