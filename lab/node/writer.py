"""Runs on a node: writes numbered lines to a cluster file system, and says of each only when it is on the disks.

`writer.py MOUNT NAME SINK INTERVAL` writes to MOUNT/gfs2lab-NAME for ever, while MOUNT is mounted; the file is opened anew for
each line, so that nothing keeps the file system from being unmounted. Each line that has been synced is acknowledged by UDP
to the sink as `NAME NUMBER 0`.
`writer.py --check FILE` prints JSON: the last number, and the numbers that are missing or torn before it.
"""

import json
import os
import socket
import sys
import time

LINE = 32


def line(number: int) -> bytes:
    """A line that shows when it is torn: its number, twice."""
    return f"{number:015d} {number:015d}\n".encode()


def last(path: str) -> int:
    """The number of lines that are there whole."""
    try:
        return os.stat(path).st_size // LINE
    except FileNotFoundError:
        return 0


def check(path: str) -> dict[str, object]:
    """Whether the file is one unbroken run."""
    with open(path, "rb") as file:
        data = file.read()
    whole = len(data) // LINE
    wrong = [n + 1 for n in range(whole) if data[n * LINE : (n + 1) * LINE] != line(n + 1)]
    return {"last": whole, "wrong": wrong[:10]}


def write(mount: str, name: str, sink: str, interval: float) -> None:
    """The endless run."""
    path, out = os.path.join(mount, f"gfs2lab-{name.replace('/', '-')}"), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    while True:
        if os.path.ismount(mount):
            try:
                number = last(path) + 1
                file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_DSYNC, 0o644)
                try:
                    os.pwrite(file, line(number), (number - 1) * LINE)
                finally:
                    os.close(file)
                out.sendto(f"{name} {number} 0".encode(), (sink, 9999))
            except OSError as error:
                print(f"{path}: {error}", flush=True)
        time.sleep(interval)


if __name__ == "__main__":
    if sys.argv[1] == "--check":
        print(json.dumps(check(sys.argv[2])))
    else:
        write(sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4]))
