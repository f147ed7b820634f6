"""archive.toml: who runs an archive, how it treats robots.txt, and what it keeps."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from archive.errors import StorageError, UsageError
from archive.messages.message import LANGUAGES, Message, reason_of, toml_flaw

ROBOTS = ("obey",)
"""What may be done with robots.txt. There is no other word: what is excluded is recorded, never fetched."""

TLS: Final = ("starttls", "tls", "none")
"""How the line to the mail server is closed to others; "none" on this machine alone."""


@dataclass(frozen=True, slots=True)
class Keep:
    """What a crawl keeps beside pages, feeds and sitemaps; limits in megabytes (10^6 bytes) of one response."""

    images: bool = True
    attachments: bool = True
    requisites: bool = True  # style sheets and what they import, fonts, pictures: what pages need to be seen
    video: bool = False  # audio and video
    page_megabytes: int = 32
    image_megabytes: int = 16
    attachment_megabytes: int = 64
    requisite_megabytes: int = 8
    video_megabytes: int = 0
    requisite_hosts: int = 30  # of other sites, that the pages of a source may need something from


@dataclass(frozen=True, slots=True)
class About:
    """What readers are told of the archive, each in the operator's own words; "" for nothing said."""

    name: str = ""
    scope: str = ""  # what is collected, and what for
    limits: str = ""  # what is known to be missing
    rights: str = ""  # what readers may do with what they find
    removal: str = ""  # how to ask that something be taken down


@dataclass(frozen=True, slots=True)
class Notify:
    """The report of each day: in which language, from which hour of Vietnam's clock on, and how it goes out.

    It goes by mail where `mail_to` is given, to an address on the web where `webhook` is; by none it is off.
    """

    language: str = "vi"
    hour: int = 7
    mail_to: str = ""  # addresses, apart by commas
    mail_from: str = ""  # else the first of `mail_to`
    smtp: str = ""  # the mail server: host, or host:port
    tls: str = "starttls"
    user: str = ""
    password_file: str = ""  # else BAOTINH_MAIL_PASSWORD
    webhook: str = ""
    webhook_file: str = ""  # holds the address, where it is itself the secret

    @property
    def is_on(self) -> bool:
        """Whether a report is sent at all."""
        return bool(self.mail_to or self.webhook or self.webhook_file)


@dataclass(frozen=True, slots=True)
class Settings:
    """The operator's decisions. `contact` is what a site's owner finds in the user agent: a URL or e-mail address."""

    operator: str
    contact: str
    robots: str = "obey"
    retention: str = "permanent"  # in words: how long the holdings are kept, and by what right
    scrub_days: int = 90  # each closed file is read again within so many days
    free_megabytes: int = 200  # of the disk: with less no crawl begins, and one that runs ends in order
    keep: Keep = field(default_factory=Keep)
    about: About = field(default_factory=About)
    notify: Notify = field(default_factory=Notify)


