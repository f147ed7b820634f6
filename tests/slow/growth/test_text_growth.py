"""No text of others goes through code whose cost grows with its square: every public function, found by itself.

Measured is processor time, see `growth`: regular expressions are what grows, and nothing in Python counts their steps.
Each module is measured in a process of its own, so that one that does not end is ended, and named.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import resource
import signal
import sys
from pathlib import Path

import pytest
from growth import MOST
from text_growth import FEW, MANY, PACKAGES, Subject, mined, modules, subjects

NOT_CALLED = {
    "archive.cli": "what the operator types himself",
    "archive.messages.message.named": "a word of ours, and before it another",
    **dict.fromkeys(
        (f"archive.parsers.document.page.Page.{name}" for name in ("all", "first_of", "maybe", "one", "has", "take")),
        "its selectors are the operator's, or learnt",
    ),
    "archive.parsers.fields.selected.shown_time": "its selectors are the operator's, or learnt",
    "archive.processes": "begins programs",
    "archive.search.index.numbered.forget_words": "words of our own index, without marks",
    "archive.search.planner.executor.docids_of_pair": "its word is one of our own index, without blanks or marks",
    "archive.web.access": "signing in is dear on purpose",
    "archive.web.tasks": "begins programs",
    "archive.web.serving": "binds ports",
    "archive.worker.process": "limits the process that it runs in",
    "crawler.commands": "what the operator types himself",
    "crawler.reader": "is a program",
    "crawler.running": "crawls",
    "crawler.survey.look": "asks sites",
    "crawler.survey.pages": "asks sites",
    "crawler.survey.visitor": "asks sites",
}

SECONDS = 180
"""Of processor time, that a module may take; the dearest takes a third."""

_WAITS = 1800  # seconds of the clock after which a module is taken to wait for something


def called() -> dict[str, list[Subject]]:
    """What is measured, by module."""
    found: dict[str, list[Subject]] = {}
    for package in PACKAGES:
        for module in modules(package):
            for subject in subjects(module):
                if not str(subject).startswith(tuple(NOT_CALLED)):
                    found.setdefault(module.__name__, []).append(subject)
    return found


CALLED = called()


@pytest.mark.filterwarnings("ignore")  # of what the texts hold: an error would cut the call short
@pytest.mark.parametrize("module", CALLED)
def test_no_function_costs_the_square_of_its_text(module: str, tmp_path: Path) -> None:
    said = tmp_path / "said"
    process = multiprocessing.get_context("fork").Process(target=_measure, args=(module, tmp_path, said))
    process.start()
    process.join(_WAITS)
    ended = process.exitcode
    process.kill()
    process.join()
    lines = said.read_text().splitlines() if said.exists() else []
    found = [line for line in lines if not line.startswith("asks ")]
    last = next((line.removeprefix("asks ") for line in reversed(lines) if line.startswith("asks ")), module)
    if ended == -signal.SIGXCPU:
        found.append(f"{last} was not done when the module had taken {SECONDS} s of processor time")
    elif ended is None:
        found.append(f"{last} waits")
    elif ended:
        found.append(f"{last} ended the process: {ended}")
    assert not found, "\n".join(found)


def _measure(module: str, folder: Path, said: Path) -> None:
    os.chdir(folder)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 5))
    gc.collect()
    gc.freeze()
    with said.open("w", buffering=1) as out:
        for subject in CALLED[module]:
            out.write(f"asks {subject}\n")
            for atom in dict.fromkeys((*FEW, *MANY, *sorted(mined(sys.modules[module])))):
                for how, power in subject.growths(atom):
                    if power > MOST:
                        out.write(f"{subject} grows with n^{power:.1f} over {atom!r} {how}".rstrip() + "\n")
