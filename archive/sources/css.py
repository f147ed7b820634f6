"""Reads selectors from TOML, and checks that what it calls a CSS selector is one."""

from __future__ import annotations

from dataclasses import fields
from functools import cache

from cssselect import HTMLTranslator, SelectorError

from archive.sources.model import Select
from archive.sources.table import Table


def check_css(table: Table, key: str, selectors: tuple[str, ...]) -> None:
    """Raises SourceError about `key` of `table` for the first of `selectors` that is not CSS."""
    for selector in selectors:
        flaw = _flaw(selector)
        if flaw:
            table.fail(key, f'"{selector}" is not a CSS selector: {flaw}')


def read_select(table: Table) -> Select:
    """The selectors of a table like [layout.select]; raises SourceError for an unknown field and for what is no CSS."""
    chosen = {field.name: table.texts(field.name) for field in fields(Select)}
    table.finish()
    for key, selectors in chosen.items():
        check_css(table, key, selectors)
    return Select(**chosen)


@cache
def _flaw(selector: str) -> str:
    try:
        HTMLTranslator().css_to_xpath(selector)
    except SelectorError as error:
        return str(error)
    return ""
