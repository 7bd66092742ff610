"""The description that is tried: what the lab has to change in it, and what the lab then needs to know of it.

What is always written in a description is read from it; what is derived (devices, the guests' MACs) is read from the tree
that gfs2gen made of it, so no default of the compiler is repeated here.
"""

import ipaddress
import re
import shutil
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from .guest import network
from .shell import LabError

# What a guest without hardware help needs, in MiB: its kernel, a busybox and the writer; and so all that it gets.
GUEST_MEMORY_MIB = 128
SMALL = {"memory": f"{GUEST_MEMORY_MIB}MiB", "vcpus": 1, "type": "qemu"}
# The guest that a description without any gets.
WITNESS = {"name": "witness", "network": {"bridge": "br0", "mac": "52:54:00:77:02:50"}}


@dataclass(frozen=True)
class Device:
    """A fence device: the BMC that its options lead to."""

    name: str
    address: str
    port: int
    username: str
    secret_path: str


@dataclass(frozen=True)
class Node:
    """A node: `place` is 0 or 1; `addresses` by the names of the description; `disks` by DRBD resource."""

    name: str
    place: int
    addresses: dict[str, str]
    disks: dict[str, str]
    identities: dict[str, str]
    devices: list[Device]
    secrets: list[str]


@dataclass(frozen=True)
class Filesystem:
    """A filesystem, the DRBD resource that it stands on, where it is mounted, and its device in the generated CIB."""

    name: str
    resource: str
    mount: str
    device: str


@dataclass(frozen=True)
class Guest:
    """A guest as its generated domain has it: MAC, bridge, and its first disk's file."""

    name: str
    mac: str
    bridge: str
    image: str

    @property
    def address(self) -> str:
        """The address that the lab's guest gives itself, from the last two octets of its MAC."""
        return network.address(self.mac)


@dataclass(frozen=True)
class Cluster:
    """What the lab needs to know."""

    name: str
    platform: str
    nodes: tuple[Node, Node]
    links: list[str]
    replication: dict[str, str]
    sizes: dict[str, int]
    minors: dict[str, int]
    filesystems: list[Filesystem]
    token_s: float
    # What the fence handler waits for at most: the other node noticed as lost, and fenced.
    budget_s: int
    transport: str
    migration: str
    changes: list[str] = field(default_factory=list)
    guests: list[Guest] = field(default_factory=list)

    @property
    def networks(self) -> list[str]:
        """The names of the addresses: each is a network of its own."""
        return sorted(set(self.nodes[0].addresses) | set(self.nodes[1].addresses))

    @property
    def resources(self) -> list[str]:
        """The DRBD resources."""
        return list(self.sizes)

    def node(self, name: str) -> Node:
        """The node of that name."""
        return next(node for node in self.nodes if node.name == name)

    def other(self, name: str) -> Node:
        """The other one."""
        return next(node for node in self.nodes if node.name != name)


def adapt(source: Path, platform: str | None, folder: Path) -> list[str]:
    """Writes the description to `folder` with what the lab has to change, and returns these changes in words."""
    data = yaml.safe_load(source.read_text())
    changes: list[str] = []
    if platform and data["platform"] != platform:
        changes.append(f"platform: {data['platform']} becomes {platform}")
        data["platform"] = platform
    for node in data["nodes"]:
        _devices(node, changes)
    _guests(data, source.parent, folder, changes)
    if (data.get("firewall") or {}).get("manage", "none") != "none":
        changes.append("firewall: not managed")
        data["firewall"] = {"manage": "none"}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cluster.yaml").write_text(yaml.safe_dump(data, sort_keys=False))
    return changes


def _devices(node: dict, changes: list[str]) -> None:
    """IPMI is what the lab can play; the simulator speaks no cipher suite but 3."""
    for device in node["fence"]:
        if device["agent"] not in ("fence_ipmilan", "fence_ipmilanplus"):
            changes.append(f"{node['name']}: {device['name']} ({device['agent']}) is left out: the lab's BMCs speak IPMI")
        elif str(device.get("options", {}).get("cipher", 3)) != "3":
            changes.append(f"{node['name']}: {device['name']}: cipher 3, which the BMC simulator speaks")
            device["options"]["cipher"] = 3
    node["fence"] = [device for device in node["fence"] if device["agent"].startswith("fence_ipmilan")]
    if not node["fence"]:
        raise LabError(f"{node['name']} has no fence_ipmilan device: the lab can play no other")


def _guests(data: dict, source: Path, folder: Path, changes: list[str]) -> None:
    """Guests run without hardware help, so they are small."""
    if not data.get("vms"):
        disk = {"filesystem": data["storage"][0]["filesystems"][0]["name"], "file": "witness.raw", "size": "256MiB"}
        data["vms"] = [WITNESS | {"disks": [disk]}]
        changes.append("guests: there is none, so one is added: witness")
    for guest in data["vms"]:
        if "domain" in guest:
            folder.joinpath(guest["domain"]).parent.mkdir(parents=True, exist_ok=True)
            _soften(source / guest["domain"], folder / guest["domain"])
        else:
            guest |= SMALL
            guest.pop("cpu", None)
        changes.append(f"{guest['name']}: emulated (no KVM here), {GUEST_MEMORY_MIB} MiB, one CPU")


