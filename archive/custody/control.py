"""What a person tells the crawls of a source while they run: to pause, or to ask more slowly, until that is taken back.

It stands in a file of the archive, `control/<source>.json`, that each crawl looks at before it asks for anything: so it
holds across processes, and outlives them.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from archive.disk import make_folder, refused, replace_file, sync_folder
from archive.errors import UsageError

FOLDER: Final = "control"


@dataclass(frozen=True, slots=True)
class Control:
    """What is in force for the crawls of one source: paused since then (UTC, "" where they are not), and so many
    seconds at least between two requests to a host (0: the source's own pace).
    """

    paused: str = ""
    delay: float = 0.0


NONE: Final = Control()


def read(root: Path, source: str) -> Control:
    """What is in force for `source` in the archive at `root`. Raises UsageError where its file is not ours."""
    path = _path(root, source)
    try:
        told = json.loads(path.read_bytes())
        return Control(str(told["paused"]), float(told["delay"]))
    except FileNotFoundError:
        return NONE
    except OSError as error:
        raise refused(path, error) from error
    except (ValueError, KeyError, TypeError) as error:
        message = (
            "{path}: does not say what was ordered; remove it, and order again with `baotinh crawl --pause {source}`"
        )
        raise UsageError(message, path=path, source=source) from error


def read_all(root: Path) -> dict[str, Control]:
    """What is in force, by source."""
    files = sorted((root / FOLDER).glob("*.json"))
    return {file.stem: read(root, file.stem) for file in files}


def order(root: Path, source: str, control: Control) -> None:
    """Puts `control` in force for `source`, durably; what was in force before is forgotten."""
    path = _path(root, source)
    if control != NONE:
        make_folder(path.parent)
        replace_file(path, json.dumps(asdict(control)).encode())
    elif path.exists():
        path.unlink(missing_ok=True)
        sync_folder(path.parent)


def _path(root: Path, source: str) -> Path:
    return root / FOLDER / f"{source}.json"
