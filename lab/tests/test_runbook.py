"""runbook: its commands, taken apart as a reader does."""

import unittest
from types import SimpleNamespace

from gfs2lab.lab import Failed
from gfs2lab.runbook import commands, exchange

from .test_description import InAFolder, small

RUNBOOK = """# Runbook

## Take one out

Then:
```sh
# on the other one
pcs node standby two
ssh root@two 'systemctl stop corosync && poweroff'
```
Back:
```sh
ssh root@elsewhere true
```

## Nothing to do
"""


class Commands(InAFolder):
    def setUp(self) -> None:
        super().setUp()
        (self.folder / "RUNBOOK.md").write_text(RUNBOOK)
        self.lab = SimpleNamespace(tree=self.folder, cluster=small.cluster(self.folder))

    def blocks(self, exchanged: bool = False) -> list[list[tuple[str | None, str]]]:
        found = commands(self.lab, "Take one out", exchanged)
        return [[(command.node.name if command.node else None, command.text) for command in block] for block in found]

    def test_comments_go_and_ssh_says_where(self) -> None:
        self.assertEqual(self.blocks(), [
            [(None, "pcs node standby two"), ("two", "systemctl stop corosync && poweroff")],
            [(None, "ssh root@elsewhere true")],
        ])

    def test_for_the_other_node(self) -> None:
        self.assertEqual(self.blocks(True)[0], [(None, "pcs node standby one"), ("one", "systemctl stop corosync && poweroff")])

    def test_sections(self) -> None:
        self.assertEqual(commands(self.lab, "Nothing to do"), [])
        with self.assertRaises(Failed):
            commands(self.lab, "Take")


class Exchange(unittest.TestCase):
    def test_both_ways_at_once_and_whole_words_only(self) -> None:
        text = "root@a /dev/b, b: a-replication bmc-a a.example ab"
        self.assertEqual(exchange(text, ("a", "b")), "root@b /dev/a, a: a-replication bmc-a a.example ab")


if __name__ == "__main__":
    unittest.main()
