"""The command line. First everything that needs the world outside, then the same program again in namespaces of its own:
what it starts there ends with it, whatever happens."""

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import yaml

from . import report, scenarios
from .bench import Bench, Scenario
from .lab import Failed, Lab, prepare
from .rootfs import SUITES
from .shell import LabError, say
from .witness import Witnesses

PROJECT = Path(__file__).resolve().parent.parent.parent
# The descriptions and platforms of the whole run.
WHOLE = [("examples/minimal/cluster.yaml", "debian12"), ("examples/minimal/cluster.yaml", "debian13"), ("lab/two/cluster.yaml", "debian12")]

def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="lab/run", description="Two real kernels run what gfs2gen generates, and lose things.")
    parser.add_argument("description", nargs="?", type=Path, help="a cluster.yaml")
    parser.add_argument("--all", action="store_true", help="every scenario, on every platform of the lab")
    parser.add_argument("--platform", choices=sorted(SUITES), help="instead of the description's own")
    parser.add_argument("--scenario", action="append", metavar="NAME", help="only these, and the bootstrap; --list shows them")
    parser.add_argument("--core", action="store_true", help="only those of the project's own CI")
    parser.add_argument("--list", action="store_true", help="the scenarios")
    parser.add_argument("--keep", action="store_true", help="leave the lab running afterwards, until Ctrl-C")
    parser.add_argument("--kept", action="store_true", help="run the named scenarios in the lab that a run with --keep has left")
    parser.add_argument("--out", type=Path, help="where logs and verdicts go (default: target/lab/CLUSTER-PLATFORM)")
    parser.add_argument("--proof", action="store_true", help="write the verdicts into docs/proof.md")
    parser.add_argument("--compiler", type=Path, default=PROJECT / "target/release/gfs2gen", help=argparse.SUPPRESS)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()

def chosen(asked: argparse.Namespace) -> list[Scenario]:
    """The scenarios to run, in their order. The bootstrap comes first in any case, but in a lab that has it behind itself."""
    names = set(asked.scenario or [])
    unknown = names - {one.name for one in scenarios.every()}
    if unknown:
        raise LabError(f"there is no scenario {', '.join(sorted(unknown))}; --list shows them")
    if asked.kept:
        return [one for one in scenarios.every() if one.name in names]
    first = next(one for one in scenarios.every() if not one.needs_cluster)
    return [one for one in scenarios.every() if one is first or (one.name in names if names else one.core or not asked.core)]

def outside(asked: argparse.Namespace, description: Path, platform: str | None) -> int:
    """Prepares a lab, then runs it in its own network, process and mount namespaces; or enters one that was kept."""
    written = yaml.safe_load(description.read_text())
    folder = (asked.out or PROJECT / f"target/lab/{written['cluster']['name']}-{platform or written['platform']}").resolve()
    words = [sys.executable, "-m", "gfs2lab", str(description.resolve()), "--out", str(folder), "--inside"]
    words += [word for name in asked.scenario or [] for word in ("--scenario", name)]
    words += [f"--{flag}" for flag in ("core", "keep", "kept", "proof") if getattr(asked, flag)]
    if asked.kept:
        if not (folder / "pid").exists():
            raise LabError(f"no lab runs in {folder}")
        return start(entrance(folder), words).wait()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    cache = Path(os.environ.get("GFS2GEN_LAB_CACHE", Path.home() / ".cache/gfs2gen-lab"))
    prepare(description, platform, folder, cache, asked.compiler)
    from .guest import image

    (folder / "guest.path").write_text(str(image.build(cache)))
    # bash, because somebody has to take in the orphans of a process namespace.
    unshare = ["unshare", "--net", "--pid", "--fork", "--kill-child", "--mount", "--mount-proc", "bash", "-c", '"$@"; exit $?', "lab"]
    process = start(unshare, words)
    (folder / "pid").write_text(str(process.pid))
    code = process.wait()
    for heavy in [folder / "pid", *folder.glob("*/cow"), *folder.glob("*/*.disk")]:
        heavy.unlink()
    return code

def entrance(folder: Path) -> list[str]:
    """How a program gets into the namespaces of a lab that runs; its first process itself has only its children in the third."""
    names = Path("/proc", (folder / "pid").read_text(), "ns")
    return ["nsenter", f"--net={names}/net", f"--mount={names}/mnt", f"--pid={names}/pid_for_children"]

def start(way: list[str], words: list[str]) -> subprocess.Popen[bytes]:
    """This program again, in other namespaces."""
    return subprocess.Popen(way + words, env=os.environ | {"PYTHONPATH": str(PROJECT / "lab")})

