"""A small cluster for tests: a description, and the few files of its tree that the lab reads, written by hand."""

from pathlib import Path

from gfs2lab.description import Cluster, adapt, read

DESCRIPTION = """
apiVersion: gfs2gen/v1
platform: debian12
cluster: { name: small }
nodes:
  - name: one
    addresses: { cluster: 192.0.2.1, replication: 2001:db8:0:0::1 }
    fence:
      - { name: bmc-one, agent: fence_ipmilan, options: { ip: 198.51.100.1, username: u, cipher: 17 }, secrets: { password: /s/one } }
      - { name: pdu, agent: fence_apc_snmp, options: { ip: 198.51.100.9, plug: 1 } }
  - name: two
    addresses: { cluster: 192.0.2.2, replication: 2001:db8:0:0::2 }
    fence:
      - { name: bmc-two, agent: fence_ipmilan, options: { ip: 198.51.100.2, ipport: 6230, username: u }, secrets: { password: /s/two } }
storage:
  - name: r0
    disk: { one: /dev/disk/by-id/a, two: /dev/disk/by-id/b }
    identity: A1
    filesystems:
      - { name: fast, size: 512MiB, mount: /srv/fast }
      - { name: rest, mount: /srv/rest }
vms:
  - name: web
    memory: 16GiB
    vcpus: 8
    cpu: Skylake-Server
    disks: [{ filesystem: fast, file: web.raw, size: 1GiB }]
    network: { bridge: br0, mac: "52:54:00:00:07:08" }
firewall: { manage: nftables }
"""

CIB = "<cib>{}</cib>".format("".join(
    f"""<primitive id="fs-{name}"><instance_attributes id="a"><nvpair id="b" name="device" value="/dev/vg_r0/lv_{name}"/></instance_attributes>
    </primitive>""" for name in ("fast", "rest")))

DOMAIN = """<domain type="qemu"><devices>
  <disk type="file" device="cdrom"><source file="/srv/fast/cd.iso"/></disk>
  <disk type="file" device="disk"><source file="/srv/fast/web.raw"/></disk>
  <interface type="bridge"><mac address="52:54:00:00:07:08"/><source bridge="br0"/></interface>
</devices></domain>
"""


def adapted(folder: Path, description: str = DESCRIPTION, platform: str | None = None) -> list[str]:
    """The description as the lab changes it, in folder/description; returns the changes."""
    source = folder / "cluster.yaml"
    source.write_text(description)
    return adapt(source, platform, folder / "description")


def cluster(folder: Path) -> Cluster:
    """What the lab knows of it."""
    adapted(folder)
    tree = folder / "tree"
    for node in ("one", "two"):
        etc = tree / f"nodes/{node}/rootfs/etc"
        for name, text in (("corosync/corosync.conf", "totem {\n    token: 7000\n}\n"), ("drbd.d/r0.res", "device /dev/drbd5 minor 5;\n"),
                           ("gfs2gen/domains/web.xml", DOMAIN),
                           ("../usr/local/sbin/gfs2gen-fence-peer.sh", "if is_frozen; then timeout=490; else timeout=85; fi\n")):
            (etc / name).parent.mkdir(parents=True, exist_ok=True)
            (etc / name).write_text(text)
        (tree / f"nodes/{node}/node.sh").write_text("FENCE_SECRETS=( /s/one '/s/two' )\n")
    (tree / "cluster").mkdir(exist_ok=True)
    (tree / "cluster/cib.xml").write_text(CIB)
    return read(folder / "description", tree, [])
