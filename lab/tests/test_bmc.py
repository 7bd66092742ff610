"""bmc: the one question that the relay answers itself. The packets are built by hand from IPMI 2.0."""

import unittest

from gfs2lab.bmc import SUITES, cipher_suites

# RMCP; RMCP+ outside a session: authentication type, payload type, session, sequence.
HEAD = b"\x06\x00\xff\x07" + b"\x06\x00" + bytes(8)
# Get Channel Cipher Suites (application, 0x54) from the remote console (0x81) to the BMC (0x20).
APPLICATION, QUESTION = 0x18, 0x54


def checked(data: bytes) -> bytes:
    """With its checksum: all bytes add up to 0."""
    return data + bytes([-sum(data) & 0xFF])


def request(index: int = 0x80, function: int = APPLICATION, command: int = QUESTION, head: bytes = HEAD) -> bytes:
    """A request for the channel that it comes over, the records from that piece on."""
    message = checked(bytes([0x20, function])) + checked(bytes([0x81, 0x04, command, 0x0E, 0x00, index]))
    return head + len(message).to_bytes(2, "little") + message


class CipherSuites(unittest.TestCase):
    def answer(self, index: int) -> bytes:
        answer = cipher_suites(request(index))
        assert answer is not None
        self.assertEqual(answer[:14], HEAD)
        message = answer[16:]
        self.assertEqual(int.from_bytes(answer[14:16], "little"), len(message))
        self.assertEqual((sum(message[:3]) & 0xFF, sum(message[3:]) & 0xFF), (0, 0))
        self.assertEqual(message[:2], bytes([0x81, 0x1C]))
        self.assertEqual(message[3:7], bytes([0x20, 0x04, QUESTION, 0x00]))
        return message[8:-1]

    def test_the_first_piece_is_the_one_suite(self) -> None:
        self.assertEqual(self.answer(0x80), SUITES)

    def test_there_is_no_second_piece(self) -> None:
        self.assertEqual(self.answer(0x81), b"")

    def test_other_questions_are_for_the_simulator(self) -> None:
        self.assertIsNone(cipher_suites(request(command=0x38)))
        self.assertIsNone(cipher_suites(request(function=0x00)))

    def test_packets_of_a_session_are_for_the_simulator(self) -> None:
        self.assertIsNone(cipher_suites(request(head=b"\x06\x00\xff\x07\x06\xc0" + bytes(8))))

    def test_scraps(self) -> None:
        self.assertIsNone(cipher_suites(b""))
        self.assertIsNone(cipher_suites(request()[:20]))


if __name__ == "__main__":
    unittest.main()
