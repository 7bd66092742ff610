"""The guest's disk image: what is written at the start of every guest's disk so that it boots from it.

MBR with one partition | GRUB in the sectors before it | ext2 with kernel and initramfs. Everything is made in files, by ordinary
programs: nothing is mounted, and no privileges are needed.

Needs the packages grub-pc-bin, busybox-static, gcc, libc6-dev and e2fsprogs, and apt's package lists for the kernel.
"""

import hashlib
import os
import struct
import subprocess
import tempfile
from pathlib import Path

from gfs2lab.guest import initramfs

MIB = 1 << 20
SECTOR = 512
SIZE = 40 * MIB
"""Bytes of the image; the writer's ring begins behind it, at disk.START."""
PARTITION = 1 * MIB
"""Where the partition begins, in bytes; GRUB lies before it."""

KERNEL_PACKAGE = "linux-image-cloud-amd64"
PACKAGES = ("grub-pc-bin", "busybox-static", "gcc", "libc6-dev", "e2fsprogs")
BUSYBOX = Path("/bin/busybox")
GRUB = Path("/usr/lib/grub/i386-pc")
GRUB_MODULES = ("biosdisk", "part_msdos", "ext2", "linux16")

COMMAND_LINE = "console=ttyS0 quiet mitigations=off"
GRUB_CONFIG = f"linux16 /vmlinuz {COMMAND_LINE}\ninitrd16 /initramfs\nboot\n"
"""By the kernel's 16-bit entry: for the 32-bit one GRUB copies 52 MiB byte by byte, a quarter of the boot under emulation."""

SCRIPTS = Path(__file__).resolve().parents[2] / "guest"
"""The writer's source and what the guest runs."""
SOURCES = ("image", "initramfs", "cpio", "network", "disk")
"""The modules of this package that have a say in the image."""


def build(cache: Path) -> Path:
    """The image `guest.raw` in a folder below `cache`: made anew only when a source or a package has changed."""
    kernel = _kernel()
    folder = cache / f"guest-{_key(kernel)}"
    image = folder / "guest.raw"
    if not image.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as work:
            unfinished = _make(Path(work), _download(*kernel, cache))
            os.replace(unfinished, image)
    return image


def _make(work: Path, package: Path) -> Path:
    """The image, made in the folder `work` with the kernel of a Debian package."""
    kernel, writer, files = work / "kernel", work / "writer", work / "files"
    files.mkdir()
    _run("dpkg-deb", "--extract", package, kernel)
    _run("gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-static", "-s", "-o", writer, SCRIPTS / "writer.c")
    [vmlinuz] = (kernel / "boot").glob("vmlinuz-*")
    os.replace(vmlinuz, files / "vmlinuz")
    (files / "initramfs").write_bytes(initramfs.build(kernel, BUSYBOX, writer, SCRIPTS))

    image = work / "guest.raw"
    image.write_bytes(_boot_sectors(work))
    os.truncate(image, SIZE)
    blocks = f"{(SIZE - PARTITION) >> 10}k"
    _run("mke2fs", "-q", "-t", "ext2", "-m", "0", "-d", files, "-E", f"offset={PARTITION},root_owner=0:0", image, blocks)
    return image


def _boot_sectors(work: Path) -> bytes:
    """MBR and GRUB. boot.img looks for GRUB's core in the very next sector, and grub-mkimage has written its length into it."""
    config, core = work / "grub.cfg", work / "core.img"
    config.write_text(GRUB_CONFIG)
    # The empty drive is the one that the BIOS started: GRUB needs to know no disk's name.
    _run("grub-mkimage", "-O", "i386-pc", "-c", config, "-p", "(,msdos1)/", "-o", core, *GRUB_MODULES)
    boot = (GRUB / "boot.img").read_bytes()
    sectors = boot[:446] + partition_table() + boot[510:] + core.read_bytes()
    if len(sectors) > PARTITION:
        raise ValueError(f"{len(sectors)} bytes of GRUB do not fit before the partition")
    return sectors


def partition_table() -> bytes:
    """The MBR's 64 bytes: one bootable Linux partition up to the image's end, by sector numbers only (cylinders are not given)."""
    no_cylinders = b"\xfe\xff\xff"
    first = struct.pack("<B3sB3sII", 0x80, no_cylinders, 0x83, no_cylinders, PARTITION // SECTOR, (SIZE - PARTITION) // SECTOR)
    return first.ljust(64, b"\0")


def _kernel() -> tuple[str, str]:
    """Name and version of the package that KERNEL_PACKAGE now stands for."""
    depends = _run("apt-cache", "depends", "--important", KERNEL_PACKAGE)
    [name] = [line.split()[1] for line in depends.splitlines() if line.lstrip().startswith("Depends: linux-image-")]
    shown = _run("apt-cache", "show", "--no-all-versions", name)
    [version] = [line.split()[1] for line in shown.splitlines() if line.startswith("Version: ")]
    return name, version


def _download(name: str, version: str, cache: Path) -> Path:
    """The file of a package, kept in the cache."""
    target = cache / f"{name}_{version}.deb"
    if not target.exists():
        with tempfile.TemporaryDirectory(dir=cache) as work:
            # Without the option apt warns that its unprivileged user cannot write here.
            _run("apt-get", "download", "-q", "-o", "APT::Sandbox::User=root", f"{name}={version}", folder=Path(work))
            [package] = Path(work).iterdir()
            os.replace(package, target)
    return target


def _key(kernel: tuple[str, str]) -> str:
    """What the image is made of, as twelve hexadecimal digits."""
    versions = _run("dpkg-query", "--show", *PACKAGES) + " ".join(kernel)
    sources = sorted([*SCRIPTS.iterdir(), *(Path(__file__).parent / f"{name}.py" for name in SOURCES)])
    digest = hashlib.sha256(versions.encode())
    for source in sources:
        digest.update(source.read_bytes())
    return digest.hexdigest()[:12]


def _run(*command: str | Path, folder: Path | None = None) -> str:
    """What a command prints; its complaint is part of the error if it fails."""
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace")
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} failed with {done.returncode}: {done.stderr.strip()}")
    return done.stdout
