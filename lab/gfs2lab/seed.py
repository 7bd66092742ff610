"""What makes one machine of the lab a certain node: its name, addresses, disks, keys and secrets, as a tar archive.

It is what people prepare by hand before they run bootstrap.sh (RUNBOOK.md says what), and no more than that.
"""

import io
import ipaddress
import tarfile
from pathlib import Path

from .description import Cluster, Node
from .shell import run

# What the device mapper counts in, in bytes.
SECTOR = 512
# The network over which the lab itself reaches the nodes, and they their BMCs. It is cut only where that is the fault in question.
MANAGEMENT = ipaddress.ip_network("198.18.0.0/24")
GATEWAY = "198.18.0.1"
# Each disk under DRBD has so many bytes more behind what the node sees: what a disk grows by comes from there.
ROOM = 2 << 30


def management(node: Node) -> str:
    """The address at which the lab reaches a node."""
    return f"198.18.0.{11 + node.place}"


def prefix(addresses: list[str]) -> int:
    """The longest usual prefix under which these addresses are one network."""
    networks = [ipaddress.ip_interface(address) for address in addresses]
    longest = 24 if networks[0].version == 4 else 64
    for bits in range(longest, 0, -8):
        if len({ipaddress.ip_network(f"{network.ip}/{bits}", strict=False) for network in networks}) == 1:
            return bits
    return 1


class Keys:
    """Keys and certificates of one lab: made anew for each, below its folder."""

    def __init__(self, folder: Path, cluster: Cluster, tree: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.cluster = folder, cluster
        self.names = {node.name: _names(node, tree) for node in cluster.nodes}
        for name in ["operator", *(f"root-{n.name}" for n in cluster.nodes), *(f"host-{n.name}" for n in cluster.nodes)]:
            if not (folder / name).exists():
                run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", folder / name)
        if cluster.transport == "tls":
            self._certificates()

    def _certificates(self) -> None:
        """One CA, and for each node a certificate for all of its names, as server and as client."""
        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "365"]
        ca = self.folder / "ca"
        run("openssl", "req", "-x509", *curve, "-subj", "/CN=the lab", "-keyout", f"{ca}.key", "-out", f"{ca}.pem",
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        for node in self.cluster.nodes:
            names = ",".join(f"DNS:{name}" for name in self.names[node.name])
            names += "".join(f",IP:{address}" for address in node.addresses.values())
            own = self.folder / f"tls-{node.name}"
            run("openssl", "req", "-x509", *curve, "-CA", f"{ca}.pem", "-CAkey", f"{ca}.key", "-subj", f"/CN={node.name}",
                "-keyout", f"{own}.key", "-out", f"{own}.pem", "-addext", f"subjectAltName={names}",
                "-addext", "keyUsage=critical,digitalSignature,keyEncipherment", "-addext", "basicConstraints=critical,CA:FALSE",
                "-addext", "extendedKeyUsage=serverAuth,clientAuth")

    def public(self, name: str) -> str:
        """A public key's line."""
        return (self.folder / f"{name}.pub").read_text()


def _names(node: Node, tree: Path) -> list[str]:
    """The names that the generated hosts file gives a node."""
    lines = (tree / f"nodes/{node.name}/rootfs/etc/gfs2gen/hosts").read_text().splitlines()
    own = set(node.addresses.values())
    found = {name for line in lines if line.split() and line.split()[0] in own for name in line.split()[1:]}
    return sorted({node.name} | found)


def write(path: Path, node: Node, cluster: Cluster, keys: Keys, passwords: dict[str, str]) -> None:
    """Writes a node's archive; `passwords` are those of the BMCs by the path where the description wants them."""
    files: dict[str, tuple[int, str]] = {
        "etc/hostname": (0o644, f"{node.name}\n"),
        # As Debian's installer leaves it: the node's own name leads to the loopback.
        "etc/hosts": (0o644, f"127.0.0.1\tlocalhost\n127.0.1.1\t{node.name}\n"),
        "etc/gfs2lab/up": (0o755, _up(node, cluster)),
        "etc/udev/rules.d/99-gfs2lab.rules": (0o644, _rules(node)),
    }
    files |= {secret: (0o600, f"{passwords[secret]}\n") for secret in node.secrets}
    files |= _ssh(node, cluster, keys)
    if cluster.transport == "tls":
        files |= _tls(node, keys)
    files |= {table(resource).lstrip("/"): (0o644, f"0 {size // SECTOR} linear {device(place)} 0\n")
              for place, (resource, size) in enumerate(cluster.sizes.items())}
    with tarfile.open(path, "w") as archive:
        for folder, mode in (("root/.ssh", 0o700), ("etc/gfs2gen", 0o755), ("etc/gfs2gen/secrets", 0o700)):
            member = tarfile.TarInfo(folder)
            member.type, member.mode = tarfile.DIRTYPE, mode
            archive.addfile(member)
        for name, (mode, text) in files.items():
            member = tarfile.TarInfo(name.lstrip("/"))
            member.mode, member.size = mode, len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))


