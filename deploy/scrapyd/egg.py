"""Writes the egg that Scrapyd wants of a project: `python deploy/scrapyd/egg.py baotinh.egg`.

It holds no code, only the name of the settings: what crawls is the baotinh installed on that machine, of the version
its locks say, and not a second copy without its data files.
"""

from __future__ import annotations

import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

METADATA = "Metadata-Version: 2.1\nName: baotinh-project\nVersion: {version}\n"
ENTRY_POINTS = "[scrapy]\nsettings = crawler.settings\n"
EPOCH = (1980, 1, 1, 0, 0, 0)


def write(path: Path) -> None:
    """Writes the egg to `path`; the same version gives the same bytes."""
    with zipfile.ZipFile(path, "w") as egg:
        for name, text in (
            ("EGG-INFO/PKG-INFO", METADATA.format(version=version("baotinh"))),
            ("EGG-INFO/entry_points.txt", ENTRY_POINTS),
            ("EGG-INFO/zip-safe", "\n"),
        ):
            egg.writestr(zipfile.ZipInfo(name, EPOCH), text)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
