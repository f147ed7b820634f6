"""A process that answers questions to a database: `python -m archive.web.asking.process DATABASE NICENESS DESCRIPTOR`.

It says that it is ready; then a message is a function of a module and its arguments, its answer what the function gave,
or a `Failed`.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from archive.errors import ArchiveError
from archive.processes import Failed, send
from archive.web.asking.pool import Connections
from archive.web.pages.results import prepare


def serve(asker: Connection, database: Path) -> None:
    """Answers until the other end closes."""
    connections = Connections(database)
    with suppress(ArchiveError):  # an archive that cannot be opened is told to who asks
        prepare(connections.get())
    asker.send(True)
    while True:
        try:
            question, arguments = asker.recv()
        except EOFError:
            return
        send(asker, _answer(connections, question, arguments))


def _answer(connections: Connections, question: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    try:
        return question(connections.get(), *arguments)
    except (ArchiveError, sqlite3.Error, OSError) as error:
        return Failed(error)
    except Exception:  # noqa: BLE001 - a mistake of ours: who asked prints where it was made
        return Failed(RuntimeError(traceback.format_exc()))


if __name__ == "__main__":
    os.nice(int(sys.argv[2]))
    serve(Connection(int(sys.argv[3])), Path(sys.argv[1]))
