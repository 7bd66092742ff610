"""The scenarios, a file for each kind; the order here is the order in which they run."""

from ..bench import SCENARIOS, Scenario
from . import (changing, cutting, disks, drifting, failing, growing, importing, losing, making, planned, playbook, sharing, stopping, undoing,
               checking)

# Those from `undoing` on destroy what the others use.
KINDS = (making, sharing, losing, planned, stopping, disks, failing, drifting, growing, changing, importing, checking, undoing, cutting, playbook)


def every() -> list[Scenario]:
    """All of them, in their order."""
    place = {kind.__name__: at for at, kind in enumerate(KINDS)}
    return sorted(SCENARIOS, key=lambda one: place[getattr(one.play, "func", one.play).__module__])
