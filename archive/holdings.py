"""An archive on disk: where its parts lie, who runs it, and who may write to it now."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from archive.custody import events
from archive.custody.manifest import digest_of
from archive.disk import make_folder, opened, refused, sync_folder
from archive.errors import LockedError, UsageError
from archive.settings import Settings, answered_for, read_settings, write_settings

SETTINGS = "archive.toml"


@dataclass(frozen=True, slots=True)
class Holdings:
    """The parts of an archive as paths, and its settings."""

    root: Path
    settings: Settings

    @classmethod
    def create(cls, path: Path, operator: str, contact: str) -> Holdings:
        """A new, empty archive at `path`, run by `operator`, who can be reached at `contact` (URL or e-mail).

        Raises UsageError where there is an archive already, StorageError where the path cannot be written.
        """
        settings_path = path / SETTINGS
        if settings_path.exists():
            raise UsageError("{path} is an archive already; choose another path, or open this one", path=path)
        answered_for(settings_path, operator, contact)
        for folder in (path, path / "warc", path / "manifest", path / "sources"):
            make_folder(folder)
        write_settings(settings_path, Settings(operator, contact))
        sync_folder(path)
        detail = {"digest": digest_of(settings_path), "text": settings_path.read_text(encoding="utf-8")}
        events.append(path, "accession", SETTINGS, "created", detail)
        return cls.open(path)

    @classmethod
    def open(cls, path: Path) -> Holdings:
        """The archive at `path`.

        Raises UsageError where `archive.toml` is missing or has an unknown key, StorageError where it cannot be read.
        """
        settings_path = path / SETTINGS
        if path.exists() and not path.is_dir():
            raise UsageError("{path} is no folder, so no archive; name the archive's folder", path=path)
        if not settings_path.is_file():
            told = (
                "{path} is no archive: {settings} is missing;"
                " make one with `baotinh init --archive {path} --operator NAME --contact mailto:ADDRESS`"
            )
            raise UsageError(told, path=path, settings=SETTINGS)
        return cls(path, read_settings(settings_path))

    @property
    def database(self) -> Path:
        """The SQLite file of articles, revisions, captures and index; derived."""
        return self.root / "archive.sqlite"

    @property
    def frontier(self) -> Path:
        """The SQLite file of what is still to fetch."""
        return self.root / "frontier.sqlite"

    @property
    def warc(self) -> Path:
        """The folder of the WARC files, one folder per source in it."""
        return self.root / "warc"

    @property
    def manifest(self) -> Path:
        """The folder of digests and events."""
        return self.root / "manifest"

    @property
    def sources(self) -> Path:
        """The folder of the operator's own sources."""
        return self.root / "sources"

    @property
    def passing(self) -> Path:
        """The folder of files out of a package while they are brought in: none of them is a WARC file of ours yet."""
        return self.root / ".passing"

    def warcs(self) -> tuple[Path, ...]:
        """Every WARC file, closed and open, by name."""
        return tuple(sorted((*self.warc.glob("*/*.warc.gz"), *self.warc.glob("*/*.warc.gz.open"))))

    def record_settings(self) -> tuple[events.Event, ...]:
        """An event for each settings, source or corpus file that is not as last recorded; () for none.

        The event of a settings or source file holds its whole text.

        A crawl calls it when it begins: which rules held on which day is part of the holdings.
        """
        last: dict[str, object] = {}
        for event in events.of(self.root, "accession", "modification"):
            last[event.object] = json.loads(event.detail_json).get("digest")
        recorded: list[events.Event] = []
        for path in settings_files(self.root):
            file, digest = path.relative_to(self.root).as_posix(), digest_of(path)
            if last.get(file) != digest:
                detail = {"digest": digest}
                if path.suffix == ".toml":
                    detail["text"] = path.read_text(encoding="utf-8", errors="replace")
                recorded.append(events.append(self.root, "modification", file, "recorded", detail))
        return tuple(recorded)

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Holds the lock `name` ("crawl", "reader") of this archive until the block ends or this process dies.

        Raises LockedError naming the process that has it, StorageError where the archive cannot be written.
        """
        folder = self.root / ".lock"
        make_folder(folder)
        path = folder / name
        with opened(path, os.O_RDWR | os.O_CREAT) as descriptor:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip() or "unknown"
                told = "{root}: process {holder} holds the archive ({name}); wait for it or end it"
                raise LockedError(told, root=self.root, holder=holder, name=name) from error
            except OSError as error:
                raise refused(path, error) from error
            try:
                os.ftruncate(descriptor, 0)
                os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
            except OSError as error:
                raise refused(path, error) from error
            yield


def settings_files(root: Path) -> tuple[Path, ...]:
    """What people decided and the archive did not make: archive.toml, own sources, frozen corpora; by name."""
    return (root / SETTINGS, *sorted(root.glob("sources/**/*.toml")), *sorted(root.glob("corpora/*.json")))
