"""The scenarios, a file for each kind; the order here is the order in which they run."""

# Each puts its scenarios into bench.SCENARIOS. Those from `undoing` on destroy what the others use.
from . import making, sharing, losing, planned, stopping, disks, failing, drifting, growing, checking  # noqa: F401
from . import undoing, cutting, playbook  # noqa: F401
