"""Surveys as an archive keeps them, one file a source, so that one that was stopped goes on where it was."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive.disk import make_folder, replace_file
from archive.learning.surveys import FOLDER
from archive.messages.message import packed, unpacked
from crawler.survey.model import Survey, survey_of


def keep(root: Path, survey: Survey) -> Path:
    """Writes a source's survey in place of the one before. Raises StorageError."""
    folder = root / FOLDER
    make_folder(folder)
    file = folder / f"{survey.source}.json"
    replace_file(file, json.dumps(packed(asdict(survey)), ensure_ascii=False, indent=2).encode() + b"\n")
    return file


def kept(root: Path, source: str) -> Survey | None:
    """The last survey of `source`; None where there is none, or none that this program can read."""
    try:
        return survey_of(unpacked(json.loads((root / FOLDER / f"{source}.json").read_text(encoding="utf-8"))))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def fresh(root: Path, sources: Iterable[str], days: float) -> dict[str, Survey]:
    """The surveys of `sources` that are younger than `days`, by source."""
    since = (datetime.now(UTC) - timedelta(days=days)).isoformat()
    found = ((source, kept(root, source)) for source in sources)
    return {source: survey for source, survey in found if survey is not None and survey.at >= since[:19]}
