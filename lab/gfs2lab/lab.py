"""One lab: its folder, its rack, and how its nodes are asked."""

import json
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml

from . import seed
from .description import Cluster, Node, adapt, read
from .guest import network
from .power import ask
from .rootfs import SUITES, Builder
from .shell import LabError, run, say, tail


class Failed(Exception):
    """Something that must hold does not: the scenario has failed."""


@dataclass(frozen=True)
class Answer:
    """What a command on a node said."""

    code: int
    text: str


# What a node without an answer in time gives.
SILENT = 255


class Lab:
    """A lab in `folder`, whose rack runs (`Lab.open`) or is still to be made (`prepare`)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        spec = json.loads((folder / "lab.json").read_text())
        self.tree = folder / "tree" / spec["cluster"]
        self.compiler = Path(spec["compiler"])
        self._description = folder / "description/cluster.yaml"
        self._first = self._description.read_text()
        self.cluster: Cluster = read(folder / "description", self.tree, spec["changes"])
        self.socket = str(folder / "rack.socket")

    # --- hardware ---

    def start_rack(self) -> None:
        """Starts the rack's process; machines are off."""
        Path(self.socket).unlink(missing_ok=True)
        with (self.folder / "rack.out").open("ab") as log:
            subprocess.Popen([sys.executable, "-m", "gfs2lab.rack", self.folder], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.wait("the rack", 30, lambda: Path(self.socket).exists())
        time.sleep(0.5)

    def _ask(self, **request: object) -> dict:
        answer = ask(self.socket, **request)
        if "error" in answer:
            raise LabError(f"the rack: {answer['error']}")
        return answer

    def power(self, node: Node, to: str) -> None:
        """`on`, `off` (as if its cord were pulled) or `reset`."""
        self._ask(do="power", machine=node.name, to=to)

    def is_on(self, node: Node) -> bool:
        """Whether a node has power."""
        return bool(self._ask(do="power", machine=node.name, to="get")["on"])

    def link(self, node: Node, network: str, to: str) -> None:
        """`cut` or `heal`: a node's cable into one network."""
        self._ask(do="link", machine=node.name, network=network, to=to)

    def bmc(self, node: Node, to: str) -> None:
        """`on` or `off`: whether a node's BMCs answer."""
        for device in node.devices:
            self._ask(do="bmc", name=device.name, to=to)

    def mend(self) -> None:
        """Every cable is in its place, every BMC answers, and every machine is on."""
        for node in self.cluster.nodes:
            for cable in {*node.addresses, "management"}:
                self.link(node, cable, "heal")
            self.bmc(node, "on")
            self.power(node, "on")

    def rack_log(self, since: float = 0) -> list[dict]:
        """What was done to the hardware, by whomever."""
        path = self.folder / "rack.log"
        lines = path.read_text().splitlines() if path.exists() else []
        return [entry for entry in map(json.loads, lines) if entry["time"] >= since]

    def fenced(self, node: Node, since: float) -> float | None:
        """When a node's BMC was first told to do something with its power. Of a node that is off already that is only: on."""
        times = [e["time"] for e in self.rack_log(since) if e.get("machine") == node.name and e.get("by") == "bmc"]
        return times[0] if times else None

    def fresh(self) -> None:
        """Makes everything what it was at first: the description, the machines off, their disks blank, cables and BMCs in order."""
        if self._description.read_text() != self._first:
            self._build(self._first)
        for node in self.cluster.nodes:
            self.power(node, "off")
            _blank(self, node)
            self.bmc(node, "on")
            for cable in seed.interfaces(self.cluster):
                self.link(node, cable, "heal")

    # --- the nodes ---

    def ssh(self, node: Node, *more: str) -> list[str]:
        """The words of an ssh to a node. What is called during one boot shares one connection; the socket's name is relative to the
        lab's folder, because it has to be short."""
        try:
            boot = (self.folder / node.name / node.name / "pid").read_text().strip()
        except OSError:
            boot = ""
        shared = ["-o", "ControlMaster=auto", "-o", "ControlPersist=60", "-S", f"{node.name}/link-{boot}"] if boot else []
        return [str(self.folder / "bin/ssh"), *shared, *more, f"root@{seed.management(node)}"]

    def ask(self, node: Node, script: str, timeout: float = 60) -> Answer:
        """Runs a shell script on a node. A frozen node answers TCP and then nothing: so every call ends in time."""
        try:
            done = subprocess.run([*self.ssh(node), f"timeout {int(timeout)} bash -c {shlex.quote(script)}"], stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, errors="replace", timeout=timeout + 5)
        except subprocess.TimeoutExpired:
            return Answer(SILENT, "no answer in time")
        return Answer(done.returncode, done.stdout + (done.stderr if done.returncode else ""))

    def on(self, node: Node, script: str, timeout: float = 60) -> str:
        """The same, where it must succeed."""
        answer = self.ask(node, script, timeout)
        if answer.code != 0:
            raise Failed(f"{node.name}: {script.splitlines()[0][:100]}: {answer.code}\n{tail(answer.text, 8)}")
        return answer.text

    def put(self, node: Node, file: Path, target: str) -> None:
        """Copies a file to a node."""
        command = [*self.ssh(node), f"cat >{shlex.quote(target)}"]
        with file.open("rb") as source:
            subprocess.run(command, stdin=source, check=True, timeout=120, capture_output=True)

    def boot(self, seconds: float = 120) -> float:
        """Switches both nodes on and waits until they answer: after how many seconds."""
        began = time.time()
        for node in self.cluster.nodes:
            self.power(node, "on")
        for node in self.cluster.nodes:
            self.answers(node, seconds)
        return time.time() - began

    def answers(self, node: Node, seconds: float = 120) -> None:
        """Waits for a node's ssh."""
        self.wait(f"{node.name} to answer", seconds, lambda: self.ask(node, "true", 5).code == 0)

    def wait(self, what: str, seconds: float, holds: Callable[[], object], every: float = 1.0) -> float:
        """Polls until something holds: after how many seconds. Fails when it does not in time."""
        began = time.time()
        while True:
            if holds():
                return time.time() - began
            if time.time() - began > seconds:
                raise Failed(f"waited {seconds:.0f} s in vain for {what}")
            time.sleep(every)

    def disk(self, node: Node, resource: str) -> Path:
        """The file that is a node's disk."""
        return self.folder / node.name / f"{resource}.disk"

    # --- what was generated ---

    def rebuild(self, change: Callable[[dict], object]) -> None:
        """Changes the description and builds it over the same tree, as its user does; the lab then knows the new one."""
        data = yaml.safe_load(self._description.read_text())
        change(data)
        self._build(yaml.safe_dump(data, sort_keys=False))

    def _build(self, description: str) -> None:
        self._description.write_text(description)
        run(self.compiler, "build", self._description, "-o", self.tree.parent, log=self.folder / "build.log")
        self.cluster = read(self._description.parent, self.tree, self.cluster.changes)

    def script(self, name: str, *words: str, log: str | None = None, timeout: float = 3000,
               stop: Callable[[str], bool] | None = None) -> Answer:
        """Runs bootstrap.sh, verify.sh or teardown.sh as its user does, from outside; see `follow`."""
        return self.outside([str(self.tree / name), *words], log or name, timeout, stop)

    def outside(self, command: list[str], log: str, timeout: float = 3000, stop: Callable[[str], bool] | None = None) -> Answer:
        """Runs one of the generated scripts, which reaches the nodes by the lab's way to them; see `follow`."""
        where = {f"GFS2GEN_SSH_{at}": f"root@{seed.management(node)}" for at, node in enumerate(self.cluster.nodes, 1)}
        return self.follow(command, log, timeout, stop, where)

    def follow(self, command: list[str], log: str, timeout: float, stop: Callable[[str], bool] | None = None,
               environment: dict[str, str] | None = None) -> Answer:
        """Runs a program of the outside; the log has the time before each line. `stop` sees each line: where it says so, the
        program and all that it has started are killed at once, as they are when the time is over."""
        own = {"PATH": f"{self.folder / 'bin'}:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8"}
        said: list[str] = []
        with (self.folder / f"{log}.log").open("a") as file:
            file.write(f"--- {Path(command[0]).name} {' '.join(command[1:])}\n")
            process = subprocess.Popen(command, env=own | (environment or {}), stdin=subprocess.DEVNULL, text=True, errors="replace",
                                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
            assert process.stdout is not None
            alarm = threading.Timer(timeout, _kill_group, [process.pid])
            alarm.start()
            try:
                for line in process.stdout:
                    said.append(line)
                    file.write(f"{time.time():.1f} {line}")
                    file.flush()
                    if stop and stop(line):
                        break
                else:
                    process.wait()
            finally:
                alarm.cancel()
                _kill_group(process.pid)
                process.wait()
        return Answer(process.returncode, "".join(said))


def _kill_group(leader: int) -> None:
    """Ends a program with everything that it has started."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        pass


def prepare(description: Path, platform: str | None, folder: Path, cache: Path, compiler: Path) -> None:
    """Everything that needs the world outside: the tree, the root file system, keys, disks, and the rack's parts list."""
    changes = adapt(description, platform, folder / "description")
    for change in changes:
        say(f"the lab changes the description: {change}")
    run(compiler, "build", folder / "description/cluster.yaml", "-o", folder / "tree", log=folder / "build.log")
    tree = next(path for path in (folder / "tree").iterdir() if path.is_dir())
    (folder / "lab.json").write_text(json.dumps({"cluster": tree.name, "changes": changes, "compiler": str(compiler.resolve())}))
    lab = Lab(folder)
    if lab.cluster.platform not in SUITES:
        raise LabError(f"the lab has no nodes for {lab.cluster.platform}, only {', '.join(SUITES)}: use --platform")
    builder = Builder(cache, SUITES[lab.cluster.platform])
    _parts(lab, builder)


def _parts(lab: Lab, builder: Builder) -> None:
    """Keys, passwords, disks, archives; then rack.json."""
    cluster, folder = lab.cluster, lab.folder
    image = builder.image(lab.tree, cluster.nodes[0].name)
    keys = seed.Keys(folder / "keys", cluster, lab.tree)
    secrets = {secret for node in cluster.nodes for secret in node.secrets}
    passwords = {secret: f"pw{at:03d}" for at, secret in enumerate(sorted(secrets))}
    machines = []
    for node in cluster.nodes:
        own = folder / node.name
        own.mkdir(exist_ok=True)
        seed.write(own / "seed.tar", node, cluster, keys, passwords)
        disks = [own / "seed.tar", *_blank(lab, node)]
        networks = [(network, _bridge(network, cluster)) for network in seed.interfaces(cluster)]
        machines.append({"name": node.name, "place": node.place, "networks": networks, "disks": [str(disk) for disk in disks]})
    bmcs = [{"machine": node.name, "name": d.name, "address": d.address, "port": d.port, "username": d.username,
             "password": passwords[d.secret_path]} for node in cluster.nodes for d in node.devices]
    (folder / "rack.json").write_text(json.dumps(
        {"kernel": str(builder.kernel()), "image": str(image), "bridges": _bridges(cluster), "machines": machines, "bmcs": bmcs}, indent=1))
    _operator(folder)


def _blank(lab: Lab, node: Node) -> list[Path]:
    """A node's disks for data, new and blank; what it had written to its root file system is gone."""
    own = lab.folder / node.name
    (own / "cow").unlink(missing_ok=True)
    disks = [lab.disk(node, resource) for resource in lab.cluster.sizes]
    for disk, size in zip(disks, lab.cluster.sizes.values(), strict=True):
        disk.unlink(missing_ok=True)
        run("truncate", "-s", str(size + seed.ROOM), disk)
    return disks


def _bridge(network: str, cluster: Cluster) -> str:
    """The rack's bridge of a network; all of the guests' bridges meet in one."""
    if network.startswith("guests:"):
        return "guests"
    return "management" if network == "management" else f"net{cluster.networks.index(network)}"


def _bridges(cluster: Cluster) -> list[dict]:
    """The rack's bridges with the lab's own addresses: the gateway and, where their network is, the BMCs."""
    bridges = {"management": [f"{seed.GATEWAY}/24"], "guests": [f"{network.OUTSIDE}/{network.PREFIX}"]}
    bridges |= {_bridge(network, cluster): [] for network in cluster.networks}
    for address in sorted({device.address for node in cluster.nodes for device in node.devices}):
        bridges["management"].append(f"{address}/{128 if ':' in address else 32}")
    return [{"name": name, "addresses": addresses} for name, addresses in bridges.items()]


def _operator(folder: Path) -> None:
    """An ssh that knows the way: what stands before it on the PATH of the scripts."""
    (folder / "bin").mkdir(exist_ok=True)
    (folder / "ssh_config").write_text(
        f"Host *\n IdentityFile {folder}/keys/operator\n IdentitiesOnly yes\n StrictHostKeyChecking no\n"
        " UserKnownHostsFile /dev/null\n LogLevel ERROR\n ConnectTimeout 5\n BatchMode yes\n ServerAliveInterval 5\n"
        " ServerAliveCountMax 6\n GSSAPIAuthentication no\n")
    script = folder / "bin/ssh"
    script.write_text(f'#!/bin/sh\ncd {shlex.quote(str(folder))} && exec /usr/bin/ssh -F ssh_config "$@"\n')
    script.chmod(0o755)
