"""The guest's small parts: addresses, archives, drivers, boot sectors, pings, acknowledgements."""

import struct
import unittest

from gfs2lab.guest import cpio, disk, image, initramfs, network, pinger, sink

MAC = "52:54:00:ae:11:01"


class Network(unittest.TestCase):
    def test_the_address_follows_from_the_mac(self) -> None:
        self.assertEqual(network.address(MAC), "10.213.17.1")
        self.assertEqual(network.address("52:54:00:AE:FF:00"), "10.213.255.0")

    def test_no_guest_has_these(self) -> None:
        for mac in ("52:54:00:ae:ff:fe", "52:54:00:ae:00:00", "52:54:00:ae:ff:ff", "52:54:00:ae"):
            with self.subTest(mac=mac), self.assertRaises(ValueError):
                network.address(mac)


class Cpio(unittest.TestCase):
    def test_entries_are_aligned_and_in_order(self) -> None:
        made = cpio.archive(["d"], {"d/f": (0o755, b"12345")})
        names, offset = [], 0
        while offset < len(made):
            self.assertEqual(made[offset : offset + 6], b"070701")
            fields = [int(made[offset + 6 + 8 * index : offset + 14 + 8 * index], 16) for index in range(13)]
            length, name_length = fields[6], fields[11]
            names.append((made[offset + 110 : offset + 110 + name_length - 1].decode(), fields[1], length))
            content = (offset + 110 + name_length + 3) // 4 * 4
            offset = (content + length + 3) // 4 * 4
        self.assertEqual(names, [("d", 0o040755, 0), ("d/f", 0o100755, 5), ("TRAILER!!!", 0, 0)])


class Drivers(unittest.TestCase):
    def test_what_a_module_depends_on(self) -> None:
        self.assertEqual(initramfs.dependencies(b"x\0license=GPL\0depends=virtio,virtio-ring\0y"), ["virtio", "virtio_ring"])
        self.assertEqual(initramfs.dependencies(b"x\0depends=\0y"), [])


class BootSectors(unittest.TestCase):
    def test_the_partition_reaches_to_the_images_end(self) -> None:
        table = image.partition_table()
        first, count = struct.unpack_from("<II", table, 8)
        self.assertEqual((len(table), table[0], table[4]), (64, 0x80, 0x83))
        self.assertEqual((first + count) * image.SECTOR, image.SIZE)

    def test_the_ring_begins_behind_the_image(self) -> None:
        self.assertLessEqual(image.SIZE, disk.START)


class Pings(unittest.TestCase):
    HEADER = b"\x45" + bytes(19)

    def test_a_request_sums_up(self) -> None:
        self.assertEqual(pinger.checksum(pinger.request(0x1234, 70000)), 0)

    def test_only_an_answer_to_this_pinger_counts(self) -> None:
        request = pinger.request(7, 70000)
        self.assertEqual(pinger.answered(self.HEADER + b"\0" + request[1:], 7), 70000)
        self.assertIsNone(pinger.answered(self.HEADER + b"\0" + request[1:], 8))
        self.assertIsNone(pinger.answered(self.HEADER + request, 7))
        self.assertIsNone(pinger.answered(self.HEADER + request[:8], 7))


class Acknowledgements(unittest.TestCase):
    def test_lines(self) -> None:
        self.assertEqual(sink.line(f"{MAC} 17 2".encode(), 1.5), f"1.500 {MAC} 17 2\n")
        self.assertEqual(sink.line(f"{MAC} 17 2 error 5".encode(), 1.5), f"1.500 {MAC} 17 2 error 5\n")
        self.assertIsNone(sink.line(b"\xff noise", 1.5))


if __name__ == "__main__":
    unittest.main()
