"""The report of a day: how the archive stands, by mail or to a webhook; once a day, whatever is killed when."""

from __future__ import annotations

import json
import os
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from http.client import HTTPConnection, HTTPException, HTTPSConnection, RemoteDisconnected
from ipaddress import ip_address
from pathlib import Path
from socket import socket
from typing import Final
from urllib.parse import urlsplit

from archive.custody.events import SOFTWARE
from archive.custody.status import Delivery, Status, last_delivery, record
from archive.disk import refused
from archive.errors import ArchiveError, DeliveryError, UsageError
from archive.holdings import SETTINGS, Holdings
from archive.messages.message import Message, reason_of
from archive.settings import Notify
from archive.text.clock import in_vietnam

PASSWORD: Final = "BAOTINH_MAIL_PASSWORD"  # noqa: S105 -- the variable's name
TIMEOUT: Final = 30.0
"""Seconds that a server may be silent for."""


def send_daily(holdings: Holdings, found: Status, now: datetime) -> Delivery:
    """Sends the report of Vietnam's day at `now`, unless it was sent, or may have been; what became of it.

    Raises DeliveryError where it was not taken, UsageError or StorageError where that lies with archive.toml: this is
    kept, and told by the next status.
    """
    _named(holdings)
    day = in_vietnam(now).date().isoformat()
    with holdings.lock("report"):
        last = last_delivery(holdings.root)
        if last is not None and last.day == day and last.state != "failed":
            return last
        if last is not None and last.day == day:  # that it failed an hour ago is no news for who reads it now
            found = replace(found, needs=tuple(need for need in found.needs if need.kind != "report"))
        at = in_vietnam(now).isoformat(timespec="seconds")
        done = Delivery(day, at, "sent")
        try:
            # Whoever dies from here on has perhaps sent it, and nobody sends it again.
            _send(holdings, _lines(holdings, found), now, lambda: record(holdings.root, replace(done, state="unclear")))
        except ArchiveError as error:
            unclear = isinstance(error, DeliveryError) and error.unclear
            record(holdings.root, replace(done, state="unclear" if unclear else "failed", why=error.message))
            raise
        record(holdings.root, done)
        return done


def send_test(holdings: Holdings, found: Status, now: datetime) -> None:
    """Sends a report that counts for no day. Raises DeliveryError, UsageError."""
    _named(holdings)
    subject, *lines = _lines(holdings, found)
    trial = Message("Trial: {subject}", subject=subject)
    _send(holdings, [trial, *lines], now, lambda: None)


def _named(holdings: Holdings) -> None:
    if not holdings.settings.notify.is_on:
        message = "{path}: nobody is named under [notify]; give mail_to and smtp, or webhook"
        raise UsageError(message, path=holdings.root / SETTINGS)


def _lines(holdings: Holdings, found: Status) -> list[Message]:
    """The subject and the lines of the report."""
    name = holdings.settings.about.name or holdings.settings.operator
    if found.is_well:
        subject = Message("{name}: all is well", name=name)
    else:
        message = "{name}: {silent} silent, {needs:thing needs|things need} you"
        subject = Message(message, name=name, silent=len(found.silent), needs=len(found.needs))
    return [subject, *found.report()]


def _send(holdings: Holdings, lines: list[Message], now: datetime, handing_over: Callable[[], None]) -> None:
    notify = holdings.settings.notify
    subject, *told = (line.in_language(notify.language) for line in lines)
    text = "\n".join(told) + "\n"
    if notify.mail_to:
        _mail(holdings.root, notify, _letter(notify, subject, text, now), handing_over)
    else:
        address = notify.webhook or _secret(holdings.root / notify.webhook_file)
        _post(address, json.dumps({"text": f"{subject}\n{text}"}, ensure_ascii=False).encode(), handing_over)


def _letter(notify: Notify, subject: str, text: str, now: datetime) -> EmailMessage:
    letter = EmailMessage()
    try:
        letter["Subject"] = " ".join(subject.split())
        letter["To"] = notify.mail_to
        letter["From"] = notify.mail_from or notify.mail_to.split(",")[0].strip()
    except (ValueError, IndexError) as error:
        raise UsageError("[notify] of archive.toml: an address of mail cannot be read: {error}", error=error) from error
    letter["Date"] = format_datetime(in_vietnam(now))
    letter["Message-ID"] = make_msgid(domain=letter["From"].addresses[0].domain or None)
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: whoever is on leave does not answer it
    letter.set_content(text, cte="base64" if len(text) > 800 else "quoted-printable")
    return letter


