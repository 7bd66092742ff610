"""What the logs of pinger and sink say about a stretch of time, such as the one around an event.

A window is two times in seconds since 1970, both included: begin it before the event, and read the logs at least pinger.LOST_AFTER
seconds after its end, when each of its pings is decided. A silence or a gap counts as far as it lies in the window: one that has
begun before counts from the window's beginning, one that lasts longer counts to its end.
"""

from collections.abc import Iterable
from dataclasses import dataclass

Window = tuple[float, float]


@dataclass(frozen=True)
class Span:
    """A stretch of time: when it began, in seconds since 1970, and how long it is, in seconds."""

    start: float
    length: float


@dataclass(frozen=True)
class Pings:
    """What became of the pings that were sent in a window."""

    sent: int
    lost: int
    silence: Span
    """The longest time without an answer."""


@dataclass(frozen=True)
class Writes:
    """What one guest acknowledged in a window."""

    count: int
    before: int
    """The last number acknowledged before the window (0: none)."""
    last: int
    """The last number acknowledged up to the window's end (0: none)."""
    gap: Span
    """The longest time without an acknowledgement."""
    backwards: tuple[int, ...]
    """Numbers that are not above the one before: a write that had been acknowledged was lost."""
    skipped: tuple[int, ...]
    """Numbers that were passed over: their acknowledgement did not arrive. Whether the record is there, the disk tells."""
    boots: tuple[int, ...]
    """The boots that acknowledged something in the window, and the one that did last before it."""
    errors: int
    """Failed writes: a guest must never see one."""

    @property
    def restarts(self) -> int:
        """How often the guest was started anew, as far as it came to write."""
        return self.boots[-1] - self.boots[0] if self.boots else 0


@dataclass(frozen=True)
class Acknowledgement:
    """One line of the sink's log."""

    time: float
    number: int
    boot: int


def pings(log: Iterable[str], window: Window) -> Pings:
    """The window in the pinger's log."""
    begin, end = window
    sent = lost = 0
    answers: list[float] = []
    for time, _, outcome in _fields(log, 3):
        sent_at = float(time)
        if begin <= sent_at <= end:
            sent += 1
            lost += outcome == "lost"
        if outcome != "lost":
            answers.append(sent_at + float(outcome))
    return Pings(sent, lost, longest_gap(answers, window))


def writes(log: Iterable[str], mac: str, window: Window) -> Writes:
    """The window in the sink's log, for the guest with this MAC address."""
    begin, end = window
    lines = [fields for fields in _fields(log, 4, 6) if fields[1].lower() == mac.lower() and float(fields[0]) <= end]
    all_acked = [Acknowledgement(float(fields[0]), int(fields[2]), int(fields[3])) for fields in lines if len(fields) == 4]
    before = [acked for acked in all_acked if acked.time < begin][-1:]
    inside = [acked for acked in all_acked if acked.time >= begin]
    seen = before + inside
    pairs = [(old.number, new.number) for old, new in zip(seen, seen[1:])]
    return Writes(
        count=len(inside),
        before=before[0].number if before else 0,
        last=seen[-1].number if seen else 0,
        gap=longest_gap([acked.time for acked in inside], window),
        backwards=tuple(new for old, new in pairs if new <= old),
        skipped=tuple(number for old, new in pairs for number in range(old + 1, new)),
        boots=tuple(sorted({acked.boot for acked in seen})),
        errors=sum(len(fields) == 6 and float(fields[0]) >= begin for fields in lines),
    )


def longest_gap(times: Iterable[float], window: Window) -> Span:
    """The longest stretch of the window in which none of the times lies; the first such stretch if there are several."""
    begin, end = window
    borders = [begin, *sorted(time for time in times if begin <= time <= end), end]
    length, start = max(((after - before, -before) for before, after in zip(borders, borders[1:])))
    return Span(-start, length)


def _fields(log: Iterable[str], *counts: int) -> Iterable[list[str]]:
    """The fields of each whole line; the last line may be half written."""
    for line in log:
        fields = line.split()
        if line.endswith("\n") and len(fields) in counts:
            yield fields
