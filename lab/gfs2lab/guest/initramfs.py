"""The guest's first and only root file system: busybox, drivers, the writer and who is to be told."""

import lzma
import re
from pathlib import Path

from gfs2lab.guest import cpio, disk, network

DRIVERS = ("virtio_pci", "virtio_blk", "virtio_net", "button", "evdev")
"""What the guest loads: its disk, its network, and the power button with the way its presses are told."""


def build(kernel: Path, busybox: Path, writer: Path, scripts: Path) -> bytes:
    """The archive, not compressed: under software emulation the guest would boot no faster.

    `kernel` is an unpacked kernel package, `scripts` the folder that holds `init` and `power-off`.
    """
    drivers = in_load_order(modules(kernel))
    files = {
        "init": (0o755, (scripts / "init").read_bytes()),
        "guest.conf": (0o644, _settings(list(drivers)).encode()),
        "bin/busybox": (0o755, busybox.read_bytes()),
        "writer": (0o755, writer.read_bytes()),
        "etc/acpi/PWRF/00000080": (0o755, (scripts / "power-off").read_bytes()),
    }
    files |= {f"modules/{name}.ko": (0o644, content) for name, content in drivers.items()}
    return cpio.archive(["bin", "dev", "etc", "etc/acpi", "etc/acpi/PWRF", "modules", "proc", "sys"], files)


def modules(kernel: Path) -> dict[str, Path]:
    """Every module of an unpacked kernel package, by name; those built into the kernel are not among them."""
    return {path.name.split(".")[0].replace("-", "_"): path for path in sorted(kernel.rglob("*.ko*"))}


def in_load_order(available: dict[str, Path]) -> dict[str, bytes]:
    """DRIVERS and the modules that they depend on, each after its own dependencies; what is built in is left out."""
    ordered: dict[str, bytes] = {}

    def add(name: str) -> None:
        if name in ordered or name not in available:
            return
        content = _content(available[name])
        for dependency in dependencies(content):
            add(dependency)
        ordered[name] = content

    for driver in DRIVERS:
        add(driver)
    return ordered


def dependencies(module: bytes) -> list[str]:
    """The modules that a module says it depends on."""
    found = re.search(rb"\0depends=([^\0]*)\0", module)
    return [name.replace("-", "_") for name in found[1].decode().split(",") if name] if found else []


def _content(module: Path) -> bytes:
    """A module's code; Debian compresses the files since Debian 13."""
    content = module.read_bytes()
    return lzma.decompress(content) if module.suffix == ".xz" else content


def _settings(drivers: list[str]) -> str:
    """guest.conf, which init reads: values of this package that are needed inside the guest."""
    values = {
        "modules": " ".join(drivers),
        "subnet": network.SUBNET,
        "prefix": network.PREFIX,
        "sink": network.OUTSIDE,
        "port": network.PORT,
        "start": disk.START,
        "length": disk.LENGTH,
    }
    return "".join(f"{name}='{value}'\n" for name, value in values.items())
