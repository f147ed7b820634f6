"""Processes that die at the system call of a given number, as by kill -9 or a power cut."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

CALLS = ("write", "pwrite", "fsync", "fdatasync", "rename", "ftruncate", "fchmod", "open", "unlink")


class Dies(BaseException):
    """The process ends here."""


def gets_through(monkeypatch: pytest.MonkeyPatch, step: int, work: Callable[[], object], *, torn: bool = False) -> bool:
    """Whether `work` ended before system call number `step`, at which it dies; half of a write is done where `torn`."""
    count = 0

    def watched(name: str, real: Callable[..., object]) -> Callable[..., object]:
        def call(*values: object, **named: object) -> object:
            nonlocal count
            count += 1
            if count == step and torn and name == "write":
                descriptor, data = values
                real(descriptor, bytes(data)[: len(bytes(data)) // 2])  # type: ignore[arg-type]
            if count >= step:
                raise Dies
            return real(*values, **named)

        return call

    with monkeypatch.context() as patch:
        for name in CALLS:
            patch.setattr(os, name, watched(name, getattr(os, name)))
        try:
            work()
        except Dies:
            return False
    return True
