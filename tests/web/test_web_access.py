"""Who may ask the reading room what, how fast, and under which name."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from click.testing import CliRunner, Result
from reading_room import REGISTER, URL, archive_of, page
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from archive.cli import main
from archive.errors import UsageError
from archive.holdings import Holdings
from archive.messages.language import choose
from archive.web import access as passwords
from archive.web.access import Access, Rules, Tickets, fits, make_hash
from archive.web.app import create_room
from archive.web.guard import IN_ADVANCE, Pace, client_of
from archive.web.replay.app import create_replay, ranged

PASSWORD = "rừng vàng biển bạc"


@pytest.fixture(scope="module")
def holdings(tmp_path_factory: pytest.TempPathFactory) -> Holdings:
    return archive_of(tmp_path_factory.mktemp("kho") / "kho", [page("Họp bàn trồng rừng")])


@pytest.fixture(scope="module")
def hashed() -> str:
    return make_hash(PASSWORD)


@pytest.fixture
def members(holdings: Holdings, hashed: str) -> Iterator[TestClient]:
    app = create_room(holdings, REGISTER, ("testserver",), rules=Rules(hashed, members_only=True))
    with TestClient(app, follow_redirects=False) as client:
        yield client


def test_a_password_is_known_by_its_hash_alone(hashed: str) -> None:
    assert fits(PASSWORD, hashed)
    assert not fits(PASSWORD + "!", hashed)
    assert PASSWORD not in hashed
    assert make_hash(PASSWORD) != hashed


@pytest.mark.parametrize(
    "line", ["", "mat-khau", "scrypt$1$2$3$x$y", "md5$1$1$1$AAAA$AAAA", "scrypt$9999999$8$1$AA==$"]
)
def test_what_is_no_hash_is_refused_at_the_start(line: str) -> None:
    with pytest.raises(UsageError, match="no password hash"):
        passwords.check_hash(line)


def test_a_short_password_is_refused() -> None:
    with pytest.raises(UsageError, match="12 characters"):
        make_hash("ngan")


def test_members_are_asked_for_the_password_before_any_page(members: TestClient) -> None:
    answer = members.get("/?q=rung&order=oldest")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2F%3Fq%3Drung%26order%3Doldest")
    assert members.get("/api/search?q=rung").status_code == 401
    assert members.get("/static/room.css").status_code == 200


def test_the_password_opens_every_page_until_the_reader_signs_out(members: TestClient) -> None:
    assert members.post("/sign-in", data={"password": "sai rồi nhé bạn", "next": "/"}).status_code == 403
    answer = members.post("/sign-in", data={"password": PASSWORD, "next": "/?q=rung"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/?q=rung")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert members.get("/?q=rung").status_code == 200
    members.cookies.delete("archivist")
    assert members.get("/?q=rung").status_code == 303


def test_a_sign_in_leads_to_no_other_site(members: TestClient) -> None:
    for away in ("https://ke-xau.example/", "//ke-xau.example/", "/\\ke-xau.example", "javascript:alert(1)"):
        assert members.post("/sign-in", data={"password": PASSWORD, "next": away}).headers["location"] == "/"


def test_a_session_ends_after_twelve_hours(hashed: str) -> None:
    now = [0.0]
    access = Access(Rules(hashed), clock=lambda: now[0])
    identity = access.sign_in(PASSWORD)
    assert identity is not None
    request = Request({"type": "http", "headers": [(b"cookie", f"archivist={identity}".encode())]})
    assert access.is_signed_in(request)
    now[0] = 12 * 3600 + 1.0
    assert not access.is_signed_in(request)


def test_a_form_without_its_sessions_token_is_not_taken(hashed: str) -> None:
    access = Access(Rules(hashed))
    ours, another = access.begin(), access.begin()
    request = Request({"type": "http", "headers": [(b"cookie", f"archivist={ours}".encode())]})
    assert access.may_send(request, access.token(ours))
    assert not access.may_send(request, access.token(another))
    assert not access.may_send(request, "")
    assert not access.may_send(Request({"type": "http", "headers": []}), access.token(ours))


@pytest.mark.parametrize(
    ("client", "headers", "archivist"),
    [
        ("127.0.0.1", [], True),
        ("::1", [], True),
        ("192.0.2.7", [], False),
        ("127.0.0.1", [(b"x-forwarded-for", b"192.0.2.7")], False),
        ("127.0.0.1", [(b"forwarded", b"for=192.0.2.7")], False),
    ],
)
def test_only_who_sits_at_this_machine_is_archivist_without_password(
    client: str, headers: list[tuple[bytes, bytes]], archivist: bool
) -> None:
    request = Request({"type": "http", "headers": headers, "client": (client, 40000)})
    assert Access(Rules(local=True)).is_archivist(request) is archivist
    assert not Access(Rules(local=False)).is_archivist(request)


def test_a_client_that_asks_too_fast_is_told_how_long_to_wait() -> None:
    now = [0.0]

    async def answer(_: Request) -> PlainTextResponse:
        return PlainTextResponse("ok")

    app = Pace(
        Starlette(routes=[Route("/{rest:path}", answer)]), 2.0, {"/static/": 0.0, "/heavy": 50.0}, lambda: now[0]
    )
    client = TestClient(app)
    for _ in range(int(IN_ADVANCE)):
        assert client.get("/").status_code == 200
    slow = client.get("/")
    assert (slow.status_code, slow.headers["retry-after"]) == (429, "1")
    assert client.get("/static/room.css").status_code == 200
    now[0] = 0.5
    assert client.get("/").status_code == 200
    assert client.get("/heavy").headers["retry-after"] == "25"


def test_neighbours_in_one_ipv6_network_share_their_pace() -> None:
    first, second = ({"client": (f"2001:db8:1:2::{end}", 1)} for end in (1, 2))
    assert client_of(first) == client_of(second) == "2001:db8:1:2::/64"
    assert client_of({"client": ("192.0.2.7", 1)}) != client_of({"client": ("192.0.2.8", 1)})


def test_preserved_pages_of_a_closed_room_open_with_a_ticket_of_the_day_only(holdings: Holdings) -> None:
    now = [0.0]
    tickets = Tickets(clock=lambda: now[0])
    with TestClient(create_replay(holdings, ("testserver",), tickets=tickets), follow_redirects=False) as client:
        assert client.get(f"/20261101000000/{URL}").status_code == 403
        assert client.get(f"/~{'0' * 32}/20261101000000/{URL}").status_code == 403
        inside = tickets.prefix()
        assert client.get(f"{inside}/20261101000000/{URL}").status_code == 200
        assert f'src="{inside}/20261101000000mp_/' in client.get(f"{inside}/20261101000000mp_/{URL}").text
        assert client.get(f"{inside}/2020/{URL}").headers["location"].startswith(f"{inside}/20261101000000/")
        now[0] = 86_400.0
        assert client.get(f"{inside}/20261101000000/{URL}").status_code == 200
        now[0] = 2 * 86_400.0
        assert client.get(f"{inside}/20261101000000/{URL}").status_code == 403


def test_a_part_of_a_body_is_given_where_it_is_asked_for() -> None:
    def asked(value: str) -> tuple[int, bytes, str | None]:
        request = Request({"type": "http", "method": "GET", "headers": [(b"range", value.encode())]})
        answer = ranged(request, PlainTextResponse("0123456789"))
        return answer.status_code, bytes(answer.body), answer.headers.get("content-range")

    assert asked("bytes=2-4") == (206, b"234", "bytes 2-4/10")
    assert asked("bytes=-3") == (206, b"789", "bytes 7-9/10")
    assert asked("bytes=8-99") == (206, b"89", "bytes 8-9/10")
    assert asked("bytes=10-") == (416, b"", "bytes */10")
    assert asked("bytes=0-1,4-5") == (200, b"0123456789", None)
    assert asked("lines=0-1") == (200, b"0123456789", None)


def _baotinh(*arguments: str, root: Path) -> Result:
    choose("en")
    try:
        return CliRunner().invoke(main, ["--archive", str(root), *arguments])
    finally:
        choose("")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("serve", "--host", "0.0.0.0"), "--beyond-loopback"),
        (("serve", "--host", "0.0.0.0", "--beyond-loopback"), "needs a password"),
        (("serve", "--host", "phong.example"), "--beyond-loopback"),
        (("serve", "--reading", "members"), "needs a password"),
        (("serve", "--replay-only", "--host", "0.0.0.0"), "this machine alone"),
    ],
)
def test_nothing_is_opened_to_other_machines_without_being_told_twice(
    holdings: Holdings, arguments: tuple[str, ...], said: str
) -> None:
    ended = _baotinh(*arguments, root=holdings.root)
    assert ended.exit_code == 2
    assert said in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1


def test_a_port_that_is_taken_is_named(holdings: Holdings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = _baotinh("serve", "--port", str(taken.getsockname()[1]), root=holdings.root)
    assert ended.exit_code == 2
    assert "choose another" in ended.stderr


def _asked(url: str) -> str:
    """What is answered; asked again where the room is busy, as on a machine where its processes take long to begin."""
    while True:
        try:
            with urlopen(url) as answer:
                return str(answer.read().decode())
        except HTTPError as error:
            with error:
                if error.code != 503:
                    raise
                time.sleep(int(error.headers["Retry-After"]))


def test_serve_answers_on_two_origins_and_ends_with_ctrl_c(holdings: Holdings) -> None:
    process = subprocess.Popen(
        [str(Path(sys.executable).with_name("baotinh")), "--lang", "en", "serve", "--port", "0", "--replay-port", "0"],
        env={**os.environ, "BAOTINH_ARCHIVE": str(holdings.root)},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        room, replay = (process.stderr.readline().split()[-1] for _ in range(2))
        assert "1 article" in _asked(f"{room}/?q=rung&lang=en")
        assert "trồng rừng" in _asked(f"{replay}/20261101000000id_/{URL}")
    finally:
        process.send_signal(signal.SIGINT)
        _, rest = process.communicate(timeout=600)
    assert process.returncode == 0
    assert "Traceback" not in rest
