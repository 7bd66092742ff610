"""Receives acknowledgements, the guests' and those of the nodes' writers, which give a name in place of a MAC: `python3 -m gfs2lab.guest.sink ADDRESS FILE`.

Appends to the file what each guest says (lab/guest/writer.c tells the format), with the time of its arrival before it, in seconds
since 1970: `time mac number boot`, and `time mac number boot error errno` for a write that failed. Each line is there at once.
"""

import argparse
import re
import socket
import time

from gfs2lab.guest import network

MESSAGE = re.compile(r"[^\s]{1,200} \d+ \d+( error \d+)?")


def line(datagram: bytes, now: float) -> str | None:
    """The log's line for a datagram that arrived now; None if it is none of ours."""
    message = datagram.decode("ascii", "replace")
    return f"{now:.3f} {message}\n" if MESSAGE.fullmatch(message) else None


def main() -> None:
    """Receives until it is killed."""
    parser = argparse.ArgumentParser(description="log the guests' acknowledgements")
    parser.add_argument("address", help=f"own address to receive on, such as {network.OUTSIDE}")
    parser.add_argument("file", help="log to append to")
    chosen = parser.parse_args()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver, open(chosen.file, "a", buffering=1) as log:
        receiver.bind((chosen.address, network.PORT))
        while True:
            log.write(line(receiver.recv(512), time.time()) or "")


if __name__ == "__main__":
    main()
