"""One machine of the rack: a User-Mode Linux kernel as a process, with power that can be cut."""

import hashlib
import os
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from .rootfs import LIBRARY_FOLDER

# A kernel runs with the C library of its own release, which may be newer than this machine's: it stands in its place, in a mount
# namespace. The shell and `mount` are loaded before.
WITH_ITS_LIBRARY = ["unshare", "--mount", "sh", "-c", f'mount --bind "$0" /usr/lib/{LIBRARY_FOLDER} && exec "$@"']

# Of each node, in MiB.
MEMORY = 1536


@dataclass
class Machine:
    """A machine by its parts; `nics` are (tap, MAC), `disks` files for the devices after the first."""

    name: str
    folder: Path
    kernel: Path
    image: Path
    nics: list[tuple[str, str]]
    disks: list[Path]
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def is_on(self) -> bool:
        """Whether its kernel runs."""
        return self.process is not None and self.process.poll() is None

    def on(self) -> None:
        """Presses the power button of a machine that is off."""
        if self.is_on():
            return
        disks = [f"ubd0={self.folder / 'cow'},{self.image}", *(f"ubd{at}={disk}" for at, disk in enumerate(self.disks, 1))]
        nics = [f"vec{at}:transport=tap,ifname={tap},mac={mac},depth=128,gro=1" for at, (tap, mac) in enumerate(self.nics)]
        words = [*WITH_ITS_LIBRARY, str(self.kernel / "lib"), str(self.kernel / "linux"), f"mem={MEMORY}M", *disks, *nics, f"umid={self.name}", f"uml_dir={self.folder}/",
                 "root=/dev/ubda", "rw", "con=null", "con0=null,fd:1", "console=tty0", "loglevel=5", "panic=5", "net.ifnames=0",
                 f"systemd.machine_id={hashlib.md5(self.name.encode()).hexdigest()}"]
        with (self.folder / "console.log").open("ab") as console:
            console.write(f"--- power on at {time.time():.3f}\n".encode())
            self.process = subprocess.Popen(words, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=console, stderr=console,
                                            start_new_session=True)

    def off(self) -> None:
        """Cuts its power: every process of the kernel is killed at once."""
        if self.process is None:
            return
        session = self.process.pid
        for _ in range(50):
            left = _session(session)
            if not left:
                break
            for pid in left:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            self.process.poll()
            time.sleep(0.05)
        self.process.wait()

    def reset(self) -> None:
        """Off and on."""
        self.off()
        self.on()


def _session(leader: int) -> list[int]:
    """The processes of a session; a kernel's processes share the one that it was started in."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[3]) == leader and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found
