"""guest.stats: what is read out of the two logs."""

import unittest

from gfs2lab.guest.stats import Span, longest_gap, pings, writes

MAC = "52:54:00:ae:11:01"
WINDOW = (10.0, 20.0)


def acks(*entries: tuple[float, int, int], mac: str = MAC) -> list[str]:
    """Lines of the sink's log."""
    return [f"{time:.3f} {mac} {number} {boot}\n" for time, number, boot in entries]


class LongestGap(unittest.TestCase):
    def test_between_two(self) -> None:
        self.assertEqual(longest_gap([10, 12, 17, 20], WINDOW), Span(12, 5))

    def test_none_at_all(self) -> None:
        self.assertEqual(longest_gap([], WINDOW), Span(10, 10))

    def test_begun_before_the_window(self) -> None:
        self.assertEqual(longest_gap([4, 14, 17, 20], WINDOW), Span(10, 4))

    def test_open_at_the_end(self) -> None:
        self.assertEqual(longest_gap([10, 13, 25], WINDOW), Span(13, 7))

    def test_the_first_of_two(self) -> None:
        self.assertEqual(longest_gap([10, 14, 16, 20], WINDOW), Span(10, 4))


class PingsOfAWindow(unittest.TestCase):
    def test_counts_and_silence(self) -> None:
        log = [
            "9.000 1 0.5\n",
            "10.000 2 0.5\n",
            "14.000 4 0.25\n",
            "12.000 3 lost\n",
            "19.000 5 0.5\n",
            "21.000 6 lost\n",
            "19.5 7",
        ]
        found = pings(log, WINDOW)
        self.assertEqual((found.sent, found.lost), (4, 1))
        self.assertEqual(found.silence, Span(14.25, 5.25))

    def test_an_answer_to_a_ping_from_before(self) -> None:
        self.assertEqual(pings(["9.500 1 0.75\n"], WINDOW).silence, Span(10.25, 9.75))


class WritesOfAWindow(unittest.TestCase):
    def test_an_undisturbed_guest(self) -> None:
        found = writes(acks((9, 6, 1), (11, 7, 1), (15, 8, 1), (19, 9, 1), (21, 10, 1)), MAC.upper(), WINDOW)
        self.assertEqual((found.count, found.before, found.last), (3, 6, 9))
        self.assertEqual(found.gap, Span(11, 4))
        self.assertEqual((found.backwards, found.skipped, found.boots, found.restarts, found.errors), ((), (), (1,), 0, 0))

    def test_a_restart_after_an_unacknowledged_write(self) -> None:
        found = writes(acks((9, 6, 1), (15, 8, 2)), MAC, WINDOW)
        self.assertEqual((found.skipped, found.backwards, found.boots, found.restarts), ((7,), (), (1, 2), 1))

    def test_a_lost_write(self) -> None:
        found = writes(acks((9, 6, 1), (11, 7, 1), (15, 6, 2), (16, 7, 2)), MAC, WINDOW)
        self.assertEqual(found.backwards, (6,))

    def test_the_same_number_twice(self) -> None:
        self.assertEqual(writes(acks((9, 6, 1), (11, 6, 2)), MAC, WINDOW).backwards, (6,))

    def test_errors_are_no_writes(self) -> None:
        log = [*acks((9, 6, 1)), f"11.000 {MAC} 7 1 error 5\n", f"21.000 {MAC} 8 1 error 5\n"]
        found = writes(log, MAC, WINDOW)
        self.assertEqual((found.count, found.errors, found.last, found.restarts), (0, 1, 6, 0))

    def test_other_guests_and_half_lines(self) -> None:
        found = writes([*acks((11, 7, 1), mac="52:54:00:00:00:02"), f"12.000 {MAC} 3 1"], MAC, WINDOW)
        self.assertEqual((found.count, found.before, found.last, found.boots, found.restarts), (0, 0, 0, (), 0))
        self.assertEqual(found.gap, Span(10, 10))


if __name__ == "__main__":
    unittest.main()
