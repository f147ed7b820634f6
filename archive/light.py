"""Lets sqlite-utils load without pandas and numpy, which it takes along wherever they are installed."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import FrameType, ModuleType

_TAKEN_ALONG = frozenset({"numpy", "pandas"})


class _Refusing(MetaPathFinder):
    """Finds nothing, and tells sqlite-utils, and nobody else, that pandas and numpy are not installed."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname in _TAKEN_ALONG and _importer() == "sqlite_utils.db":
            raise ModuleNotFoundError(f"{fullname} is not for sqlite-utils", name=fullname)
        return None


def install() -> None:
    """From now on sqlite-utils loads alone.

    It looks for the two only to store their number types, which no table here is given. They cost each process of a
    crawl 0.4 s and 110 MB (sqlite-utils 4.1, pandas 3.1 with pyarrow, measured); a researcher has them for `to_df`.
    """
    if not any(isinstance(finder, _Refusing) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Refusing())


def _importer() -> str:
    """The name of the module that asked for the import under way."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        name = str(frame.f_globals.get("__name__", ""))
        if name != __name__ and name.partition(".")[0] != "importlib":
            return name
        frame = frame.f_back
    return ""
