"""The CMS families a layout may name, from families.toml: what tells each, and what its templates are known to hold.

Names of families are data here, so that a slip of the pen in a source's file is an error and not a silent fall to
generic. A family without marks has no prior of its own: its pages are read by their evidence alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Final
from urllib.parse import parse_qs, urlsplit

from archive.sources.model import NO_SELECTORS, Select
from archive.sources.table import Table, check_css, read_select, read_table

_FILE: Final = "families.toml"


@dataclass(frozen=True, slots=True)
class Family:
    """A CMS as its templates show it; the keys are told at the head of families.toml."""

    name: str
    signs: str
    evidence: str = ""
    marks: tuple[str, ...] = ()
    article: re.Pattern[str] | None = None
    always: bool = False
    never: re.Pattern[str] | None = None
    of_article: tuple[str, ...] = ()
    of_others: tuple[str, ...] = ()
    signature: bool = False
    print: re.Pattern[str] | None = None
    select: Select = NO_SELECTORS

    def is_article(self, url: str) -> bool:
        """Whether `url` has the form of this family's article addresses; False where no form is known."""
        return self.article is not None and not self.is_never(url) and self.article.search(_path(url)) is not None

    def is_never(self, url: str) -> bool:
        """Whether `url` is a listing, or another rendering of an article: print, save, send, a download."""
        parts = urlsplit(url)
        return self.never is not None and self.never.search(f"{_path(url)}?{parts.query}") is not None

    def without_id(self, slug: str, url: str) -> str:
        """`slug` without the id that stands in `url`, in front ("412-<slug>") or behind; a year in a title stays."""
        found = self.article.search(_path(url)) if self.article is not None else None
        return slug.removeprefix(f"{found[1]}-").removesuffix(f"-{found[1]}") if found is not None else slug

    def own_address(self, url: str) -> str:
        """The address of the article that the print version at `url` shows; "" where it is none."""
        own = self.print.sub("", url, count=1) if self.print is not None else url
        return own if own != url else ""


def parse_families(text: str, file: str = _FILE) -> Mapping[str, Family]:
    """The families that the TOML `text` describes, by name; raises SourceError naming `file` and key."""
    top = read_table(text, file)
    return MappingProxyType({name: _family(name, top.table(name)) for name in top.keys()})  # noqa: SIM118 - no dict


def _family(name: str, table: Table) -> Family:
    keys = ("marks", "of_article", "of_others")
    marks, of_article, of_others = (table.texts(key) for key in keys)
    for key, selectors in zip(keys, (marks, of_article, of_others), strict=True):
        check_css(table, key, selectors)
    family = Family(
        name=name,
        signs=table.text("signs"),
        evidence=table.text("evidence", ""),
        marks=marks,
        article=table.pattern("article"),
        always=table.flag("always"),
        never=table.pattern("never"),
        of_article=of_article,
        of_others=of_others,
        signature=table.flag("signature"),
        print=table.pattern("print"),
        select=read_select(table.table("select")),
    )
    table.finish()
    if marks and len(marks) + (family.article is not None) < LEAST_MARKS:
        table.fail(
            "marks",
            "must be {least_marks} at least: one alone makes no page likely this family's",
            least_marks=LEAST_MARKS,
        )
    if marks and not family.evidence:
        table.fail("evidence", "is missing: say what the rows were taken from")
    if family.article is not None and family.article.groups != 1:
        table.fail("article", "must have one group, which holds the article's id")
    return family


def _path(url: str) -> str:
    """The path of `url`, or what NukeViet's raw form (index.php?nv=news&op=<path>) has in its place."""
    parts = urlsplit(url)
    return parse_qs(parts.query).get("op", [parts.path])[0] if "op=" in parts.query else parts.path


LEAST_MARKS: Final = 2
"""Marks that make a page likely a family's: one alone is copied, proxied or left over too often."""
FAMILIES: Final = parse_families(files("archive.sources").joinpath(_FILE).read_text(encoding="utf-8"))
"""Every family by the name that a source's layout gives it."""
