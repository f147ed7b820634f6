"""The wire is kept exactly, in both directions, whatever the server sends."""

from __future__ import annotations

import asyncio
from datetime import UTC
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from raw_server import Answer, raw_server
from self_signed import certificate
from wire_answers import CLOSED, CUT, FIELDS, PAGE, WHOLE, ok

from crawler.http.capture import Errand, fetched_of, request_bytes
from crawler.http.connection import Answer as Framing
from crawler.http.connection import Client, Exchange


def fetch(answer: Answer, *, limit: int = 32 << 20, seconds: float = 20.0) -> tuple[Exchange, list[bytes]]:
    async def go() -> tuple[Exchange, list[bytes]]:
        async with raw_server(lambda path: answer) as server:
            client = Client(loopback=True)
            url = f"{server.url}/tin/hoi-nghi-1.html?b=2&a=1"
            exchange = await client.fetch(url, lambda t, h: request_bytes(t, h, FIELDS), limit, seconds)
            client.close()
            return exchange, server.requests

    return asyncio.run(go())


def test_there_are_at_least_forty_kinds_of_answer() -> None:
    assert len(WHOLE) + len(CLOSED) + len(CUT) >= 40


@pytest.mark.parametrize("name", WHOLE)
def test_an_answer_with_its_own_end_is_kept_as_it_was_sent(name: str) -> None:
    exchange, requests = fetch(Answer([WHOLE[name]]))
    assert bytes(exchange.answer.data) == WHOLE[name]
    assert exchange.truncated is None
    assert exchange.answer.surplus == 0
    assert requests == [exchange.request]


@pytest.mark.parametrize("name", CLOSED)
def test_an_answer_that_ends_with_the_connection_is_kept_whole(name: str) -> None:
    exchange, requests = fetch(Answer([CLOSED[name]], close=True))
    assert bytes(exchange.answer.data) == CLOSED[name]
    assert exchange.truncated is None
    assert not exchange.answer.reusable
    assert requests == [exchange.request]


@pytest.mark.parametrize("name", CUT)
def test_a_cut_answer_is_kept_as_far_as_it_came_and_is_marked(name: str) -> None:
    exchange, _ = fetch(Answer([CUT[name]], close=True))
    assert bytes(exchange.answer.data) == CUT[name]
    assert exchange.truncated == "disconnect"


@pytest.mark.fault(30)
def test_a_reset_keeps_what_came_before_it() -> None:
    sent = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE
    exchange, _ = fetch(Answer([sent, b""], reset=True, pause=0.05))
    assert sent.startswith(bytes(exchange.answer.data))
    assert exchange.truncated == "disconnect"


@pytest.mark.fault(6)
def test_bytes_beyond_the_length_are_kept_and_counted_as_surplus() -> None:
    sent = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n" + PAGE
    exchange, _ = fetch(Answer([sent]))
    assert bytes(exchange.answer.data) == sent
    assert exchange.answer.surplus == len(PAGE) - 10
    assert not exchange.answer.reusable
    capture = fetched_of(Errand("http://127.0.0.1/", "thu", "run"), exchange).capture
    assert capture is not None
    assert capture.response == sent
    assert ("http-defect", "surplus") in capture.notes


@pytest.mark.fault(19)
def test_an_answer_is_cut_at_the_limit_to_the_byte() -> None:
    exchange, _ = fetch(Answer([WHOLE["5 MB"]]), limit=100_000)
    assert bytes(exchange.answer.data) == WHOLE["5 MB"][:100_000]
    assert exchange.truncated == "length"


def test_an_answer_of_just_the_limit_is_whole() -> None:
    exchange, _ = fetch(Answer([WHOLE["plain"]]), limit=len(WHOLE["plain"]))
    assert exchange.truncated is None