def read_settings(path: Path) -> Settings:
    """The settings in the file at `path`; raises UsageError naming file and key, or StorageError."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise StorageError("{path}: {reason}", path=path, reason=reason_of(error)) from error
    except UnicodeDecodeError as error:
        raise UsageError("{path}: not a text in UTF-8; save it as UTF-8", path=path) from error
    except ValueError as error:
        raise UsageError("{path}: not valid TOML: {error}", path=path, error=toml_flaw(error)) from error
    keep, about, notify = (_table(path, table, name) for name in ("keep", "about", "notify"))
    _check(path, "", Settings, table)
    _check(path, "keep.", Keep, keep)
    _check(path, "about.", About, about)
    _check(path, "notify.", Notify, notify)
    answered_for(path, str(table.get("operator", "")), str(table.get("contact", "")))
    settings = Settings(**table, keep=Keep(**keep), about=About(**about), notify=Notify(**notify))
    _one_of(path, "robots", settings.robots, ROBOTS)
    _check_notify(path, settings.notify)
    return settings


def _check_notify(path: Path, notify: Notify) -> None:
    _one_of(path, "notify.language", notify.language, LANGUAGES)
    _one_of(path, "notify.tls", notify.tls, TLS)
    if notify.hour > 23:
        raise UsageError("{path}: notify.hour = {hour}; it must be 0 to 23", path=path, hour=notify.hour)
    ways = [key for key in ("mail_to", "webhook", "webhook_file") if getattr(notify, key)]
    if len(ways) > 1:
        raise UsageError("{path}: [notify] has {ways}; give one of them", path=path, ways=", ".join(ways))
    if notify.mail_to and not notify.smtp:
        raise UsageError("{path}: notify.mail_to needs notify.smtp, the mail server", path=path)


def _one_of(path: Path, key: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        told = "{path}: {key} = {value}; it must be one of {known}"
        raise UsageError(told, path=path, key=key, value=repr(value), known=", ".join(known))


def answered_for(path: Path, operator: str, contact: str) -> None:
    """Raises UsageError, naming file and key, where nobody answers for the archive of the settings at `path`."""
    for key, value in (("operator", operator), ("contact", contact)):
        if not value.strip():
            raise UsageError("{path}: {key} is missing; name who answers for this archive", path=path, key=key)


def write_settings(path: Path, settings: Settings) -> None:
    """Writes `settings` to a new file at `path`, every key with its meaning."""
    keep = settings.keep
    lines = [
        "# Who runs this archive. Every key is explained in docs/archive.md; an unknown key is an error.",
        f"operator = {_quoted(settings.operator)}",
        f"contact = {_quoted(settings.contact)}        # shown to the sites in the user agent: a URL or e-mail address",
        f"robots = {_quoted(settings.robots)}          # robots.txt is obeyed; what it excludes is recorded",
        f"retention = {_quoted(settings.retention)}    # how long the holdings are kept, in words",
        f"scrub_days = {settings.scrub_days}           # every closed file is read again within so many days",
        f"free_megabytes = {settings.free_megabytes}      # with less free on the disk no crawl begins or goes on",
        "",
        "[keep]                                        # beside pages, feeds, sitemaps and robots.txt",
        *(f"{item.name} = {json.dumps(getattr(keep, item.name))}" for item in fields(Keep)),
        "",
        "[about]                                       # what readers are told, in your own words",
        *(f"{item.name} = {_quoted(getattr(settings.about, item.name))}" for item in fields(About)),
        "",
        "[notify]                                      # a report each day, once mail_to or webhook is given",
        *(
            f"{item.name} = {json.dumps(getattr(settings.notify, item.name), ensure_ascii=False)}"
            for item in fields(Notify)
        ),
    ]
    try:
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise StorageError(
            "{path}: {reason}; choose an archive path that can be written", path=path, reason=reason_of(error)
        ) from error


def _table(path: Path, table: dict[str, Any], name: str) -> dict[str, Any]:
    part = table.pop(name, {})
    if not isinstance(part, dict):
        raise UsageError("{path}: {name} must be a table, [{name}]", path=path, name=name)
    return part


_NAMED: Final = {"str": Message("a text in quotes"), "int": Message("a whole number"), "bool": Message("true or false")}


def _check(path: Path, prefix: str, kind: type[Any], table: dict[str, Any]) -> None:
    types = {item.name: item.type for item in fields(kind)}
    for key, value in table.items():
        if key not in types:
            near = get_close_matches(key, types, n=1)
            if near:
                raise UsageError(
                    "{path}: unknown key {key}; did you mean {near}?", path=path, key=f"{prefix}{key}", near=near[0]
                )
            raise UsageError(
                "{path}: unknown key {key}; known are {known}", path=path, key=f"{prefix}{key}", known=", ".join(types)
            )
        if type(value).__name__ != types[key]:
            raise UsageError(
                "{path}: {key} must be {named}, not {value}",
                path=path,
                key=f"{prefix}{key}",
                named=_NAMED.get(str(types[key]), str(types[key])),
                value=repr(value),
            )
        if isinstance(value, int) and not isinstance(value, bool) and value < 0:
            raise UsageError("{path}: {key} must not be negative", path=path, key=f"{prefix}{key}")


def _quoted(text: str) -> str:
    # a JSON string is a TOML basic string, but for DEL
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
