"""Row 16 of the fault matrix: a certificate that does not hold is read by policy, and its verdict is in the capture."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from raw_server import Answer, raw_server
from self_signed import certificate

from crawler.http.capture import Errand, Fetched, fetched_of, request_bytes
from crawler.http.connection import Client

BODY = b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nxin chao"


def fetched(folder: Path, name: str, *, expired: bool = False, verify: bool = False) -> tuple[Fetched, int]:
    """What comes of asking `localhost` where its certificate is for `name`, and how many requests arrived."""

    async def go() -> tuple[Fetched, int]:
        async with raw_server(lambda path: Answer([BODY]), certificate(folder, name, expired=expired)) as server:
            client = Client(loopback=True, verify=verify)
            errand = Errand(f"https://localhost:{server.port}/", "thu", "run")
            exchange = await client.fetch(errand.url, lambda t, h: request_bytes(t, h, b""), 10_000, 5)
            client.close()
            return fetched_of(errand, exchange), len(server.requests)

    return asyncio.run(go())


CASES = pytest.mark.parametrize(
    ("name", "expired", "trusted", "verdict"),
    [
        ("localhost", False, True, "verified"),
        ("localhost", False, False, "self-signed certificate"),
        ("localhost", True, True, "certificate has expired"),
        ("khac.example", False, True, "hostname mismatch"),
    ],
)


@pytest.mark.fault(16)
@CASES
def test_what_came_over_a_bad_certificate_is_kept_with_the_verdict_on_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, expired: bool, trusted: bool, verdict: str
) -> None:
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
    came, requests = fetched(tmp_path, name, expired=expired)
    assert (came.status, came.error, requests) == (200, "", 1)
    assert came.capture is not None
    assert came.capture.response == BODY
    notes = dict(came.capture.notes)
    assert verdict in notes["tls-verdict"].replace("self signed", "self-signed")
    assert notes["tls-certificate"].startswith("sha256:")


@pytest.mark.fault(16)
@CASES
def test_where_the_operator_asks_for_it_a_bad_certificate_is_refused_before_a_request_goes_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, expired: bool, trusted: bool, verdict: str
) -> None:
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
    came, requests = fetched(tmp_path, name, expired=expired, verify=True)
    if verdict == "verified":
        assert (came.status, requests) == (200, 1)
    else:
        assert (came.error, came.capture, requests) == ("tls", None, 0)
        assert verdict in came.detail.replace("self signed", "self-signed")