def _soften(source: Path, target: Path) -> None:
    """A domain of the user's own, with what cannot be had without KVM taken out."""
    tree = ET.parse(source)
    root = tree.getroot()
    root.set("type", "qemu")
    for tag in ("cpu", "currentMemory", "memoryBacking"):
        for element in root.findall(tag):
            root.remove(element)
    for tag, text in (("memory", str(GUEST_MEMORY_MIB)), ("vcpu", "1")):
        element = root.find(tag)
        if element is not None:
            element.attrib.clear()
            element.text = text
            if tag == "memory":
                element.set("unit", "MiB")
    shutil.copyfile(source, target)
    tree.write(target)


UNITS = {"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40}


def _size(storage: dict) -> int:
    """The bytes of a backing disk: what is written, or enough for what stands on it."""
    def of(text: str) -> int | None:
        found = re.fullmatch(r"([0-9.]+)\s*([KMGT]iB)", str(text))
        return int(float(found[1]) * UNITS[found[2]]) if found else None

    written = of(storage.get("size", ""))
    if written:
        return written
    return sum((of(f.get("size", "")) or 768 * UNITS["MiB"]) for f in storage["filesystems"]) + 64 * UNITS["MiB"]


def read(folder: Path, tree: Path, changes: list[str]) -> Cluster:
    """What the adapted description in `folder` and the tree made of it say."""
    data = yaml.safe_load((folder / "cluster.yaml").read_text())
    nodes = [_node(place, node, data["storage"], tree) for place, node in enumerate(data["nodes"])]
    rootfs = tree / "nodes" / nodes[0].name / "rootfs/etc"
    token = re.search(r"token: (\d+)", (rootfs / "corosync/corosync.conf").read_text())
    handler = (rootfs.parent / "usr/local/sbin/gfs2gen-fence-peer.sh").read_text()
    budget = re.search(r"else timeout=(\d+); fi", handler)
    if budget is None:
        raise LabError("the fence handler has no timeout")
    migration = data.get("migration") or {}
    cib = ET.parse(tree / "cluster/cib.xml")
    minors = {}
    for storage in data["storage"]:
        text = (rootfs / f"drbd.d/{storage['name']}.res").read_text()
        minors[storage["name"]] = int(re.search(r"minor (\d+)", text)[1])
    return Cluster(
        name=data["cluster"]["name"],
        platform=data["platform"],
        nodes=(nodes[0], nodes[1]),
        links=data["cluster"].get("links") or ["cluster"],
        replication={storage["name"]: storage.get("address", "replication") for storage in data["storage"]},
        sizes={storage["name"]: _size(storage) for storage in data["storage"]},
        minors=minors,
        filesystems=[Filesystem(f["name"], s["name"], f["mount"], _device(cib, f["name"])) for s in data["storage"] for f in s["filesystems"]],
        token_s=int(token[1]) / 1000 if token else 3.0,
        budget_s=int(budget[1]),
        transport=migration.get("transport", "ssh"),
        migration=migration.get("address", "replication"),
        changes=changes,
        guests=[_guest(vm["name"], rootfs / f"gfs2gen/domains/{vm['name']}.xml") for vm in data.get("vms", [])],
    )


def _node(place: int, node: dict, storages: list[dict], tree: Path) -> Node:
    def of(value: object) -> str:
        return value[node["name"]] if isinstance(value, dict) else str(value)

    devices = []
    for device in node["fence"]:
        options = device["options"]
        secret = (device.get("secrets") or {}).get("password")
        if secret is None:
            raise LabError(f"{device['name']} has no secret `password`: the lab's BMCs want one")
        devices.append(Device(device["name"], options["ip"], int(options.get("ipport", 623)), str(options["username"]), secret))
    secrets = re.search(r"^FENCE_SECRETS=\((.*)\)", (tree / f"nodes/{node['name']}/node.sh").read_text(), re.MULTILINE)
    return Node(
        name=node["name"],
        place=place,
        addresses={name: str(ipaddress.ip_address(address)) for name, address in node["addresses"].items()},
        disks={storage["name"]: of(storage["disk"]) for storage in storages},
        identities={s["name"]: of(s["identity"]) for s in storages if s.get("identity")},
        devices=devices,
        secrets=[path.strip("'") for path in secrets[1].split()] if secrets else [],
    )


def _device(cib: ET.ElementTree, filesystem: str) -> str:
    value = cib.find(f".//primitive[@id='fs-{filesystem}']/instance_attributes/nvpair[@name='device']")
    if value is None:
        raise LabError(f"cib.xml does not say on which device {filesystem} is")
    return value.get("value", "")


def _guest(name: str, domain: Path) -> Guest:
    root = ET.parse(domain).getroot()
    interface, disk = root.find("devices/interface"), root.find("devices/disk[@device='disk']/source")
    if interface is None or disk is None:
        raise LabError(f"guest {name} has no network or no disk: the lab could not watch it")
    return Guest(name, interface.find("mac").get("address"), interface.find("source").get("bridge"), disk.get("file"))
