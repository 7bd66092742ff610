"""RUNBOOK.md as people use it: the scenarios run its commands as they stand there, so that they are tried, not only written."""

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from .description import Node
from .lab import Failed, Lab

BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
ELSEWHERE = re.compile(r"ssh root@(\S+) (.+)")


@dataclass(frozen=True)
class Command:
    """A line of a block. `node` is where the line itself says that it runs; None: where its section says."""

    node: Node | None
    text: str


def commands(lab: Lab, title: str, exchanged: bool = False) -> list[list[Command]]:
    """The blocks of commands of a section. The runbook takes one node as its example; for the other one the names are
    `exchanged`, as the reader does it."""
    for section in re.split(r"^## ", (lab.tree / "RUNBOOK.md").read_text(), flags=re.MULTILINE)[1:]:
        if section.splitlines()[0] == title:
            return [parse(lab.cluster.nodes, block, exchanged) for block in BLOCK.findall(section)]
    raise Failed(f"RUNBOOK.md has no section `{title}`")


def parse(nodes: tuple[Node, Node], block: str, exchanged: bool) -> list[Command]:
    """One block; its comments are for people."""
    if exchanged:
        block = exchange(block, (nodes[0].name, nodes[1].name))
    found = []
    for line in block.splitlines():
        if not line or line.startswith("#"):
            continue
        there = ELSEWHERE.fullmatch(line)
        node = next((node for node in nodes if there and node.name == there[1]), None)
        found.append(Command(node, " ".join(shlex.split(there[2])) if there and node else line))
    return found


def exchange(text: str, names: tuple[str, str]) -> str:
    """The text with each name in the other's place; a name that is part of another word stays."""
    other = dict(zip(names, reversed(names)))
    return re.sub(rf"(?<![\w.-])({'|'.join(map(re.escape, names))})(?![\w.-])", lambda found: other[found[1]], text)


def play(lab: Lab, block: Sequence[Command], node: Node, seconds: float = 600) -> None:
    """Runs a block, each of whose lines must succeed, on `node` or where the line says."""
    for command in block:
        lab.on(command.node or node, command.text, seconds)
