"""Golden pages: pages kept beside a source's file with what was read on them, to be read again by later parsers.

`<id>.golden/` beside `<id>.toml` holds, for each page, its bytes (`1.html`) and what is known of it (`1.json`): url,
content_type, captured (aware, ISO 8601) and reading, as `baotinh read --json` shows it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from archive.custody.withheld import without_www
from archive.disk import make_folder, replace_file
from archive.errors import SourceError, Unreadable
from archive.model import Reading
from archive.sources import Source
from archive.text.urls import url_key

# How a value was found may change with every version of a parser; what was read may not.
_HOW: Final = frozenset({"by", "raw", "confidence", "body_by", "parser"})
_WIDTH: Final = 80


@dataclass(frozen=True, slots=True)
class Kept:
    """A page as it came: `body` with transfer and content coding undone, `captured` the aware time of its capture."""

    url: str
    content_type: str
    captured: datetime
    body: bytes


@dataclass(frozen=True, slots=True)
class Difference:
    """A field of a golden page that is read differently now; `file` is its JSON, `was` and `now` are cut JSON."""

    file: str
    field: str
    was: str
    now: str


def folder_of(source: Source) -> Path:
    """The folder of a source's golden pages, beside its file; most sources have none."""
    return Path(source.file).with_suffix(".golden")


def write(source: Source, pages: Iterable[Kept]) -> tuple[Path, ...]:
    """Keeps those of `pages` that are read as articles of `source`; their JSON files. Raises StorageError."""
    folder = folder_of(source)
    written: list[Path] = []
    for page in pages:
        try:
            reading = _read(source, page)
        except Unreadable:
            continue
        if reading.article is None:
            continue
        make_folder(folder)
        file = folder / f"{len(written) + 1}.json"
        _put(file, page, reading)
        written.append(file)
    return tuple(written)


def goldens(source: Source) -> tuple[Path, ...]:
    """The JSON files of a source's golden pages, by name."""
    return tuple(sorted(folder_of(source).glob("*.json"))) if source.file else ()


def differences(source: Source, file: Path) -> tuple[Difference, ...]:
    """What is read differently now on the golden page `file`; () where all is as it was.

    Only fields that the golden page has are compared. Raises SourceError naming a file that is no golden page.
    """
    page, was = _load(file)
    try:
        now: object = json.loads(json.dumps(asdict(_read(source, page))))
    except Unreadable as error:
        return (Difference(str(file), "reading", "read", f"unreadable: {error}"),)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a page does to its parser, the check goes on
        return (Difference(str(file), "reading", "read", f"{type(error).__name__}: {error}"),)
    return tuple(Difference(str(file), *found) for found in _compare("", was, now))


def renew(source: Source, file: Path) -> None:
    """Writes what is read on the golden page `file` now in the place of what was: a person has found it right.

    Raises SourceError where the page is no article any more: such a page is to be removed by hand, not renewed.
    """
    page, _ = _load(file)
    try:
        reading = _read(source, page)
    except Unreadable as error:
        raise SourceError(
            "{file}: cannot be renewed, the page is unreadable: {error}", file=file, error=error
        ) from error
    if reading.article is None:
        raise SourceError(
            "{file}: cannot be renewed, no article is read on it; mend the layout, or remove the page", file=file
        )
    _put(file, page, reading)


def copy_golden(theirs: Path, ours: Path, withheld: Callable[[str], bool]) -> int:
    """Copies the golden pages in the folder `theirs` to `ours`, those of the same name excepted; gives back how many.

    Pages whose URL key is `withheld` stay away. Raises SourceError naming a file that is no golden page.
    """
    brought = 0
    for file in sorted(theirs.glob("*.json")):
        page, _ = _load(file)
        if not (ours / file.name).exists() and not withheld(url_key(page.url)):
            make_folder(ours)
            replace_file((ours / file.name).with_suffix(".html"), page.body)
            replace_file(ours / file.name, file.read_bytes())
            brought += 1
    return brought


def forget(root: Path, url_keys: Iterable[str]) -> tuple[Path, ...]:
    """Removes the golden pages of the archive at `root` that were kept at one of `url_keys`; their JSON files."""
    keys = {without_www(key) for key in url_keys}
    removed: list[Path] = []
    for file in sorted((root / "sources").glob("**/*.golden/*.json")):
        try:
            url = str(json.loads(file.read_text(encoding="utf-8"))["url"])
        except (OSError, ValueError, KeyError, TypeError):
            continue  # not to be read by us; `sources check` names it
        if without_www(url_key(url)) in keys:
            file.with_suffix(".html").unlink(missing_ok=True)  # first: the JSON leads to it, also after a crash here
            file.unlink()
            removed.append(file)
    for file in (root / "sources").glob("**/*.golden/*.new"):  # a page half written when its writer died
        file.unlink(missing_ok=True)
    return tuple(removed)


def _read(source: Source, page: Kept) -> Reading:
    from archive.parsers import read_page  # who only takes pages out needs no parser: 0.15 s

    return read_page(page.url, page.body, page.content_type, 200, page.captured, source)


def _put(file: Path, page: Kept, reading: Reading) -> None:
    told = {"url": page.url, "content_type": page.content_type, "captured": page.captured.isoformat()}
    text = json.dumps(told | {"reading": asdict(reading)}, ensure_ascii=False, indent=2)
    replace_file(file.with_suffix(".html"), page.body)
    replace_file(file, text.encode() + b"\n")


def _load(file: Path) -> tuple[Kept, Any]:
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        captured, body = datetime.fromisoformat(told["captured"]), file.with_suffix(".html").read_bytes()
        return Kept(str(told["url"]), str(told["content_type"]), captured, body), told["reading"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SourceError("{file}: no golden page: {error}", file=file, error=repr(error)) from error


def _compare(name: str, was: Any, now: Any) -> Iterator[tuple[str, str, str]]:
    if isinstance(was, dict) and isinstance(now, dict):
        for key, value in was.items():
            if key not in _HOW:
                yield from _compare(f"{name}.{key}".lstrip("."), value, now.get(key))
    elif isinstance(was, list) and isinstance(now, list) and len(was) == len(now):
        for at, (one, other) in enumerate(zip(was, now, strict=True)):
            yield from _compare(f"{name}[{at}]", one, other)
    elif was != now:
        yield name, _shown(was), _shown(now)


def _shown(value: object) -> str:
    if isinstance(value, list):
        return f"{len(value)} entries"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"
