"""Answers kept for as long as nobody writes to the archive: what was taken down is never shown out of them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Any, Final

_MOST: Final = 256  # a page of hits has up to 60 kB


class Kept:
    """The answers used last, of one version of the database at a time."""

    def __init__(self) -> None:
        self._version: Hashable = None
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, version: Hashable, question: Hashable) -> Any:
        """The answer to `question` at this version; None where it is not kept."""
        if version != self._version:
            self._version = version
            self._answers.clear()
        if question not in self._answers:
            return None
        self._answers.move_to_end(question)
        return self._answers[question]

    def put(self, version: Hashable, question: Hashable, answer: Any) -> None:
        """Keeps the answer, if the version is still the one asked for last."""
        if version == self._version:
            self._answers[question] = answer
            while len(self._answers) > _MOST:
                self._answers.popitem(last=False)
