"""The register of sources: one TOML file each, read strictly, the shipped ones and an operator's own."""

from __future__ import annotations

from archive.sources.discover import backfilled, first_page, further_pages, starts
from archive.sources.families import FAMILIES
from archive.sources.load import LEAST_DELAY, parse_source, read_source
from archive.sources.model import (
    Backfill,
    DateArchive,
    Discover,
    Expect,
    Host,
    JsonMapping,
    Layout,
    NumberedPages,
    Politeness,
    Quota,
    Select,
    Source,
    bare_host,
    target,
)
from archive.sources.register import SHIPPED, Finding, Register, check, check_folders
from archive.sources.table import is_loopback

__all__ = [
    "FAMILIES",
    "LEAST_DELAY",
    "SHIPPED",
    "Backfill",
    "DateArchive",
    "Discover",
    "Expect",
    "Finding",
    "Host",
    "JsonMapping",
    "Layout",
    "NumberedPages",
    "Politeness",
    "Quota",
    "Register",
    "Select",
    "Source",
    "backfilled",
    "bare_host",
    "check",
    "check_folders",
    "first_page",
    "further_pages",
    "is_loopback",
    "parse_source",
    "read_source",
    "starts",
    "target",
]
