"""Taking the cluster apart again."""

import shlex
import time

from .. import listing
from ..bench import Bench, scenario
from ..description import Node
from ..lab import Failed
from ..shell import tail
from .making import bootstrap, furnish

# What stays, and why: by the beginning of the path.
STAYS = {
    "etc/corosync/authkey": "a secret",
    "etc/gfs2gen/secrets/": "secrets",
    "etc/lvm/archive/": "LVM's own record of what it did",
    "etc/lvm/backup/": "LVM's own record of what it did",
    "etc/systemd/system/multi-user.target.wants/corosync.service": "the package's cluster of one node is not started instead",
    "etc/systemd/system/multi-user.target.wants/pacemaker.service": "the package's cluster of one node is not started instead",
}
# What runs of the cluster, by its process.
DAEMONS = ("corosync", "pacemakerd", "dlm_controld", "lvmlockd")


@scenario("teardown", "teardown.sh undoes everything, and the bootstrap works again from there")
def teardown(bench: Bench) -> None:
    """Without its argument it refuses and changes nothing. With it the nodes are as they were before the bootstrap: no mount,
    no DRBD, blank disks, the same files and units, except for what is documented to stay (`STAYS`)."""
    refused(bench)
    for node in bench.nodes:
        bench.touch(node)
        bench.witnesses.stop_on(node)
    began = time.time()
    answer = bench.lab.script("teardown.sh", f"--destroy-all-data={bench.cluster.name}", timeout=1800)
    if answer.code != 0:
        raise Failed(f"teardown.sh ended with {answer.code}:\n{tail(answer.text, 25)}")
    bench.figure("teardown s", time.time() - began)
    bench.witnesses.forget()
    for node in bench.nodes:
        nothing_runs(bench, node)
        disks_are_blank(bench, node)
    as_before(bench)
    began = time.time()
    # The disks were written to, so one is copied to the other.
    bootstrap(bench, "--prove-fencing")
    bench.figure("bootstrap s", time.time() - began)
    furnish(bench)


def refused(bench: Bench) -> None:
    """Without the cluster's name nothing happens."""
    node = bench.nodes[0]
    before = [listing.take(bench.lab, n) for n in bench.nodes], bench.lab.on(node, "cibadmin --query --scope configuration")
    for words in ([], ["--destroy-all-data"], [f"--destroy-all-data={bench.cluster.name}x"]):
        answer = bench.lab.script("teardown.sh", *words, timeout=60)
        if answer.code != 2:
            raise Failed(f"teardown.sh {' '.join(words)} ended with {answer.code}, not 2:\n{tail(answer.text)}")
    if before != ([listing.take(bench.lab, n) for n in bench.nodes], bench.lab.on(node, "cibadmin --query --scope configuration")):
        raise Failed("teardown.sh refused, and files or the configuration are not what they were before")
    bench.rest(30)


def nothing_runs(bench: Bench, node: Node) -> None:
    """No mount, no guest, no DRBD, none of the cluster's daemons, and no unit of ours."""
    left = bench.lab.on(node, f"""
        awk '$3 == "gfs2" {{ print "mounted:", $2 }}' /proc/mounts
        if [ -e /proc/drbd ]; then grep ' cs:' /proc/drbd | grep -v cs:Unconfigured; fi
        if command -v virsh >/dev/null; then virsh -q list --name | grep .; fi
        pidof {' '.join(DAEMONS)}
        systemctl list-units --all --plain --no-legend 'gfs2gen-*'
        systemctl list-unit-files --no-legend 'gfs2gen-*'
        true""").strip()
    if left:
        raise Failed(f"{node.name}: after the teardown there is still:\n{left}")


def disks_are_blank(bench: Bench, node: Node) -> None:
    """No signature on the disks, and no physical volume anywhere."""
    for resource, disk in node.disks.items():
        found = bench.lab.on(node, f"wipefs -n {shlex.quote(disk)}").strip()
        if found:
            raise Failed(f"{node.name}: the disk of {resource} carries:\n{found}")
    volumes = bench.lab.on(node, "pvs --noheadings -o pv_name").split()
    if volumes:
        raise Failed(f"{node.name}: physical volumes are left: {', '.join(volumes)}")


def as_before(bench: Bench) -> None:
    """Every file, and every link that makes a unit start by itself."""
    wrong = []
    for node in bench.nodes:
        found = listing.differences(listing.kept(bench.lab, node), listing.take(bench.lab, node))
        wrong += [f"{node.name}: {how} /{path}" for path, how in sorted(found.items()) if not path.startswith(tuple(STAYS))]
    if wrong:
        raise Failed("the teardown leaves what was not there before:\n" + "\n".join(f"    {line}" for line in wrong))
