"""A command on a terminal of its own: what it shows there."""

from __future__ import annotations

import os
import pty
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


def shown_on_terminal(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> tuple[bytes, int]:
    """Everything that `command`, run in `folder`, shows on a terminal, and its exit code."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(command, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 1 << 16)
        except OSError:  # the last writer is gone
            break
        if not piece:
            break
        shown += piece
    os.close(ours)
    return shown, process.wait(600)
