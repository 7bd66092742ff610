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


def proof(page: Path, run: dict[str, object], verdicts: list[Verdict]) -> None:
    """Puts this run's section into the page, in place of an older one of the same platform and description."""
    title = f"## {run['platform']}, {run['description']}"
    versions = ", ".join(f"{name} {version}" for name, version in dict(run["versions"]).items())  # type: ignore[call-overload]
    lines = [title, "", f"{run['date']}: {versions}.", "", "| scenario | what happens | verdict | took | figures |", "|---|---|---|---|---|"]
    for v in verdicts:
        figures = "; ".join(f"{name} {value}" for name, value in v.figures.items())
        lines.append(f"| {v.scenario} | {v.about} | {v.verdict} | {v.seconds:.0f} s | {figures} |")
    text = page.read_text() if page.exists() else HEAD
    sections = text.split("\n## ")
    kept = [section for section in sections[1:] if section.splitlines()[0] != title.removeprefix("## ")]
    page.write_text("\n## ".join([sections[0].rstrip() + "\n", *kept, "\n".join(lines).removeprefix("## ") + "\n"]))


HEAD = """# Proof

What two real kernels did with what gfs2gen generated, as `lab/run --proof` wrote it here: every line is an outcome, none is a
promise. The machines are User-Mode Linux on one host, so seconds are those of slow machines; the order of events, what was
fenced, lost and kept, is that of real ones. lab/README.md says how to run it.
"""