def inside(asked: argparse.Namespace) -> int:
    """Runs the scenarios, one after the other, on one lab."""
    lab = Lab(asked.out)
    witnesses = Witnesses(lab)
    if not asked.kept:
        lab.start_rack()
        witnesses.start_outside()
    verdicts = play_all(lab, witnesses, chosen(asked))
    run = report.facts(named(asked.description), lab.cluster.platform, versions(lab))
    (lab.folder / "verdicts.json").write_text(report.as_json(run, verdicts))
    if asked.proof:
        report.proof(PROJECT / "docs/proof.md", run, verdicts, [one.name for one in scenarios.every()])
    print(report.table(verdicts), flush=True)
    if asked.keep:
        say(f"the lab goes on until Ctrl-C; enter it with: {' '.join(entrance(lab.folder))}")
        time.sleep(1e9)
    return int(any(verdict.verdict != "passed" for verdict in verdicts))

def play_all(lab: Lab, witnesses: Witnesses, some: list[Scenario]) -> list[report.Verdict]:
    """One after the other; where the cluster stays broken, what needs a whole one is skipped."""
    verdicts: list[report.Verdict] = []
    broken = ""
    for one in some:
        if broken and one.needs_cluster:
            verdicts.append(report.Verdict(one.name, one.about, "skipped", 0, reason=f"the cluster was not whole after {broken}"))
            continue
        verdicts.append(play(lab, witnesses, one))
        # A cluster that was not made does not become whole by waiting.
        mends = verdicts[-1].verdict == "passed" or (one.needs_cluster and whole(lab, one))
        broken = "" if mends else one.name
    return verdicts

def named(description: Path) -> str:
    """A description's path as the project has it."""
    full = description.resolve()
    return str(full.relative_to(PROJECT)) if full.is_relative_to(PROJECT) else full.name

def play(lab: Lab, witnesses: Witnesses, one: Scenario) -> report.Verdict:
    """One scenario, and what must hold after it."""
    say(f"{one.name}: {one.about}")
    bench = Bench(lab, witnesses)
    try:
        if one.needs_cluster:
            bench.remember()
        else:
            bench.fresh()
        one.play(bench)
        bench.holds()
        verdict, reason = "passed", ""
    except (Failed, LabError) as error:
        verdict, reason = "failed", str(error)
        say(f"    FAILED: {reason}")
        evidence(lab, one.name)
    seconds = time.time() - bench.began
    say(f"{one.name}: {verdict} after {seconds:.0f} s")
    return report.Verdict(one.name, one.about, verdict, round(seconds, 1), bench.figures, reason)

def evidence(lab: Lab, name: str) -> None:
    """What the nodes have to say when something failed: kept beside the logs."""
    script = "crm_mon -1rf; cat /proc/drbd; cat /proc/mounts | grep gfs2; dlm_tool ls; journalctl --no-pager -n 400 -o short-precise"
    for node in lab.cluster.nodes:
        (lab.folder / f"failed-{name}-{node.name}.txt").write_text(lab.ask(node, script, 40).text)

def whole(lab: Lab, one: Scenario) -> bool:
    """Whether the next scenario can run: after a failure the hardware is put right, and the cluster gets some time for itself.
    Writers run on both nodes then."""
    bench = Bench(lab, Witnesses(lab))
    lab.mend()
    try:
        bench.rest(240)
        for node in bench.nodes:
            bench.witnesses.start_on(node)
    except Failed as error:
        say(f"    the cluster stays broken after {one.name}: {error}")
        return False
    return True

# What is named in the table, by its Debian package.
PACKAGES = {"Pacemaker": "pacemaker", "corosync": "corosync", "pcs": "pcs", "drbd-utils": "drbd-utils", "dlm": "dlm-controld",
            "lvm2": "lvm2", "gfs2-utils": "gfs2-utils", "resource-agents": "resource-agents", "libvirt": "libvirt-daemon-system",
            "qemu": "qemu-system-x86"}

def versions(lab: Lab) -> dict[str, str]:
    """What ran."""
    node = lab.cluster.nodes[0]
    kernel, drbd = lab.on(node, "uname -r; cat /sys/module/drbd/version").split()
    said = lab.ask(node, f"dpkg-query -W -f '${{Package}} ${{Version}}\\n' {' '.join(PACKAGES.values())}", 60).text
    found = dict(line.split() for line in said.splitlines() if line.count(" ") == 1)
    return {"kernel": kernel, "DRBD": drbd} | {name: found[package] for name, package in PACKAGES.items() if package in found}

def main() -> int:
    """Exit codes: 0 all passed, 1 a scenario failed, 2 usage, 4 the lab itself could not run."""
    asked = arguments()
    try:
        if asked.list:
            for one in scenarios.every():
                print(f"{one.name:<20} {'core ' if one.core else '     '} {one.about}")
            return 0
        if asked.inside:
            return inside(asked)
        if asked.all:
            return max([outside(asked, PROJECT / description, platform) for description, platform in WHOLE])
        if asked.description is None:
            print("lab/run: a description, or --all", file=sys.stderr)
            return 2
        return outside(asked, asked.description, asked.platform)
    except LabError as error:
        print(f"lab: {error}", file=sys.stderr)
        return 4


if __name__ == "__main__":
    sys.exit(main())
