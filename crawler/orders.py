"""What a person asked of a crawl: the options of `baotinh crawl`, as Scrapy's settings carry them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scrapy.settings import BaseSettings

from archive.errors import UsageError


@dataclass(frozen=True, slots=True)
class Orders:
    """The orders of one crawl. `limit` counts requests without robots.txt, 0 for no limit; times are seconds."""

    archive: Path
    limit: int = 0
    since: date | None = None
    again: bool = False  # visit all that is known, due or not
    backfill: bool = False  # follow listings to their bound, and date archives
    loopback: bool = False
    retry_seconds: float = 30.0  # the first wait before a URL is asked for again; doubles
    patience: float = 600.0  # how long a run waits when nothing may be asked for, before it ends with work left over
    drain_seconds: float = 8.0  # how long a stop waits for answers on their way
    stall_seconds: float = 30.0  # how long the event loop may stand still before the run is ended, 0 for ever
    deadline: float = 0.0  # how long the run may take, 0 for no bound
    probes: bool = True  # ask each host once a week for an address that cannot exist
    log_json: bool = False  # log each event as a line of JSON

    @classmethod
    def of(cls, settings: BaseSettings) -> Orders:
        """The orders in `settings`; raises UsageError where `BAOTINH_SINCE` is no date."""
        return cls(
            archive=Path(settings.get("ARCHIVE")),
            limit=settings.getint("BAOTINH_LIMIT"),
            since=read_day(settings.get("BAOTINH_SINCE")),
            again=settings.getbool("BAOTINH_AGAIN"),
            backfill=settings.getbool("BAOTINH_BACKFILL"),
            loopback=settings.getbool("BAOTINH_ALLOW_LOOPBACK"),
            retry_seconds=settings.getfloat("BAOTINH_RETRY_SECONDS"),
            patience=settings.getfloat("BAOTINH_PATIENCE"),
            drain_seconds=settings.getfloat("BAOTINH_DRAIN_SECONDS"),
            stall_seconds=settings.getfloat("BAOTINH_STALL_SECONDS", 30.0),
            deadline=settings.getfloat("BAOTINH_DEADLINE"),
            probes=settings.getbool("BAOTINH_PROBES", True),
            log_json=settings.getbool("BAOTINH_LOG_JSON"),
        )


def read_day(text: str) -> date | None:
    """The day that `text` names, None where it is empty; raises UsageError where it is no date."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UsageError(f"{text}: not a date; write it as 2026-11-24") from error
