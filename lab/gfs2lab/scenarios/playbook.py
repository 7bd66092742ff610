"""The Ansible playbook, in place of bootstrap.sh."""

import json
import re
import time

from .. import seed
from ..bench import Bench, scenario
from ..lab import Answer, Failed
from ..shell import tail
from .making import furnish, start

RECAP = re.compile(r"^(\S+) +: ok=\d+ +changed=(\d+) .*failed=(\d+)", re.MULTILINE)
# What bootstrap.sh is given by making.FIRST_TIME.
GIVEN = {"gfs2gen_prove_fencing": True, "gfs2gen_skip_initial_sync": True}


@scenario("by-ansible", "the playbook makes the cluster from fresh machines, and then has nothing to do", needs_cluster=False)
def by_ansible(bench: Bench) -> None:
    """Each node fences the other on the way. A dry run before it ends well and leaves nothing on the nodes; a second run, and a
    dry run after it, change nothing."""
    start(bench)
    play(bench, "--check")
    for node in bench.nodes:
        if bench.lab.ask(node, "test -e /var/lib/gfs2gen").code == 0:
            raise Failed(f"{node.name}: a dry run has left /var/lib/gfs2gen")
    began = time.time()
    if not any(changed(play(bench)).values()):
        raise Failed("the playbook says that it changed nothing on fresh machines")
    bench.figure("playbook s", time.time() - began)
    furnish(bench)
    began = time.time()
    for words in ([], ["--check"]):
        said = changed(play(bench, *words))
        if any(said.values()):
            raise Failed(f"the playbook {' '.join(words)} finds something to do after it was run: {said}")
    bench.figure("again, twice s", time.time() - began)


def play(bench: Bench, *words: str) -> Answer:
    """Runs the playbook from outside to its good end."""
    lab = bench.lab
    # Beside the generated inventory: how this lab's nodes are reached.
    hosts = {node.name: {"ansible_host": seed.management(node)} for node in bench.nodes}
    reached = {"ansible_user": "root", "ansible_ssh_common_args": f"-F {lab.folder}/ssh_config"}
    inventory = lab.folder / "inventory.json"
    inventory.write_text(json.dumps({"all": {"hosts": hosts, "vars": reached}}))
    command = ["ansible-playbook", "-i", str(lab.tree / "ansible/inventory.yml"), "-i", str(inventory),
               "-e", json.dumps(GIVEN), *words, str(lab.tree / "ansible/site.yml")]
    # No settings of this machine's own.
    settings = lab.folder / "ansible.cfg"
    settings.write_text("[defaults]\nnocolor = True\n")
    answer = lab.follow(command, "ansible-playbook", 3000, environment={"ANSIBLE_CONFIG": str(settings)})
    if answer.code != 0:
        raise Failed(f"ansible-playbook {' '.join(words)} ended with {answer.code}:\n{tail(answer.text, 30)}")
    return answer


def changed(answer: Answer) -> dict[str, int]:
    """How many tasks changed something, by node."""
    found = {node: int(count) for node, count, _ in RECAP.findall(answer.text)}
    if not found:
        raise Failed(f"ansible-playbook ends without its recap:\n{tail(answer.text)}")
    return found
