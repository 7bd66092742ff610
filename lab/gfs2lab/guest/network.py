"""The guests' network: one /16 with the outside at its end; a guest's address follows from its MAC address."""

SUBNET = "10.213"
PREFIX = 16
OUTSIDE = f"{SUBNET}.255.254"
"""Where the acknowledgements go and the pings come from."""
PORT = 9999
"""UDP port of the acknowledgements."""


def address(mac: str) -> str:
    """The IPv4 address that the guest with this MAC address gives itself: the last two octets of the one are those of the other.

    Two guests whose MAC addresses end alike would get one address; three endings belong to no guest.
    """
    octets = [int(octet, 16) for octet in mac.split(":")]
    if len(octets) != 6:
        raise ValueError(f"not a MAC address: {mac}")
    found = f"{SUBNET}.{octets[4]}.{octets[5]}"
    if found in (f"{SUBNET}.0.0", OUTSIDE, f"{SUBNET}.255.255"):
        raise ValueError(f"the MAC address {mac} leads to {found}, which is no guest's address")
    return found
