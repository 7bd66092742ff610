"""The nodes' root file systems: a small Debian, and on it what the generated step `packages` itself installs.

Nothing is added to that list, and recommended packages stay out: what the list forgets, the scenarios find missing.
"""

import hashlib
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from .shell import LabError, run, say

# What a machine has before anybody makes a cluster of it, and what the lab asks it with.
BASE = (
    "systemd,systemd-sysv,udev,dbus,kmod,iproute2,iputils-ping,openssh-server,openssh-client,procps,less,ca-certificates,"
    "python3-minimal,libpython3-stdlib,dmsetup"
)
# Where a Debian release for these processors has its C library, and what of it a kernel that is a program needs.
LIBRARY_FOLDER = "x86_64-linux-gnu"
LIBRARIES = ("libc.so.6", "ld-linux-x86-64.so.2")
# The root file system's size; it is sparse, and each node writes to a copy of its own.
SIZE = "5G"


@dataclass(frozen=True)
class Suite:
    """A Debian release as the lab uses it."""

    platform: str
    name: str

    @property
    def sources(self) -> list[str]:
        """Its apt lines: the mirrors and keys of this machine, with the release's own suites."""
        mirrors = _mirrors()
        key = "[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]"
        lines = [f"deb {key} {mirrors['main']} {suite} main" for suite in (self.name, f"{self.name}-updates")]
        if "security" in mirrors:
            lines.append(f"deb {key} {mirrors['security']} {self.name}-security main")
        return lines


SUITES = {suite.platform: suite for suite in (Suite("debian12", "bookworm"), Suite("debian13", "trixie"))}


def _mirrors() -> dict[str, str]:
    """Where this machine gets Debian's packages from."""
    folder = Path("/etc/apt")
    text = "\n".join(f.read_text() for f in [folder / "sources.list", *sorted((folder / "sources.list.d").glob("*"))] if f.is_file())
    found: dict[str, str] = {}
    for url in re.findall(r"^(?:URIs:|deb(?:\s+\[[^\]]*\])?)\s+(\S+)", text, re.MULTILINE):
        if url.rstrip("/").endswith("debian"):
            found.setdefault("main", url)
        elif "security" in url:
            found.setdefault("security", url)
    if "main" not in found:
        raise LabError("no Debian mirror in /etc/apt: the lab installs its nodes from this machine's own")
    return found


