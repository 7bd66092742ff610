"""seed: networks, and what a node has of its own."""

import unittest

from gfs2lab import seed

from .test_description import InAFolder, small


class Prefix(unittest.TestCase):
    def test_neighbours(self) -> None:
        self.assertEqual(seed.prefix(["192.0.2.1", "192.0.2.200"]), 24)

    def test_further_apart(self) -> None:
        self.assertEqual(seed.prefix(["10.1.4.4", "10.1.7.7"]), 16)
        self.assertEqual(seed.prefix(["10.1.4.4", "10.2.4.4"]), 8)

    def test_nothing_in_common(self) -> None:
        self.assertEqual(seed.prefix(["10.0.0.1", "192.0.2.1"]), 1)

    def test_ipv6(self) -> None:
        self.assertEqual(seed.prefix(["2001:db8::1", "2001:db8::2"]), 64)
        self.assertEqual(seed.prefix(["2001:db8:0:1::1", "2001:db8:0:2::1"]), 56)


class OfANode(InAFolder):
    def setUp(self) -> None:
        super().setUp()
        self.cluster = small.cluster(self.folder)
        self.up = seed._up(self.cluster.nodes[0], self.cluster)

    def test_an_interface_for_each_network(self) -> None:
        self.assertEqual(seed.interfaces(self.cluster), ["management", "cluster", "replication", "guests:br0"])
        self.assertIn("ip addr add 192.0.2.1/24 dev vec1\n", self.up)
        self.assertIn("ip addr add 2001:db8::1/64 dev vec2 nodad\n", self.up)
        self.assertIn("ip link set vec3 master br0\n", self.up)

    def test_disks_come_from_their_tables(self) -> None:
        self.assertIn("dmsetup create lab-r0 /var/lib/gfs2lab/r0.table\n", self.up)

    def test_the_description_s_path_and_serial_number(self) -> None:
        [rule] = seed._rules(self.cluster.nodes[1]).splitlines()
        self.assertEqual(rule, 'SUBSYSTEM=="block", ENV{DM_NAME}=="lab-r0", SYMLINK+="disk/by-id/b", ENV{ID_SERIAL}="A1"')


if __name__ == "__main__":
    unittest.main()
