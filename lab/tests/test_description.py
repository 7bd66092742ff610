"""description: what the lab changes, and what it knows afterwards."""

import tempfile
import unittest
from pathlib import Path

import yaml

from gfs2lab.description import GUEST_MEMORY_MIB
from gfs2lab.shell import LabError

from . import small


class InAFolder(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)


class Adapted(InAFolder):
    def written(self, description: str = small.DESCRIPTION, platform: str | None = None) -> dict:
        self.changes = small.adapted(self.folder, description, platform)
        return yaml.safe_load((self.folder / "description/cluster.yaml").read_text())

    def test_only_ipmi_devices_stay_and_use_the_simulators_cipher(self) -> None:
        [device] = self.written()["nodes"][0]["fence"]
        self.assertEqual((device["name"], device["options"]["cipher"]), ("bmc-one", 3))
        self.assertEqual(sum("pdu" in change for change in self.changes), 1)

    def test_a_device_without_a_cipher_stays_as_it_is(self) -> None:
        [device] = self.written()["nodes"][1]["fence"]
        self.assertNotIn("cipher", device["options"])

    def test_a_node_without_ipmi_is_refused(self) -> None:
        with self.assertRaises(LabError):
            self.written(small.DESCRIPTION.replace("fence_ipmilan", "fence_ilo4_ssh"))

    def test_guests_become_small_and_emulated(self) -> None:
        [guest] = self.written()["vms"]
        self.assertEqual((guest["memory"], guest["vcpus"], guest["type"]), (f"{GUEST_MEMORY_MIB}MiB", 1, "qemu"))
        self.assertNotIn("cpu", guest)
        self.assertEqual(guest["disks"][0]["file"], "web.raw")

    def test_a_description_without_guests_gets_one_on_its_first_filesystem(self) -> None:
        start, _, _ = small.DESCRIPTION.partition("vms:")
        [guest] = self.written(start)["vms"]
        self.assertEqual((guest["name"], guest["disks"][0]["filesystem"]), ("witness", "fast"))

    def test_the_firewall_is_left_alone(self) -> None:
        self.assertEqual(self.written()["firewall"], {"manage": "none"})

    def test_another_platform_is_said(self) -> None:
        self.assertEqual(self.written(platform="debian13")["platform"], "debian13")
        self.assertIn("platform: debian12 becomes debian13", self.changes)

    def test_the_same_platform_is_no_change(self) -> None:
        self.written(platform="debian12")
        self.assertFalse([change for change in self.changes if change.startswith("platform")])


class Known(InAFolder):
    def setUp(self) -> None:
        super().setUp()
        self.cluster = small.cluster(self.folder)

    def test_of_the_tree(self) -> None:
        self.assertEqual((self.cluster.token_s, self.cluster.minors), (7.0, {"r0": 5}))
        self.assertEqual(self.cluster.nodes[0].secrets, ["/s/one", "/s/two"])

    def test_of_the_nodes(self) -> None:
        one, two = self.cluster.nodes
        self.assertEqual(one.addresses, {"cluster": "192.0.2.1", "replication": "2001:db8::1"})
        self.assertEqual((one.disks, two.disks), ({"r0": "/dev/disk/by-id/a"}, {"r0": "/dev/disk/by-id/b"}))
        self.assertEqual((one.identities, two.identities), ({"r0": "A1"}, {"r0": "A1"}))
        self.assertEqual([(device.address, device.port) for device in two.devices], [("198.51.100.2", 6230)])
        self.assertEqual(self.cluster.other("one"), two)

    def test_a_disk_is_large_enough_for_its_filesystems(self) -> None:
        self.assertGreaterEqual(self.cluster.sizes["r0"], (512 + 768) << 20)

    def test_the_guest_by_its_first_disk(self) -> None:
        [guest] = self.cluster.guests
        self.assertEqual((guest.image, guest.bridge), ("/srv/fast/web.raw", "br0"))

    def test_defaults_of_the_networks(self) -> None:
        self.assertEqual((self.cluster.links, self.cluster.replication), (["cluster"], {"r0": "replication"}))
        self.assertEqual((self.cluster.migration, self.cluster.transport), ("replication", "ssh"))


if __name__ == "__main__":
    unittest.main()
