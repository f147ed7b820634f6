"""Checks that what a source file calls a CSS selector is one."""

from __future__ import annotations

from functools import cache

from cssselect import HTMLTranslator, SelectorError

from archive.sources.table import Table


def check_css(table: Table, key: str, selectors: tuple[str, ...]) -> None:
    """Raises SourceError about `key` of `table` for the first of `selectors` that is not CSS."""
    for selector in selectors:
        flaw = _flaw(selector)
        if flaw:
            table.fail(key, f'"{selector}" is not a CSS selector: {flaw}')


@cache
def _flaw(selector: str) -> str:
    try:
        HTMLTranslator().css_to_xpath(selector)
    except SelectorError as error:
        return str(error)
    return ""
