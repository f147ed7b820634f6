"""The report of a day: one mail or one webhook, three lines when all is well, never two for one day."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from mail_server import Mailbox, mail_server, webhook
from self_signed import certificate

from archive.cli import main
from archive.custody import daily
from archive.custody.status import FILE, Status, last_delivery, status
from archive.errors import DeliveryError, StorageError, UsageError
from archive.holdings import Holdings
from archive.processes import python
from archive.sources import Register
from archive.text.clock import VIETNAM
from crawler.watch import Watch

NOW = datetime(2026, 12, 2, 1, tzinfo=UTC)  # eight o'clock in Vietnam
DAY = timedelta(days=1)


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mail_server(Mailbox()) as made:
        yield made


def archive(folder: Path, **notify: str | int) -> Holdings:
    """An archive whose [notify] says so."""
    root = folder / "kho"
    if not root.exists():
        Holdings.create(root, "Thư viện tỉnh", "mailto:luu-tru@thuvien.example")
    file = root / "archive.toml"
    head = file.read_text().partition("[notify]")[0]
    lines = [f"{key} = {value if isinstance(value, int) else f'{value!r}'}" for key, value in notify.items()]
    file.write_text("\n".join([head, "[notify]", *lines]))
    return Holdings.open(root)


def by_mail(folder: Path, box: Mailbox, **more: str | int) -> Holdings:
    return archive(folder, mail_to="lan@thuvien.example", smtp=f"localhost:{box.port}", **{"tls": "none", **more})


def stands(holdings: Holdings, now: datetime = NOW) -> Status:
    return status(None, holdings, Register.of([]), now=now)


def send(holdings: Holdings, now: datetime = NOW) -> str:
    """What became of the report, as a word."""
    return daily.send_daily(holdings, stands(holdings, now), now).state


def run(holdings: Holdings, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--lang", "en", "--archive", str(holdings.root), "status", *arguments])


def test_when_all_is_well_the_mail_has_three_lines_in_vietnamese(tmp_path: Path, box: Mailbox) -> None:
    assert send(by_mail(tmp_path, box)) == "sent"
    (letter,) = box.letters
    assert letter["Subject"] == "Thư viện tỉnh: mọi việc đều ổn"
    assert (letter["To"], letter["From"]) == ("lan@thuvien.example", "lan@thuvien.example")
    assert letter.get_content().splitlines() == [
        "Mới: 0 bài của 0 nguồn từ 08:00 1/12/2026; 0 bài bị sửa, 0 bài biến mất",
        "Im lặng: không nguồn nào",
        "Cần bạn: không có gì",
    ]
    assert box.recipients == ["rcpt TO:<lan@thuvien.example>"]


def test_the_language_is_a_setting_and_every_address_gets_it(tmp_path: Path, box: Mailbox) -> None:
    holdings = archive(
        tmp_path, mail_to="a@x.example, Bà Lan <b@x.example>", smtp=f"127.0.0.1:{box.port}", tls="none", language="en"
    )
    assert send(holdings) == "sent"
    assert box.texts()[0].splitlines()[1:] == ["Silent: no source", "Needs you: nothing"]
    assert [re.findall("<(.+)>", one)[0] for one in box.recipients] == ["a@x.example", "b@x.example"]


def test_a_webhook_gets_the_same_lines_as_a_text(tmp_path: Path) -> None:
    with webhook() as (address, got):
        (tmp_path / "dia-chi").write_text(address + "\n")
        holdings = archive(tmp_path, webhook_file=str(tmp_path / "dia-chi"))
        assert [send(holdings), send(holdings)] == ["sent", "sent"]
    (told,) = got
    assert told["text"].splitlines()[0] == "Thư viện tỉnh: mọi việc đều ổn"
    assert len(told["text"].splitlines()) == 4


def test_a_day_is_one_of_vietnams_calendar_and_has_one_report(tmp_path: Path, box: Mailbox) -> None:
    holdings = by_mail(tmp_path, box)
    midnight = datetime(2026, 12, 3, tzinfo=VIETNAM)
    moments = [NOW, NOW + timedelta(hours=1), midnight - timedelta(seconds=1), midnight, midnight + timedelta(hours=9)]
    for moment in moments:
        send(holdings, moment)
    assert len(box.letters) == 2


def test_a_server_that_fails_is_told_in_status_and_tried_again(tmp_path: Path, box: Mailbox) -> None:
    holdings = by_mail(tmp_path, box)
    box.refusals["RCPT"] = "450 the box is full"
    with pytest.raises(DeliveryError, match=f"localhost:{box.port}: it answers 450: the box is full"):
        send(holdings)
    found = stands(holdings)
    assert [need.kind for need in found.needs] == ["report"]
    assert "the report of 2026-12-02 could not be sent: localhost" in str(found.needs[0].told)
    assert "không gửi được báo cáo ngày 2026-12-02" in found.needs[0].told.in_language("vi")
    box.refusals.clear()
    assert send(holdings, NOW + timedelta(hours=1)) == "sent"
    assert stands(holdings).is_well
    assert box.texts()[0].count("\n") == 3, "that it failed an hour before is no news to whom it reached"


@pytest.mark.parametrize("verb", ["EHLO", "MAIL", "RCPT", "DATA", "letter"])
def test_what_a_server_refuses_counts_as_not_sent(verb: str, tmp_path: Path, box: Mailbox) -> None:
    holdings = by_mail(tmp_path, box)
    box.refusals |= {verb: "554 no", "HELO": "554 no"} if verb == "EHLO" else {verb: "554 no"}
    with pytest.raises(DeliveryError):
        send(holdings)
    last = last_delivery(holdings.root)
    assert last is not None
    assert last.state == "failed"


def test_a_server_that_is_not_there_and_a_webhook_that_refuses_are_named(tmp_path: Path, box: Mailbox) -> None:
    with pytest.raises(DeliveryError, match="localhost:1: "):
        send(archive(tmp_path, mail_to="lan@thuvien.example", smtp="localhost:1", tls="none"))
    with webhook(503) as (address, got):
        with pytest.raises(DeliveryError, match="it answers with status 503") as failed:
            send(archive(tmp_path, webhook=address))
        assert "abc" not in str(failed.value), "the path of a webhook is a secret"
        assert len(got) == 1


def test_the_command_says_what_becomes_of_a_report_that_was_not_taken(tmp_path: Path, box: Mailbox) -> None:
    box.refusals["RCPT"] = "450 the box is full"
    done = run(by_mail(tmp_path, box), "--send")
    assert done.exit_code == 1
    assert "the box is full; the next `baotinh status --send` tries again" in done.output


def test_a_full_disk_does_not_keep_the_report_from_telling_of_it(
    tmp_path: Path, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, *_: object) -> None:
        raise StorageError("{path}: the disk is full", path=path)

    holdings = by_mail(tmp_path, box)
    send(holdings)
    monkeypatch.setattr("archive.custody.status.replace_file", full)
    assert [send(holdings, NOW + DAY), send(holdings, NOW + DAY)] == ["sent", "sent"]
    assert len(box.letters) == 2
    (holdings.root / FILE).unlink()
    with pytest.raises(StorageError):
        send(holdings, NOW + 2 * DAY)


def test_a_server_that_hangs_up_is_told_in_words_of_ours(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def hang_up() -> None:
            with server.accept()[0] as line:
                while b"}" not in line.recv(1 << 16):
                    pass

        waiting = threading.Thread(target=hang_up)
        waiting.start()
        with pytest.raises(DeliveryError) as failed:
            send(archive(tmp_path, webhook=f"http://127.0.0.1:{port}/bao-cao"))
        waiting.join()
    assert failed.value.message.in_language("vi") == f"127.0.0.1:{port}: máy chủ đã ngắt kết nối"


def test_a_goodbye_that_goes_wrong_does_not_send_it_again(tmp_path: Path, box: Mailbox) -> None:
    holdings = by_mail(tmp_path, box)
    box.refusals["QUIT"] = "451 later"
    assert [send(holdings), send(holdings)] == ["sent", "sent"]
    assert len(box.letters) == 1


def killed(holdings: Holdings, box: Mailbox, at: str) -> None:
    """A process that sends the report, killed where the server hangs."""
    box.hangs = at
    process = subprocess.Popen(python("archive.cli", "--archive", str(holdings.root), "status", "--send"))
    assert box.reached.wait(60)
    process.send_signal(signal.SIGKILL)
    process.wait()
    box.hangs = ""


@pytest.mark.parametrize(("at", "letters"), [("EHLO", 1), ("MAIL", 1), ("RCPT", 1), ("letter", 1)])
def test_a_kill_makes_no_second_mail_of_a_day(at: str, letters: int, tmp_path: Path, box: Mailbox) -> None:
    holdings = by_mail(tmp_path, box)
    killed(holdings, box, at)
    again = run(holdings, "--send")
    assert len(box.letters) == letters
    assert run(holdings, "--send").exit_code == again.exit_code == (1 if at == "letter" else 0)
    assert len(box.letters) == letters
    if at == "letter":
        assert "may not have arrived" in again.stderr
        tomorrow = datetime.now(UTC) + DAY
        assert "may not have arrived" in str(stands(holdings, tomorrow).needs[0].told)
        assert send(holdings, tomorrow) == "sent"


def test_by_starttls_the_password_comes_out_of_a_file_and_goes_encrypted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mat-khau").write_text("bi-mat\n")
    context = certificate(tmp_path, "localhost")
    with mail_server(Mailbox(certificate=context)) as box:
        holdings = by_mail(tmp_path, box, tls="starttls", user="lan", password_file=str(tmp_path / "mat-khau"))
        with pytest.raises(DeliveryError, match=r"(?i)certificate"):
            send(holdings)
        assert not box.logins
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
        assert send(holdings) == "sent"
        assert (box.logins, box.encrypted) == (["\0lan\0bi-mat"], [True])


def test_a_server_without_starttls_gets_neither_password_nor_report(
    tmp_path: Path, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(daily.PASSWORD, "bi-mat")
    with pytest.raises(DeliveryError, match="STARTTLS"):
        send(by_mail(tmp_path, box, tls="starttls", user="lan"))
    assert not box.logins
    assert not box.letters


def test_a_missing_password_is_told_like_every_other_failure(tmp_path: Path, box: Mailbox) -> None:
    holdings = by_mail(tmp_path, box, user="lan")
    with pytest.raises(UsageError, match=daily.PASSWORD):
        send(holdings)
    assert "needs a password" in str(stands(holdings).needs[0].told)


def test_without_tls_nothing_leaves_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, box: Mailbox) -> None:
    class Elsewhere:
        def getpeername(self) -> tuple[str, int]:
            return "203.0.113.7", 25

    with pytest.raises(DeliveryError, match="this machine alone"):
        daily._only_here("thu.example", Elsewhere())  # type: ignore[arg-type]


def test_it_is_off_until_somebody_is_named(tmp_path: Path) -> None:
    holdings = Holdings.create(tmp_path / "moi", "Thư viện", "https://thuvien.example")
    assert not holdings.settings.notify.is_on
    ended = run(holdings, "--send")
    assert ended.exit_code == 2
    assert "[notify]" in ended.stderr


@pytest.mark.parametrize(
    ("notify", "told"),
    [
        ({"mail_to": "a@x.example"}, "notify.smtp"),
        ({"mail_to": "a@x.example", "webhook": "https://x.example"}, "give one of them"),
        ({"hour": 24}, "0 to 23"),
        ({"tls": "maybe"}, "notify.tls = 'maybe'; it must be one of starttls, tls, none"),
        ({"language": "fr"}, "notify.language"),
        ({"mail": "a@x.example"}, "unknown key notify.mail"),
    ],
)
def test_a_setting_that_cannot_be_is_named(notify: dict[str, str | int], told: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=re.escape(told)):
        archive(tmp_path, **notify)


def test_a_trial_counts_for_no_day(tmp_path: Path, box: Mailbox) -> None:
    holdings = by_mail(tmp_path, box)
    assert run(holdings, "--test").exit_code == 0
    assert last_delivery(holdings.root) is None
    assert box.letters[0]["Subject"] == "Gửi thử: Thư viện tỉnh: mọi việc đều ổn"
    assert run(holdings, "--send").exit_code == 0
    assert len(box.letters) == 2


def test_the_status_is_written_for_prometheus(tmp_path: Path) -> None:
    holdings = archive(tmp_path)
    file = tmp_path / "baotinh.prom"
    assert run(holdings, "--metrics", str(file)).exit_code == 0
    lines = file.read_text().splitlines()
    assert "baotinh_silent_sources 0" in lines
    assert 'baotinh_needs{kind="report"} 0' in lines
    form = re.compile(r'# TYPE [a-z_]+ gauge|[a-z_]+(\{[a-z]+="[^"\\\n]*"\})? -?\d+')
    assert [line for line in lines if not form.fullmatch(line)] == []


def watching(holdings: Holdings, hour: int) -> tuple[Watch, list[dict[str, object]]]:
    events: list[dict[str, object]] = []
    watch = Watch(holdings.root, [], {}, DAY, 1, events.append)
    watch.report_hour = lambda: hour
    return watch, events


async def until_told(watch: Watch, events: list[dict[str, object]], count: int) -> None:
    task = asyncio.create_task(watch.watch())
    while sum(event["event"] == "report" for event in events) < count:
        assert not task.done()
        await asyncio.sleep(0.02)
    os.kill(os.getpid(), signal.SIGTERM)
    await task


def test_a_watch_sends_it_from_its_hour_on(tmp_path: Path, box: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.watch.LOOK_SECONDS", 0.02)
    watch, events = watching(by_mail(tmp_path, box), hour=0)
    asyncio.run(until_told(watch, events, 1))
    assert [(event["exit"], event["error"]) for event in events if event["event"] == "report"] == [(0, "")]
    assert len(box.letters) == 1


def test_a_watch_tries_again_where_it_failed_and_crawls_meanwhile(
    tmp_path: Path, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.watch.LOOK_SECONDS", 0.02)
    monkeypatch.setattr("crawler.watch.RETRY", timedelta())
    box.refusals["MAIL"] = "451 later"
    watch, events = watching(by_mail(tmp_path, box), hour=0)
    asyncio.run(until_told(watch, events, 2))
    told = [event for event in events if event["event"] == "report"]
    assert [event["exit"] for event in told] == [1] * len(told)
    assert "it answers 451: later" in str(told[0]["error"])


def test_a_server_that_says_nothing_holds_up_no_stop(
    tmp_path: Path, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.watch.LOOK_SECONDS", 0.02)
    box.hangs = "EHLO"
    watch, events = watching(by_mail(tmp_path, box), hour=0)

    async def go() -> None:
        task = asyncio.create_task(watch.watch())
        while not box.reached.is_set():
            await asyncio.sleep(0.02)
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(task, daily.TIMEOUT / 2)

    asyncio.run(go())
    assert [event["event"] for event in events] == ["stopping"]
