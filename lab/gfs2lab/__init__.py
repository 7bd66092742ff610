"""The lab: generated clusters run by real kernels on one machine, and what happens to their guests."""
