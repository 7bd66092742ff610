"""The scenarios, a file for each kind; the order here is the order in which they run."""

# Each puts its scenarios into bench.SCENARIOS.
from . import making, sharing, losing, planned, stopping, failing, drifting, undoing, cutting, playbook  # noqa: F401
