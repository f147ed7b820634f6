"""Lets sqlite-utils load without pandas and numpy, which it takes along wherever they are installed."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any, Final

_LOADED: Final = "sqlite_utils.db"
_TAKEN_ALONG: Final = ("numpy", "pandas")


class _Finder:
    """Finds the one module that would take them along, and nothing else."""

    @staticmethod
    def find_spec(
        fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path, target) if fullname == _LOADED else None
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader)  # type: ignore[assignment]  # import asks only for these two methods
        return spec


class _Loader:
    """Loads a module to which numpy and pandas are not installed, unless they are loaded already."""

    def __init__(self, loader: Any) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        module: ModuleType | None = self._loader.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:
        hidden = [name for name in _TAKEN_ALONG if name not in sys.modules]
        sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None: "import of this name halts"
        try:
            self._loader.exec_module(module)
        finally:
            for name in hidden:
                del sys.modules[name]


def install() -> None:
    """From now on sqlite-utils loads alone.

    It looks for the two only to store their number types, which no table here is given. They cost each process of a
    crawl 0.4 s and 110 MB (sqlite-utils 4.1, pandas 3.1 with pyarrow, measured); a researcher has them for `to_df`.
    """
    if _LOADED not in sys.modules and _Finder not in sys.meta_path:
        sys.meta_path.insert(0, _Finder)
