"""What came out: a table for people, JSON for programs, and docs/proof.md."""

import json
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass
class Verdict:
    """One scenario's outcome: `passed`, `failed` or `skipped`, why, how long it took, and its figures."""

    scenario: str
    about: str
    verdict: str
    seconds: float
    figures: dict[str, float | int | str] = field(default_factory=dict)
    reason: str = ""


def table(verdicts: list[Verdict]) -> str:
    """For a terminal."""
    wide = max([len(v.scenario) for v in verdicts], default=8)
    lines = []
    for verdict in verdicts:
        figures = ", ".join(f"{name} {value}" for name, value in verdict.figures.items())
        lines.append(f"{verdict.scenario:<{wide}}  {verdict.verdict:<7} {verdict.seconds:7.0f} s  {figures}")
        lines += [f"{'':{wide}}  {line}" for line in verdict.reason.splitlines()]
    return "\n".join(lines)


def as_json(run: dict[str, object], verdicts: list[Verdict]) -> str:
    """Everything."""
    return json.dumps(run | {"scenarios": [asdict(verdict) for verdict in verdicts]}, indent=1) + "\n"


def facts(description: str, platform: str, versions: dict[str, str]) -> dict[str, object]:
    """What was run, and of what."""
    return {"date": time.strftime("%Y-%m-%d", time.gmtime()), "description": description, "platform": platform, "versions": versions}


ROW = "| scenario | what happens | verdict | on | took | figures |"


def proof(page: Path, run: dict[str, object], verdicts: list[Verdict], order: list[str]) -> None:
    """Puts these outcomes into the page's section for the platform and description. What a run did not try keeps the outcome
    and the day that it has, as long as there is such a scenario: `order` has them all."""
    title = f"{run['platform']}, {run['description']}"
    text = page.read_text() if page.exists() else HEAD
    head, *sections = text.split("\n## ")
    by_title = {section.splitlines()[0]: section.rstrip() for section in sections}
    old = [line for line in by_title.get(title, "").splitlines() if line.startswith("| ")]
    rows = {line.split(" | ")[0].removeprefix("| "): line for line in old}
    rows |= {verdict.scenario: _row(verdict, str(run["date"])) for verdict in verdicts if verdict.verdict != "skipped"}
    versions = ", ".join(f"{name} {version}" for name, version in dict(run["versions"]).items())  # type: ignore[call-overload]
    by_title[title] = "\n".join([title, "", f"{run['date']}: {versions}.", "", ROW, "|---|---|---|---|---|---|",
                                 *(rows[name] for name in order if name in rows)])
    page.write_text("\n\n## ".join([head.rstrip(), *(by_title[name] for name in sorted(by_title))]) + "\n")


def _row(verdict: Verdict, date: str) -> str:
    figures = "; ".join(f"{name} {value}" for name, value in verdict.figures.items())
    reason = verdict.reason.splitlines()[0] + ": " if verdict.reason else ""
    cells = [verdict.scenario, verdict.about, verdict.verdict, date, f"{verdict.seconds:.0f} s", f"{reason}{figures}".removesuffix(": ")]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


HEAD = """# Proof

What two real kernels did with what gfs2gen generated, as `lab/run --proof` wrote it here: every line is an outcome, none is a
promise, and each says of which day it is. The machines are User-Mode Linux on one host, so seconds are those of slow machines; the
order of events, what was fenced, lost and kept, is that of real ones. lab/README.md says how to run it.
"""
