"""Programs of the machine that the lab runs on."""

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path


class LabError(Exception):
    """The lab itself cannot go on: nothing is said about the cluster. The text is for the person who started it."""


def say(text: str) -> None:
    """One line of progress, with the time of day, so that it can be laid beside the nodes' logs."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def run(*words: str | Path, log: Path | None = None, timeout: float = 1800, **more: object) -> str:
    """Runs a program and returns what it prints; its errors go to `log` or into the LabError."""
    command = [str(word) for word in words]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, **more)  # type: ignore[call-overload]
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LabError(f"{command[0]}: {error}") from error
    if log is not None:
        with log.open("a") as file:
            file.write(f"$ {' '.join(command)}\n{done.stdout}{done.stderr}")
    if done.returncode != 0:
        raise LabError(f"{' '.join(command)} failed ({done.returncode}):\n{tail(done.stdout + done.stderr)}")
    return done.stdout


def tail(text: str, lines: int = 20) -> str:
    """The end of a longer text, indented."""
    return "\n".join(f"    {line}" for line in text.strip().splitlines()[-lines:])


def succeeds(command: Sequence[str], timeout: float = 60) -> bool:
    """Whether a program ends with 0 in time."""
    try:
        return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=timeout).returncode == 0
    except subprocess.TimeoutExpired:
        return False
