"""report: the table, and the page of proofs."""

import json
import unittest
from dataclasses import replace

from gfs2lab.report import Verdict, as_json, proof, table

from .test_description import InAFolder

PASSED = Verdict("node-crash", "a node loses power", "passed", 61.4, {"fenced s": 9.5, "guests": 1})
FAILED = Verdict("cut", "a link is cut", "failed", 3, reason="both sides were fenced\n    in line two")

ORDER = ["node-crash", "cut"]


def run(platform: str = "debian12", date: str = "2030-01-02") -> dict[str, object]:
    return {"date": date, "description": "a/cluster.yaml", "platform": platform, "versions": {"kernel": "6.1", "DRBD": "8.4"}}


class Table(unittest.TestCase):
    def test_a_line_each_and_the_reason_below(self) -> None:
        self.assertEqual(table([PASSED, FAILED]).splitlines(), [
            "node-crash  passed       61 s  fenced s 9.5, guests 1",
            "cut         failed        3 s  ",
            "            both sides were fenced",
            "                in line two",
        ])

    def test_json_has_everything(self) -> None:
        read = json.loads(as_json(run(), [PASSED, FAILED]))
        self.assertEqual(read["platform"], "debian12")
        self.assertEqual([one["verdict"] for one in read["scenarios"]], ["passed", "failed"])
        self.assertEqual(read["scenarios"][0]["figures"], PASSED.figures)


class Proof(InAFolder):
    def setUp(self) -> None:
        super().setUp()
        self.page = self.folder / "proof.md"

    def test_a_new_page(self) -> None:
        proof(self.page, run(), [PASSED], ORDER)
        text = self.page.read_text()
        self.assertTrue(text.startswith("# Proof\n"))
        self.assertIn("\n## debian12, a/cluster.yaml\n\n2030-01-02: kernel 6.1, DRBD 8.4.\n", text)
        self.assertIn("\n| node-crash | a node loses power | passed | 2030-01-02 | 61 s | fenced s 9.5; guests 1 |\n", text)

    def test_a_newer_outcome_takes_the_place_of_its_own_older_one(self) -> None:
        proof(self.page, run(), [FAILED, PASSED], ORDER)
        proof(self.page, run("debian13"), [PASSED], ORDER)
        proof(self.page, run(date="2030-02-03"), [FAILED], ORDER)
        text = self.page.read_text()
        self.assertEqual([line.split(" | ")[0::3] for line in text.splitlines() if line.startswith(("| cut", "| node"))], [
            ["| node-crash", "2030-01-02"], ["| cut", "2030-02-03"], ["| node-crash", "2030-01-02"],
        ])
        self.assertIn("| both sides were fenced |", text)

    def test_what_was_not_tried_and_what_is_no_scenario_any_more_has_no_line(self) -> None:
        proof(self.page, run(), [FAILED, PASSED], ORDER)
        proof(self.page, run(date="2030-02-03"), [replace(PASSED, verdict="skipped")], ["node-crash"])
        lines = [line for line in self.page.read_text().splitlines() if line.startswith("| ")][1:]
        self.assertEqual([line.split(" | ")[2:4] for line in lines], [["passed", "2030-01-02"]])

    def test_the_same_again_changes_nothing(self) -> None:
        proof(self.page, run(), [PASSED], ORDER)
        before = self.page.read_text()
        proof(self.page, run(), [PASSED], ORDER)
        self.assertEqual(self.page.read_text(), before)


if __name__ == "__main__":
    unittest.main()
