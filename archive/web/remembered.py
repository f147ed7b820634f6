"""Answers that a connection remembers for as long as nobody writes to the archive."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

import sqlite_utils

from archive.search.memory import memory

Result = TypeVar("Result")

_MOST: Final = 32  # a page of hits with its facets takes up to 100 KB
_ANSWERS: WeakKeyDictionary[sqlite_utils.Database, tuple[tuple[int, int], OrderedDict[Hashable, Any]]] = (
    WeakKeyDictionary()
)


def remembered(
    db: sqlite_utils.Database, question: Callable[[sqlite_utils.Database], Result], key: Hashable = None
) -> Result:
    """What `question` answers, or answered `db` before under the same `key`, if nothing was written since.

    The key is the question itself where None. For connections that only read, and answers that nobody changes.
    """
    # Asked before the question: what is written in between makes the next version another one.
    version = memory(db).version
    held = _ANSWERS.get(db)
    if held is None or held[0] != version:
        held = _ANSWERS[db] = (version, OrderedDict())
    answers = held[1]
    name = question if key is None else key
    if name in answers:
        answers.move_to_end(name)
        known: Result = answers[name]
        return known
    answer = answers[name] = question(db)
    while len(answers) > _MOST:
        answers.popitem(last=False)
    return answer