def _ssh(node: Node, cluster: Cluster, keys: Keys) -> dict[str, tuple[int, str]]:
    """root reaches the other node without a password, and knows it: what migration over ssh needs."""
    known = "".join(
        f"{','.join([*keys.names[other.name], *other.addresses.values()])} {keys.public(f'host-{other.name}')}" for other in cluster.nodes
    )
    allowed = keys.public("operator") + "".join(keys.public(f"root-{other.name}") for other in cluster.nodes)
    return {
        "root/.ssh/authorized_keys": (0o600, allowed),
        "root/.ssh/id_ed25519": (0o600, (keys.folder / f"root-{node.name}").read_text()),
        "root/.ssh/known_hosts": (0o600, known),
        "etc/ssh/ssh_host_ed25519_key": (0o600, (keys.folder / f"host-{node.name}").read_text()),
        "etc/ssh/ssh_host_ed25519_key.pub": (0o644, keys.public(f"host-{node.name}")),
    }


def _tls(node: Node, keys: Keys) -> dict[str, tuple[int, str]]:
    """Where libvirt looks for certificates (libvirt.org, "TLS setup")."""
    def text(name: str) -> str:
        return (keys.folder / name).read_text()

    files = {"etc/pki/CA/cacert.pem": (0o644, text("ca.pem"))}
    for side in ("server", "client"):
        files[f"etc/pki/libvirt/{side}cert.pem"] = (0o644, text(f"tls-{node.name}.pem"))
        files[f"etc/pki/libvirt/private/{side}key.pem"] = (0o600, text(f"tls-{node.name}.key"))
    return files


def _rules(node: Node) -> str:
    """The names that the description uses for the disks, and the serial numbers that it promises."""
    lines = []
    for resource, path in node.disks.items():
        serial = f', ENV{{ID_SERIAL}}="{node.identities[resource]}"' if resource in node.identities else ""
        link = path.removeprefix("/dev/")
        lines.append(f'SUBSYSTEM=="block", ENV{{DM_NAME}}=="lab-{resource}", SYMLINK+="{link}"{serial}\n')
    return "".join(lines)


def _up(node: Node, cluster: Cluster) -> str:
    """The script that gives a node its network and disks at each boot. Interfaces come in the order of `interfaces`."""
    lines = ["# The lab's network and disks of this node.", "hostname \"$(cat /etc/hostname)\"", "modprobe -a bridge tun dm-mod",
             "ip link set lo up", f"ip addr add {management(node)}/{MANAGEMENT.prefixlen} dev vec0", "ip link set vec0 up"]
    for at, network in enumerate(interfaces(cluster)[1:], 1):
        lines.append(f"ip link set vec{at} up")
        if network in node.addresses:
            address = node.addresses[network]
            bits = prefix([other.addresses[network] for other in cluster.nodes if network in other.addresses])
            lines.append(f"ip addr add {address}/{bits} dev vec{at}{' nodad' if ':' in address else ''}")
        else:
            bridge = network.removeprefix("guests:")
            lines += [f"ip link add {bridge} type bridge stp_state 0 forward_delay 0", f"ip link set vec{at} master {bridge}",
                      f"ip link set {bridge} up"]
    lines.append(f"ip route add default via {GATEWAY}")
    # Through the device mapper, so that a disk can be made to fail and to grow.
    lines += [f"dmsetup create lab-{resource} {table(resource)}" for resource in cluster.resources]
    # A guest may be promised more memory than the node has; it never uses it.
    lines.append("echo 1 >/proc/sys/vm/overcommit_memory")
    # There is no DMI here that libvirt could read the machine's UUID from, and migration wants two that differ.
    lines.append("if [ -f /etc/libvirt/libvirtd.conf ] && ! grep -q ^host_uuid /etc/libvirt/libvirtd.conf; then "
                 f"echo 'host_uuid = \"00000000-0000-4000-8000-0000000000{11 + node.place}\"' >>/etc/libvirt/libvirtd.conf; fi")
    return "\n".join(lines) + "\n"


def table(resource: str) -> str:
    """The file on a node that says for the device mapper what a disk consists of, also after the next boot. Not below /etc: it is
    the machine's, and no part of its configuration."""
    return f"/var/lib/gfs2lab/{resource}.table"


def device(place: int) -> str:
    """The kernel's name of a disk: the first two devices are the root file system and the archive."""
    return f"/dev/ubd{chr(ord('c') + place)}"


def interfaces(cluster: Cluster) -> list[str]:
    """The networks that every node has an interface in, in their order: the lab's own, the description's, the guests'."""
    bridges = sorted({guest.bridge for guest in cluster.guests})
    return ["management", *cluster.networks, *(f"guests:{bridge}" for bridge in bridges)]
