"""Under which keys persons and offices are looked up and counted."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from archive.people.words import offices_table
from archive.text.folding import exact_form, fold

_WORD: Final = re.compile(r"[^\W_]+")


def name_key(name: str) -> str:
    """What a name is asked by: its words in their exact form; "" for what has none.

    >>> name_key("NGUYỄN  Thị Hòa"), name_key("H'Yim Kđoh")
    ('nguyễn thị hoà', 'h yim kđoh')
    """
    return " ".join(_WORD.findall(exact_form(name)))


def means(typed: str, name: str) -> bool:
    """Whether the key `typed` means the name with the key `name`: without any accent all, with one itself alone.

    >>> means("le thi hoa", "lê thị hoà"), means("lê thị hoa", "lê thị hoa"), means("lê thị hoa", "lê thị hoà")
    (True, True, False)
    """
    return typed in (name, fold(name))


def office_key(office: str) -> str:
    """What an office is counted under: its exact form, with the short form of a body in the place of its long one.

    >>> office_key("Phó Chủ tịch Ủy ban nhân dân tỉnh") == office_key("Phó chủ tịch UBND tỉnh")
    True
    """
    key = exact_form(" ".join(office.split()))
    for long, short in _short():
        key = key.replace(long, short)
    return key


@cache
def _short() -> tuple[tuple[str, str], ...]:
    return tuple([(exact_form(long), exact_form(short)) for long, short in offices_table()["short"].items()])