def test_a_slow_answer_is_cut_by_time_and_what_came_is_kept() -> None:
    exchange, _ = fetch(Answer([b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", b"abc"], hang=True), seconds=0.3)
    assert exchange.truncated == "time"
    assert bytes(exchange.answer.data).endswith(b"\r\n\r\nabc")


def test_the_capture_says_when_where_and_how() -> None:
    exchange, _ = fetch(Answer([WHOLE["404"]]))
    errand = Errand("http://127.0.0.1/x", "thu", "run-1", "article", via="http://127.0.0.1/", depth=2, attempt=3)
    fetched = fetched_of(errand, exchange)
    capture = fetched.capture
    assert capture is not None
    assert (capture.address, capture.protocols, capture.truncated) == ("127.0.0.1", ("http/1.1",), None)
    assert capture.began.tzinfo is UTC
    assert {("hopsFromSeed", "2"), ("attempt", "3")} <= set(capture.notes)
    assert (fetched.status, fetched.error) == (404, "")


def test_a_connection_is_used_again_and_each_answer_keeps_its_own_bytes() -> None:
    async def go() -> tuple[list[bytes], int]:
        async with raw_server(lambda path: Answer([ok(path.encode())])) as server:
            client = Client(loopback=True)
            bodies = []
            for number in range(5):
                url = f"{server.url}/{number}"
                exchange = await client.fetch(url, lambda t, h: request_bytes(t, h, FIELDS), 1000, 5)
                bodies.append(bytes(exchange.answer.data)[-2:])
            client.close()
            return bodies, server.connections

    assert asyncio.run(go()) == ([b"/0", b"/1", b"/2", b"/3", b"/4"], 1)


def test_a_used_connection_that_died_gives_a_stale_exchange_and_no_capture() -> None:
    async def go() -> Exchange:
        # The server promises to keep the connection and closes it at the next request, unanswered.
        answers = iter([Answer([ok(b"hi")]), Answer([b""], close=True)])
        async with raw_server(lambda path: next(answers)) as server:
            client = Client(loopback=True)
            await client.fetch(server.url + "/1", lambda t, h: request_bytes(t, h, FIELDS), 1000, 5)
            exchange = await client.fetch(server.url + "/2", lambda t, h: request_bytes(t, h, FIELDS), 1000, 5)
            client.close()
            return exchange

    fetched = fetched_of(Errand("http://127.0.0.1/", "thu", "run"), asyncio.run(go()))
    assert (fetched.error, fetched.capture) == ("stale", None)


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("http://127.0.0.1:1/", "refused"),
        ("http://khong-co.invalid/", "dns"),
    ],
)
def test_no_connection_means_no_capture_and_a_reason(url: str, error: str) -> None:
    client = Client(loopback=True)
    exchange = asyncio.run(client.fetch(url, lambda t, h: request_bytes(t, h, FIELDS), 1000, 5))
    fetched = fetched_of(Errand(url, "thu", "run"), exchange)
    assert (fetched.error, fetched.capture, fetched.status) == (error, None, 0)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "127.1", "[::1]", "[::ffff:127.0.0.1]"]
)
def test_this_machine_is_never_connected_to_unless_allowed(host: str) -> None:
    async def go() -> tuple[Exchange, int]:
        async with raw_server(lambda path: Answer([ok(PAGE)])) as server:
            url = f"http://{host}:{server.port}/"
            exchange = await Client().fetch(url, lambda t, h: request_bytes(t, h, FIELDS), 1000, 5)
            return exchange, server.connections

    exchange, connections = asyncio.run(go())
    assert exchange.error in ("address", "dns")
    assert connections == 0


@pytest.mark.parametrize("verify", [False, True])
def test_a_bad_certificate_is_read_with_its_verdict_or_refused_where_asked(tmp_path: Path, verify: bool) -> None:
    async def go() -> tuple[Exchange, Exchange, int]:
        async with raw_server(lambda path: Answer([WHOLE["plain"]]), certificate(tmp_path, "localhost")) as server:
            client = Client(loopback=True, verify=verify)
            url = f"https://localhost:{server.port}/"
            first = await client.fetch(url, lambda t, h: request_bytes(t, h, FIELDS), 10_000, 5)
            second = await client.fetch(url, lambda t, h: request_bytes(t, h, FIELDS), 10_000, 5)
            client.close()
            return first, second, len(server.requests)

    first, second, requests = asyncio.run(go())
    if verify:
        assert (first.error, second.error, requests) == ("tls", "tls", 0)
    else:
        assert bytes(first.answer.data) == bytes(second.answer.data) == WHOLE["plain"]
        assert "self-signed" in first.verdict.replace("self signed", "self-signed")
        assert first.protocols[0] == "http/1.1"
        assert first.protocols[1].startswith("tls/1.")
        assert first.certificate.startswith("sha256:")
        assert requests == 2


@given(name=st.sampled_from([*WHOLE, *CLOSED, *CUT]), data=st.data())
def test_how_the_network_cuts_an_answer_changes_nothing(name: str, data: st.DataObject) -> None:
    sent = {**WHOLE, **CLOSED, **CUT}[name][:3000]
    cuts = sorted(data.draw(st.lists(st.integers(0, len(sent)), max_size=6)))
    at_once, in_parts = Framing(), Framing()
    at_once.feed(sent)
    for start, stop in zip([0, *cuts], [*cuts, len(sent)], strict=True):
        in_parts.feed(sent[start:stop])
    for framing in (at_once, in_parts):
        framing.end()
    assert at_once.data == in_parts.data == sent
    assert (at_once.phase, at_once.status, at_once.headers) == (in_parts.phase, in_parts.status, in_parts.headers)


@given(st.binary(max_size=400))
def test_no_bytes_whatever_break_the_framing(sent: bytes) -> None:
    framing = Framing()
    framing.feed(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + sent)
    framing.end()
    assert framing.status == 200