class Builder:
    """Makes root file systems below one cache folder; what is there already is not made again."""

    def __init__(self, cache: Path, suite: Suite) -> None:
        self.cache = cache / suite.name
        self.suite = suite
        self.log = self.cache / "build.log"
        self.cache.mkdir(parents=True, exist_ok=True)

    def kernel(self) -> Path:
        """User-Mode Linux of the release: its folder, with `linux`, `modules`, and `lib`, the C library that it runs with."""
        folder = self.cache / "kernel"
        if not (folder / "lib").exists():
            shutil.rmtree(folder, ignore_errors=True)
            say(f"fetching {self.suite.name}'s User-Mode Linux")
            base = self._base()
            run("chroot", base, "apt-get", "-q", "update", log=self.log)
            run("chroot", base, "sh", "-c", "cd /tmp && apt-get -q download user-mode-linux", log=self.log)
            package = next((base / "tmp").glob("user-mode-linux_*.deb"))
            run("dpkg-deb", "-x", package, folder.with_suffix(".new"))
            new = folder.with_suffix(".new")
            (new / "linux").symlink_to(next(p.relative_to(new) for p in new.glob("usr/bin/linux*") if not p.is_symlink()))
            (new / "modules").symlink_to("usr/lib/uml/modules")
            (new / "lib").mkdir()
            for library in LIBRARIES:
                shutil.copy2(base / "usr/lib" / LIBRARY_FOLDER / library, new / "lib")
            new.rename(folder)
        return folder

    def _base(self) -> Path:
        folder = self.cache / "base"
        if not folder.exists():
            say(f"installing a small {self.suite.name}")
            new = folder.with_suffix(".new")
            shutil.rmtree(new, ignore_errors=True)
            words = ["mmdebstrap", "--mode=root", "--variant=minbase", f"--include={BASE}",
                     "--aptopt=APT::Install-Recommends false", self.suite.name, new]
            run(*words, *self.suite.sources, log=self.log)
            new.rename(folder)
        return folder

    def image(self, tree: Path, node: str) -> Path:
        """The root file system with the packages that this tree's step `packages` installs, as an ext4 image."""
        packages = _packages(tree / "nodes" / node / "node.sh")
        key = hashlib.sha256("\n".join([Path(__file__).read_text(), *packages]).encode()).hexdigest()[:16]
        image = self.cache / f"root-{key}.img"
        if not image.exists():
            self._install(tree, node, image)
        return image

    def _install(self, tree: Path, node: str, image: Path) -> None:
        kernel, base = self.kernel(), self._base()
        root = self.cache / "root.new"
        say(f"installing the cluster's packages with the generated step ({self.log})")
        shutil.rmtree(root, ignore_errors=True)
        run("cp", "-a", "--reflink=auto", base, root)
        shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
        inside = "var/lib/gfs2gen/tree"
        shutil.copytree(tree, root / inside)
        (root / "proc").mkdir(exist_ok=True)
        run("mount", "-t", "proc", "proc", root / "proc")
        try:
            run("chroot", root, f"/{inside}/nodes/{node}/node.sh", "packages", log=self.log)
        finally:
            run("umount", "-l", root / "proc")
        shutil.rmtree(root / "var/lib/gfs2gen")
        for leftover in [root / "run/gfs2gen.lock", *root.glob("var/cache/apt/*.bin")]:
            leftover.unlink(missing_ok=True)
        run("chroot", root, "apt-get", "clean")
        (root / "lib/modules").mkdir(exist_ok=True)
        run("cp", "-a", f"{kernel}/modules/.", root / "lib/modules/")
        self._prepare(root)
        new = image.with_suffix(".new")
        new.unlink(missing_ok=True)
        run("truncate", "-s", SIZE, new)
        run("mke2fs", "-q", "-t", "ext4", "-E", "lazy_itable_init=1", "-L", "root", "-d", root, new, log=self.log)
        new.rename(image)
        shutil.rmtree(root)

    def _prepare(self, root: Path) -> None:
        """What makes it boot as a node of the lab: the first device holds it, the second what is the node's own."""
        (root / "etc/fstab").write_text("/dev/ubda / ext4 defaults,noatime 0 1\n")
        # Empty, not missing: at a first boot systemd would enable every unit there is. The kernel is told the real one.
        (root / "etc/machine-id").write_text("")
        (root / "etc/resolv.conf").write_text("")
        (root / "etc/systemd/system/gfs2lab.service").write_text(UNIT)
        wants = root / "etc/systemd/system/sysinit.target.wants"
        wants.mkdir(exist_ok=True)
        (wants / "gfs2lab.service").symlink_to("../gfs2lab.service")
        for key in root.glob("etc/ssh/ssh_host_*"):
            key.unlink()
        # The log of a node that loses power is evidence.
        (root / "var/log/journal").mkdir(exist_ok=True)
        for unit in MASKED:
            (root / "etc/systemd/system" / unit).symlink_to("/dev/null")


# Nothing that a cluster knows of, and each costs a slow kernel seconds.
MASKED = ("apt-daily.timer", "apt-daily-upgrade.timer", "e2scrub_all.timer", "e2scrub_reap.service", "fstrim.timer",
          "dpkg-db-backup.timer", "getty@tty1.service", "systemd-networkd-wait-online.service", "getty-static.service")

# The node's own things are a tar archive on the second device; it is unpacked at the first boot only.
UNIT = """[Unit]
Description=The lab's network and disks
DefaultDependencies=no
After=systemd-remount-fs.service systemd-udevd.service
Before=network-pre.target network.target network-online.target ssh.service sysinit.target
Wants=network-pre.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c '[ -e /etc/gfs2lab/up ] || tar -C / -x -f /dev/ubdb; exec /bin/sh /etc/gfs2lab/up'
[Install]
WantedBy=sysinit.target
"""


def _packages(script: Path) -> list[str]:
    """The list in node.sh."""
    found = re.search(r"^PACKAGES=\(\n(.*?)^\)", script.read_text(), re.MULTILINE | re.DOTALL)
    if found is None:
        raise LabError(f"{script} has no list PACKAGES")
    return found[1].split()
