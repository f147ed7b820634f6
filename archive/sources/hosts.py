"""Reads the hosts of a source, its homepage, and addresses that must lie on one of the hosts."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from archive.sources.model import Host, bare_host
from archive.sources.table import Table

_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*(?::\d{1,5})?")


def read_hosts(top: Table) -> tuple[Host, ...]:
    """The hosts that a source file names in `hosts` and `[[host]]`."""
    hosts = [Host(_host(top, "hosts", name)) for name in top.texts("hosts")]
    for table in top.tables("host"):
        since, until = table.day("since"), table.day("until")
        if since and until and since > until:
            table.fail("until", f"{until} lies before since = {since}")
        hosts.append(Host(_host(table, "name", table.text("name")), since, until))
        table.finish()
    if not hosts:
        top.fail("hosts", 'is missing: name at least one host, like hosts = ["baoxyz.vn"]')
    for number, host in enumerate(hosts):
        if any(bare_host(host.name) == bare_host(other.name) for other in hosts[:number]):
            top.fail("hosts", f'"{host.name}" is named twice (www. in front counts as the same host)')
    return tuple(hosts)


def _host(table: Table, key: str, name: str) -> str:
    lowered = name.lower()
    if not _HOST.fullmatch(lowered):
        table.fail(key, f'"{name}" is not a host: no scheme, no path, only a name like "baoxyz.vn" or "127.0.0.1:8000"')
    port = lowered.partition(":")[2]
    if port and not 0 < int(port) < 65536:
        table.fail(key, f'"{name}" has no possible port')
    return lowered


def is_loopback(host: str) -> bool:
    """Whether `host` (with or without port) is this machine by its name."""
    name = host.partition(":")[0]
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def read_homepage(top: Table, hosts: tuple[Host, ...]) -> str:
    """The homepage that a source file names, or the root of the first host in use: https, and http on loopback."""
    if top.has("homepage"):
        return read_address(top, "homepage", top.text("homepage"), "", hosts)
    host = next((host for host in hosts if host.until is None), hosts[0])
    return f"{'http' if is_loopback(host.name) else 'https'}://{host.name}/"


def read_address(table: Table, key: str, address: str, homepage: str, hosts: tuple[Host, ...]) -> str:
    """`address` as an absolute URL on one of the hosts; paths are read against the homepage."""
    if address.startswith("/") and not address.startswith("//") and homepage:
        parts = urlsplit(homepage)
        return f"{parts.scheme}://{parts.netloc}{address}"
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        table.fail(key, f'"{address}" must begin with "https://", "http://"' + (' or "/"' if homepage else ""))
    if not any(bare_host(parts.netloc) == bare_host(host.name) for host in hosts):
        table.fail(key, f'"{address}" lies on {parts.netloc}, which is not among the hosts of this source')
    return address if parts.path else f"{parts.scheme}://{parts.netloc}/"
