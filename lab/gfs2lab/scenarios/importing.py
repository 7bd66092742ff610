"""What a running cluster says of itself."""

import json
import subprocess
from pathlib import Path

import yaml

from ..bench import Bench, scenario
from ..description import Node
from ..lab import Failed, Lab
from ..shell import run, tail

# What import says of a node, and what rules then find too little on machines as small as these.
MEMORY = "memory"
# In a volume group of a few hundred extents most sizes are some share of it, too: import says beside it that it guesses.
GUESSED = "storage[].filesystems[].size"


@scenario("import", "what the running cluster says of itself becomes a description, which changes nothing")
def imported(bench: Bench) -> None:
    """collect.sh on both nodes, `gfs2gen import`, and `gfs2gen plan` from what runs to what came out of it."""
    lab = bench.lab
    folder = lab.folder / "imported"
    script = run(lab.compiler, "import", "--collect")
    for node in bench.nodes:
        collect(lab, node, script, folder / "found")
    said = subprocess.run([str(lab.compiler), "import", str(folder / "found")], capture_output=True, text=True, timeout=60)
    if said.returncode not in (0, 1) or not said.stdout:
        raise Failed(f"gfs2gen import ended with {said.returncode}:\n{tail(said.stderr)}")
    if "FILL IN" in said.stdout:
        raise Failed("gfs2gen import does not know: " + next(line for line in said.stdout.splitlines() if "FILL IN" in line).strip())
    data = yaml.safe_load(said.stdout)
    for node in data["nodes"]:
        node.pop(MEMORY, None)
    description = folder / "cluster.yaml"
    description.write_text(yaml.safe_dump(data, sort_keys=False))
    plan = json.loads(run(lab.compiler, "plan", lab.tree, description, "--format", "json"))
    bench.figure("edits", len(plan["edits"]))
    other = [edit for edit in plan["edits"] if edit["class"] != "nothing" and edit["key"] != GUESSED]
    if other:
        raise Failed(f"what was imported is another cluster: {plan['summary']}\n{tail(json.dumps(other, indent=1))}")


def collect(lab: Lab, node: Node, script: str, folder: Path) -> None:
    """Runs collect.sh on a node, as its page says; what it says comes into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run([*lab.ssh(node), "bash", "-s"], input=script.encode(), capture_output=True, timeout=300)
    if done.returncode != 0:
        raise Failed(f"{node.name}: collect.sh ended with {done.returncode}:\n{tail(done.stderr.decode(errors='replace'))}")
    subprocess.run(["tar", "-x", "-C", str(folder)], input=done.stdout, check=True, timeout=60)