def _mail(root: Path, notify: Notify, letter: EmailMessage, handing_over: Callable[[], None]) -> None:
    server = notify.smtp
    host, _, port = server.partition(":")
    usual = {"tls": 465, "starttls": 587, "none": 25}[notify.tls]
    sender = letter["From"].addresses[0].addr_spec
    with _failures(server) as failed:
        closed = ssl.create_default_context()
        number = int(port or usual)
        if notify.tls == "tls":
            line: smtplib.SMTP = smtplib.SMTP_SSL(host, number, timeout=TIMEOUT, context=closed)
        else:
            line = smtplib.SMTP(host, number, timeout=TIMEOUT)
        try:
            if notify.tls == "starttls":
                line.starttls(context=closed)
            elif notify.tls == "none":
                _only_here(server, line.sock)
            if notify.user:
                line.login(notify.user, _password(root, notify))
            line.ehlo_or_helo_if_needed()
            _accepted(*line.mail(sender))
            for address in letter["To"].addresses:
                _accepted(*line.rcpt(address.addr_spec))
            handing_over()
            failed.unclear = True
            _accepted(*line.data(letter.as_bytes(policy=SMTP)))
            failed.unclear = False
            with suppress(OSError, smtplib.SMTPException):  # it has the mail, however it says goodbye
                line.quit()
        finally:
            line.close()


def _accepted(code: int, said: bytes) -> None:
    if code not in (250, 251):
        raise smtplib.SMTPResponseException(code, said)


def _post(address: str, body: bytes, handing_over: Callable[[], None]) -> None:
    parts = urlsplit(address)
    server = parts.netloc.rpartition("@")[2]
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError("[notify] of archive.toml: the webhook is no address that begins with https://")
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    head = {"Content-Type": "application/json", "User-Agent": SOFTWARE}
    with _failures(server) as failed:
        if parts.scheme == "https":
            kept = ssl.create_default_context()
            line: HTTPConnection = HTTPSConnection(parts.hostname, parts.port, timeout=TIMEOUT, context=kept)
        else:
            line = HTTPConnection(parts.hostname, parts.port, timeout=TIMEOUT)
        try:
            line.connect()
            if parts.scheme == "http":
                _only_here(server, line.sock)
            handing_over()
            failed.unclear = True
            line.request("POST", path, body, head)
            status = line.getresponse().status
            failed.unclear = False
        finally:
            line.close()
    if not 200 <= status < 300:
        raise DeliveryError("{server}: it answers with status {status}", server=server, status=status)


def _only_here(server: str, line: socket | None) -> None:
    """Raises DeliveryError where the open line leaves this machine unencrypted."""
    if line is not None and not ip_address(str(line.getpeername()[0])).is_loopback:
        raise DeliveryError("{server}: without TLS a report goes to this machine alone", server=server)


@dataclass(slots=True)
class _Failing:
    unclear: bool = False  # whether the server may have the report


@contextmanager
def _failures(server: str) -> Iterator[_Failing]:
    """Turns what goes wrong on the way to `server` into a DeliveryError that names it, without a secret."""
    failing = _Failing()
    try:
        yield failing
    except smtplib.SMTPAuthenticationError as error:
        message = "{server}: user and password are not taken ({code})"
        raise DeliveryError(message, server=server, code=error.smtp_code) from error
    except smtplib.SMTPResponseException as error:
        said = error.smtp_error.decode("utf-8", "replace") if isinstance(error.smtp_error, bytes) else error.smtp_error
        message = "{server}: it answers {code}: {said}"
        raise DeliveryError(message, server=server, code=error.smtp_code, said=" ".join(said.split())) from error
    except smtplib.SMTPNotSupportedError as error:
        message = '{server}: it offers no STARTTLS, or takes no password; set notify.tls, "tls" for port 465'
        raise DeliveryError(message, server=server) from error
    except (smtplib.SMTPServerDisconnected, RemoteDisconnected) as error:
        raise DeliveryError("{server}: it closed the connection", unclear=failing.unclear, server=server) from error
    except (OSError, ValueError, smtplib.SMTPException, HTTPException) as error:
        why = reason_of(error) if isinstance(error, OSError) else Message(str(error) or type(error).__name__)
        raise DeliveryError("{server}: {why}", unclear=failing.unclear, server=server, why=why) from error


def _password(root: Path, notify: Notify) -> str:
    if notify.password_file:
        return _secret(root / notify.password_file)
    if PASSWORD not in os.environ:
        message = (
            "notify.user of archive.toml needs a password: name a file with notify.password_file, or set {variable}"
        )
        raise UsageError(message, variable=PASSWORD)
    return os.environ[PASSWORD]


def _secret(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise refused(path, error) from error
