"""Where the device is reached in the network, as the kernel's own tables have it."""

from __future__ import annotations

import re
from ipaddress import IPv6Address

from appliance.doctor.findings import Finding, Severity
from appliance.doctor.host import Host
from appliance.services.words import sentence

CHECK = "address"
ADDRESS = sentence("Address")
_HAS = sentence("This device has the address {addresses}.")
_NONE = sentence("This device has no address in the network yet.")
_CHECK = sentence("Check the network cable and the router. Go on selling.")

_OWN = re.compile(r"\|-- (\d+\.\d+\.\d+\.\d+)\s+/32 host LOCAL")
_GLOBAL = "00"
"""How if_inet6 writes the scope of an address that holds everywhere."""
_MOST = 3


def check(host: Host) -> list[Finding]:
    """Say which addresses the device has; those of version 6 only where there is no other."""
    addresses = _version_4(host) or _version_6(host)
    if not addresses:
        return [Finding(CHECK, Severity.LOOK, ADDRESS, _NONE, _CHECK)]
    facts = {"addresses": ", ".join(addresses[:_MOST])}
    return [Finding(CHECK, Severity.WELL, ADDRESS, _HAS, "", facts)]


def _version_4(host: Host) -> list[str]:
    found = _OWN.findall(host.read("proc/net/fib_trie"))
    return [each for each in dict.fromkeys(found) if not each.startswith("127.")]


def _version_6(host: Host) -> list[str]:
    lines = (line.split() for line in host.read("proc/net/if_inet6").splitlines())
    return [
        str(IPv6Address(int(words[0], 16)))
        for words in lines
        if len(words) == 6 and words[3] == _GLOBAL and words[5] != "lo"  # noqa: PLR2004 - as the kernel writes it
    ]
