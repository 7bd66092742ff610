"""The scenarios, a file for each kind; the order here is the order in which they run."""

from . import making, sharing, losing, planned, failing  # noqa: F401 - each puts its scenarios into bench.SCENARIOS
