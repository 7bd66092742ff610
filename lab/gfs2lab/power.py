"""What the BMC simulator calls for power: `power.py SOCKET MACHINE get power` or `... set power|reset VALUE`.

A file of its own, without the package: it starts in the time that a BMC has to answer.
"""

import json
import socket
import sys


def ask(rack: str, **request: object) -> dict:
    """One question to the rack, and its answer."""
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(rack)
        line.sendall(json.dumps(request).encode() + b"\n")
        return json.loads(line.makefile().readline())


def main() -> None:
    rack, machine, verb, *words = sys.argv[1:]
    if verb == "get":
        for word in words:
            on = word == "power" and ask(rack, do="power", machine=machine, to="get")["on"]
            print(f"{word}:{int(on)}")
        return
    for what, value in zip(words[::2], words[1::2], strict=False):
        if what == "reset":
            ask(rack, do="power", machine=machine, to="reset", by="bmc")
        elif what == "power":
            ask(rack, do="power", machine=machine, to="on" if value == "1" else "off", by="bmc")


if __name__ == "__main__":
    main()
