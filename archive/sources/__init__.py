"""The register of sources: one TOML file each, read strictly, the shipped ones and an operator's own."""

from __future__ import annotations

from archive.sources.families import FAMILIES
from archive.sources.load import LEAST_DELAY, is_loopback, parse_source, read_source
from archive.sources.model import (
    Backfill,
    Discover,
    Expect,
    Host,
    Layout,
    Politeness,
    Select,
    Source,
    bare_host,
    target,
)
from archive.sources.register import SHIPPED, Register

__all__ = [
    "FAMILIES",
    "LEAST_DELAY",
    "SHIPPED",
    "Backfill",
    "Discover",
    "Expect",
    "Host",
    "Layout",
    "Politeness",
    "Register",
    "Select",
    "Source",
    "bare_host",
    "is_loopback",
    "parse_source",
    "read_source",
    "target",
]
