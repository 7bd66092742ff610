"""What scenarios read out of programs' output, and how a program of the outside is followed."""

import tempfile
import time
import unittest
from pathlib import Path
from types import SimpleNamespace

from gfs2lab import listing
from gfs2lab.lab import Answer, Failed, Lab
from gfs2lab.scenarios import cutting, drifting, playbook


class Follow(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.lab = Lab.__new__(Lab)
        self.lab.folder = Path(folder.name)

    def test_to_its_end(self) -> None:
        answer = self.lab.follow(["sh", "-c", 'echo "$WORD"; exit 3'], "log", 20, environment={"WORD": "said"})
        self.assertEqual(answer, Answer(3, "said\n"))

    def test_stopped_with_all_that_it_started(self) -> None:
        began = time.time()
        answer = self.lab.follow(["sh", "-c", "sleep 60 & echo one; wait"], "log", 20, lambda line: line == "one\n")
        self.assertEqual(answer, Answer(-9, "one\n"))
        self.assertLess(time.time() - began, 10)

    def test_silent_for_too_long(self) -> None:
        self.assertEqual(self.lab.follow(["sleep", "60"], "log", 0.5).code, -9)


class Saboteur(unittest.TestCase):
    def setUp(self) -> None:
        cluster = SimpleNamespace(node=lambda name: SimpleNamespace(name=name))
        self.links: list[tuple[str, str]] = []
        lab = SimpleNamespace(link=lambda node, network, to: self.links.append((network, to)))
        bench = SimpleNamespace(cluster=cluster, lab=lab, note=lambda text: None)
        self.saboteur = cutting.Saboteur(bench)  # type: ignore[arg-type]
        self.addCleanup(setattr, cutting, "LINK_S", cutting.LINK_S)
        cutting.LINK_S = 0

    def test_each_step_once_in_turn(self) -> None:
        lines = ["server4: == overlay: doing", "server4: == overlay: done", "server7: == overlay: done",
                 "== server4 fences server7", "server4: == drbd-up r0: done", "server4: == 20-fencing.sh",
                 "server4: == hosts: already done", "server7: == mounted vms: done"]
        kills = [self.saboteur(f"{line}\n") for line in lines]
        self.assertEqual(self.saboteur.seen, ["overlay", "drbd-up r0", "20-fencing.sh", "mounted vms"])
        self.assertEqual(kills, [False, True, False, False, True, False, False, True])
        self.assertEqual(self.links, [("management", "cut"), ("management", "heal")])


class Read(unittest.TestCase):
    def test_verify_with_warnings_around(self) -> None:
        text = 'Warning: a\n[\n  {"state": "ok"},\n  {"state": "broken"}\n]\n'
        self.assertEqual(drifting.entries(Answer(2, text)), [{"state": "ok"}, {"state": "broken"}])

    def test_no_json(self) -> None:
        with self.assertRaises(Failed):
            drifting.entries(Answer(2, "no route to host\n"))

    def test_recap(self) -> None:
        text = "PLAY RECAP\nserver4      : ok=45   changed=30   unreachable=0    failed=0    skipped=3\n"
        self.assertEqual(playbook.changed(Answer(0, text)), {"server4": 30})

    def test_listings(self) -> None:
        found = listing.differences({"same": "1", "gone": "1", "other": "1"}, {"same": "1", "other": "2", "new": "1"})
        self.assertEqual(found, {"gone": "removed", "other": "changed", "new": "added"})


if __name__ == "__main__":
    unittest.main()
