"""The rack: bridges, machines and BMCs, as one process that listens at a socket for faults to make.

`python3 -m gfs2lab.rack FOLDER` reads FOLDER/rack.json (made by `lab.py`), in a network namespace that is its own already.
Requests and answers are one line of JSON each:
  {"do": "power", "machine": M, "to": "on"|"off"|"reset"|"get"}
  {"do": "link", "machine": M, "network": N, "to": "cut"|"heal"}
  {"do": "bmc", "name": B, "to": "on"|"off"}
"""

import json
import socketserver
import sys
import threading
import time
from pathlib import Path

from .bmc import Bmc
from .machine import Machine
from .shell import run


class Rack:
    """Everything that is hardware."""

    def __init__(self, folder: Path) -> None:
        spec = json.loads((folder / "rack.json").read_text())
        self.folder = folder
        self.socket = folder / "rack.socket"
        self.lock = threading.Lock()
        self.taps: dict[tuple[str, str], tuple[str, str]] = {}
        self.machines: dict[str, Machine] = {}
        self._bridges(spec)
        for machine in spec["machines"]:
            self._machine(machine, spec)
        self.bmcs = {b["name"]: Bmc(**b, place=place) for place, b in enumerate(spec["bmcs"])}

    def _bridges(self, spec: dict) -> None:
        run("ip", "link", "set", "lo", "up")
        for bridge in spec["bridges"]:
            run("ip", "link", "add", bridge["name"], "type", "bridge", "stp_state", "0", "forward_delay", "0")
            run("ip", "link", "set", bridge["name"], "up")
            for address in bridge["addresses"]:
                run("ip", "addr", "add", address, "dev", bridge["name"], *(["nodad"] if ":" in address else []))

    def _machine(self, spec: dict, rack: dict) -> None:
        folder = self.folder / spec["name"]
        folder.mkdir(exist_ok=True)
        nics = []
        for at, (network, bridge) in enumerate(spec["networks"]):
            tap, mac = f"t{spec['place']}n{at}", f"52:54:00:fe:{spec['place']:02x}:{at:02x}"
            run("ip", "tuntap", "add", tap, "mode", "tap")
            run("ip", "link", "set", tap, "master", bridge)
            run("ip", "link", "set", tap, "up")
            self.taps[spec["name"], network] = (tap, bridge)
            nics.append((tap, mac))
        disks = [Path(disk) for disk in spec["disks"]]
        self.machines[spec["name"]] = Machine(spec["name"], folder, Path(rack["kernel"]), Path(rack["image"]), nics, disks)

    def start(self) -> None:
        """BMCs first: they are there while the machines are off."""
        for bmc in self.bmcs.values():
            bmc.start(self.folder, self.socket)

    def do(self, request: dict) -> dict:
        """One request."""
        verb, to = request["do"], request["to"]
        if to != "get":
            with (self.folder / "rack.log").open("a") as log:
                log.write(json.dumps({"time": round(time.time(), 3), **request}) + "\n")
        if verb == "power":
            machine = self.machines[request["machine"]]
            if to != "get":
                with self.lock:
                    {"on": machine.on, "off": machine.off, "reset": machine.reset}[to]()
            return {"on": machine.is_on()}
        if verb == "link":
            # Out of the bridge, never down: a machine's device does not survive its tap going down.
            tap, bridge = self.taps[request["machine"], request["network"]]
            run("ip", "link", "set", tap, *(["nomaster"] if to == "cut" else ["master", bridge]))
            return {}
        if verb == "bmc":
            self.bmcs[request["name"]].reachable = to == "on"
            return {}
        raise ValueError(f"unknown request {verb}")

    def serve(self) -> None:
        """Answers until killed."""
        rack = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                for line in self.rfile:
                    try:
                        answer = rack.do(json.loads(line))
                    except Exception as error:  # noqa: BLE001 - whoever asked is told
                        answer = {"error": f"{type(error).__name__}: {error}"}
                    self.wfile.write(json.dumps(answer).encode() + b"\n")

        with socketserver.ThreadingUnixStreamServer(str(self.socket), Handler) as server:
            server.daemon_threads = True
            self.start()
            server.serve_forever()


if __name__ == "__main__":
    Rack(Path(sys.argv[1])).serve()
