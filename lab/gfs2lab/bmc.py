"""The machines' BMCs: OpenIPMI's simulator, which fence_ipmilan reaches as it reaches a real one.

In front of each simulator stands a small relay, because the simulator does not know one question that real BMCs answer (Get
Channel Cipher Suites, IPMI 2.0 part 22.15): ipmitool waits 10 s for it. The relay answers that one itself, with the one
suite that the simulator speaks. It is also where a BMC is made unreachable.
"""

import select
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

# Cipher suite 3 as a record: RAKP-HMAC-SHA1, HMAC-SHA1-96, AES-CBC-128 (IPMI 2.0 table 22-18).
SUITES = bytes([0xC0, 0x03, 0x01, 0x41, 0x81])
# The simulator's only channel.
CHANNEL = 1
APP_REQUEST, APP_RESPONSE, GET_CHANNEL_CIPHER_SUITES = 0x06 << 2, 0x07 << 2, 0x54


@dataclass
class Bmc:
    """A BMC of machine `machine` at an address; `place` makes its inner port and its GUID its own."""

    machine: str
    name: str
    address: str
    port: int
    username: str
    password: str
    place: int
    reachable: bool = field(default=True)

    def start(self, folder: Path, rack: Path) -> None:
        """Starts the simulator and the relay; power commands go to the rack's socket."""
        inner = 9600 + self.place
        own = folder / f"bmc-{self.name}"
        own.mkdir(exist_ok=True)
        power = f"{sys.executable} {Path(__file__).with_name('power.py')} {rack} {self.machine}"
        (own / "lan.conf").write_text(_lan(self, inner, power))
        (own / "emu").write_text("mc_setbmc 0x20\nmc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02\nmc_enable 0x20\n")
        with (own / "log").open("ab") as log:
            subprocess.Popen(["ipmi_sim", "-c", own / "lan.conf", "-f", own / "emu", "-s", own, "-n"],
                             stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        family = socket.AF_INET6 if ":" in self.address else socket.AF_INET
        front = socket.socket(family, socket.SOCK_DGRAM)
        front.bind((self.address, self.port))
        threading.Thread(target=self._relay, args=(front, inner), daemon=True).start()

    def _relay(self, front: socket.socket, inner: int) -> None:
        """Each caller gets a socket of its own towards the simulator, so that answers find back."""
        callers: dict[socket.socket, tuple] = {}
        behind: dict[tuple, socket.socket] = {}
        while True:
            for ready in select.select([front, *callers], [], [])[0]:
                try:
                    packet, caller = ready.recvfrom(4096)
                except OSError:
                    continue
                if not self.reachable:
                    continue
                if ready is not front:
                    front.sendto(packet, callers[ready])
                elif answer := cipher_suites(packet):
                    front.sendto(answer, caller)
                else:
                    if caller not in behind:
                        behind[caller] = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                        behind[caller].connect(("127.0.0.1", inner))
                        callers[behind[caller]] = caller
                    behind[caller].send(packet)


def cipher_suites(packet: bytes) -> bytes | None:
    """The answer to Get Channel Cipher Suites; None for any other packet.

    It comes outside a session in RMCP+ framing: RMCP (4 bytes), authentication type 6, payload type 0, session and sequence (4
    each), the length (2), then the message (IPMI 2.0 tables 13-8 and 22-17).
    """
    message = packet[16:]
    if packet[:6] != b"\x06\x00\xff\x07\x06\x00" or len(message) < 10:
        return None
    if message[1] & 0xFC != APP_REQUEST or message[5] != GET_CHANNEL_CIPHER_SUITES:
        return None
    head = bytes([message[3], APP_RESPONSE | message[4] & 3])
    body = bytes([message[0], message[4] & 0xFC | message[1] & 3, GET_CHANNEL_CIPHER_SUITES, 0, CHANNEL])
    # A record list is asked for in pieces of 16 bytes; there is only one piece.
    body += SUITES if message[8] & 0x3F == 0 else b""
    answer = head + bytes([_checksum(head)]) + body + bytes([_checksum(body)])
    return packet[:14] + len(answer).to_bytes(2, "little") + answer


def _checksum(data: bytes) -> int:
    """IPMI's: all bytes with it add up to 0."""
    return -sum(data) & 0xFF


def _lan(bmc: Bmc, inner: int, power: str) -> str:
    """The simulator's configuration (ipmi_lan(5))."""
    kinds = "none md2 md5 straight"
    lines = [f'name "{bmc.name}"', "set_working_mc 0x20", "startlan 1", f"addr 127.0.0.1 {inner}", "priv_limit admin"]
    lines += [f"allowed_auths_{level} {kinds}" for level in ("callback", "user", "operator", "admin")]
    lines += [f"guid a123456789abcdefa1234567890000{bmc.place:02d}", "endlan", f'chassis_control "{power}"',
              f'user 2 true "{bmc.username}" "{bmc.password}" admin 10 {kinds}']
    return "\n".join(lines) + "\n"
