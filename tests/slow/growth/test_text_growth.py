"""No text of others goes through code whose cost grows with its square: every public function, found by itself.

Measured is processor time, see `growth`: regular expressions are what grows, and nothing in Python counts their steps.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from growth import MOST
from text_growth import FEW, MANY, PACKAGES, Subject, mined, modules, subjects

NOT_CALLED = {
    "archive.cli": "what the operator types himself",
    "archive.worker.process": "limits the process that it runs in",
    "archive.processes": "begins programs",
    "archive.cluster.shards": "begins programs",
    "archive.cluster.spark": "runs on a cluster",
    "archive.web.access": "signing in is dear on purpose",
    "archive.web.explaining": "limits the process that it runs in",
    "archive.web.serving": "binds ports",
    "crawler.commands": "what the operator types himself",
    "crawler.probe": "asks sites",
    "crawler.reader": "is a program",
    "crawler.running": "crawls",
}

KNOWN: frozenset[str] = frozenset()
"""Functions that fail and wait for their redesign."""


def parts() -> list[str]:
    """Each package and module right below PACKAGES."""
    names = {".".join(module.__name__.split(".")[:2]) for package in PACKAGES for module in modules(package)}
    return sorted(name for name in names - set(PACKAGES) if not name.startswith(tuple(NOT_CALLED)))


def called(part: str) -> Iterator[tuple[ModuleType, Subject]]:
    for module in modules(part):
        for subject in subjects(module):
            if not str(subject).startswith(tuple(NOT_CALLED)) and str(subject) not in KNOWN:
                yield module, subject


@pytest.mark.filterwarnings("ignore")  # of what the texts hold: an error would cut the call short
@pytest.mark.parametrize("part", parts())
def test_no_function_costs_the_square_of_its_text(part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    gc.collect()
    found = [
        f"{subject} grows with n^{power:.1f} over {atom!r} {how}".rstrip()
        for module, subject in called(part)
        for atom in dict.fromkeys((*FEW, *MANY, *sorted(mined(module))))
        for how, power in subject.growths(atom)
        if power > MOST
    ]
    assert not found, "\n".join(found)
