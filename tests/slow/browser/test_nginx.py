"""Behind the real nginx, with the configuration that is shipped: closed to strangers, whole for members."""

from __future__ import annotations

import os
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from browser import CHROMIUM, Served, serving
from playwright.sync_api import Browser
from reading_room import SITE, library

from archive.web.access import make_hash

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin") or ""
CONFIGURATION = Path(__file__).parents[3] / "deploy" / "nginx.conf"
PASSWORD = "rừng vàng biển bạc"
ROOM, REPLAY = "phongdoc.example", "luu.example"
PAGE = f"{SITE}/tin-tuc/hop-ban-trong-rung-17.html"

pytestmark = pytest.mark.skipif(not NGINX, reason="nginx is not installed (apt-get install nginx)")


@dataclass(frozen=True, slots=True)
class Front:
    """nginx in front: the port at which it answers for both names, and what lies behind it."""

    port: int
    behind: Served

    def url(self, name: str) -> str:
        return f"https://{name}:{self.port}"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("nginx")
    library(folder / "kho")
    (folder / "hash").write_text(make_hash(PASSWORD))
    port = free_port()
    options = [
        *("--behind-proxy", "--allow-host", ROOM, "--allow-host", REPLAY, "--reading", "members"),
        *("--room-url", f"https://{ROOM}:{port}", "--replay-url", f"https://{REPLAY}:{port}"),
        *("--password-hash-file", str(folder / "hash"), "--rate", "10"),
    ]
    with serving(folder / "kho", *options, ports=(free_port(), free_port())) as served:
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={ROOM}"),
                *("-addext", f"subjectAltName=DNS:{ROOM},DNS:{REPLAY}", "-keyout", "key.pem", "-out", "cert.pem"),
            ],
            cwd=folder,
            check=True,
            capture_output=True,
        )
        shipped = CONFIGURATION.read_text(encoding="utf-8")
        shipped = re.sub(r"ssl_certificate .*;", f"ssl_certificate {folder}/cert.pem;", shipped)
        shipped = re.sub(r"ssl_certificate_key .*;", f"ssl_certificate_key {folder}/key.pem;", shipped)
        shipped = shipped.replace("listen 443", f"listen 127.0.0.1:{port}").replace("$host;", "$http_host;")
        shipped = shipped.replace("http://127.0.0.1:8000", served.room).replace("http://127.0.0.1:8001", served.replay)
        user = f"user {'root' if os.geteuid() == 0 else os.environ.get('USER', 'nobody')};"
        temporary = "".join(
            f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (folder / "nginx.conf").write_text(
            f"{user} daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}\n"
            f"http {{ {temporary}\n{shipped}\n}}\n"
        )
        command = [NGINX, "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log"), "-p", str(folder)]
        subprocess.run([*command, "-t"], check=True, capture_output=True)
        running = subprocess.Popen(command)
        try:
            _wait(port)
            yield Front(port, served)
        finally:
            running.terminate()
            running.wait()


def _wait(port: int) -> None:
    for _ in range(200):
        with socket.socket() as one:
            one.settimeout(0.1)
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return


def client_at(address: str, front: Front) -> httpx.Client:
    """A client that asks from `address`, one of this machine's."""
    trusting = ssl.create_default_context()
    trusting.check_hostname = False
    trusting.verify_mode = ssl.CERT_NONE
    sending = httpx.HTTPTransport(verify=trusting, local_address=address)
    return httpx.Client(transport=sending, base_url=f"https://127.0.0.1:{front.port}", timeout=60)


@pytest.fixture
def client(front: Front) -> Iterator[httpx.Client]:
    with client_at("127.0.0.1", front) as client:
        yield client


def ask(client: httpx.Client, front: Front, path: str, name: str = ROOM, **options: Any) -> httpx.Response:
    headers = {"Host": f"{name}:{front.port}", **options.pop("headers", {})}
    method = options.pop("method", "GET")
    return client.request(method, path, headers=headers, extensions={"sni_hostname": name}, **options)


def sign_in(client: httpx.Client, front: Front) -> None:
    answer = ask(client, front, "/sign-in", method="POST", data={"password": PASSWORD, "next": "/"})
    cookie = answer.headers["set-cookie"]
    assert "Secure" in cookie
    client.headers["Cookie"] = cookie.partition(";")[0]


def test_strangers_are_asked_for_the_password_also_for_the_archivists_pages(client: httpx.Client, front: Front) -> None:
    for path in ("/", "/crawls", "/crawls/takedown"):
        assert ask(client, front, path).headers["location"].startswith("/sign-in")
    assert ask(client, front, f"/20261101000000/{PAGE}", REPLAY).status_code == 403
    assert ask(client, front, "/", "ke-xau.example").status_code == 421


def test_who_claims_to_come_from_this_machine_is_not_believed(client: httpx.Client, front: Front) -> None:
    answer = ask(client, front, "/crawls", headers={"X-Forwarded-For": "127.0.0.1"})
    assert answer.headers["location"].startswith("/sign-in")


def test_members_read_over_https_and_cite_the_public_address(client: httpx.Client, front: Front) -> None:
    sign_in(client, front)
    found = ask(client, front, "/?q=tieude:trồng").text
    article = found.partition('href="/article/')[2][:10]
    text = ask(client, front, f"/article/{article}").text
    assert f"{front.url(ROOM)}/article/{article}" in text
    replay = re.search(rf'"{front.url(REPLAY)}(/~[0-9a-f]{{32}})/20261102000000/', text)
    assert replay
    page = ask(client, front, f"{replay[1]}/20261102000000mp_/{PAGE}", REPLAY)
    assert "Pác Lạn" in page.text
    assert page.headers["content-security-policy"].startswith("sandbox")
    assert "strict-transport-security" in page.headers


def test_text_is_compressed_and_pages_with_secrets_are_not(client: httpx.Client, front: Front) -> None:
    assert ask(client, front, "/static/room.css").headers.get("content-encoding") == "gzip"
    assert ask(client, front, "/sign-in").headers.get("content-encoding") == "gzip"
    sign_in(client, front)
    for path in ("/", "/crawls", "/crawls/takedown"):
        page = ask(client, front, path)
        assert 'name="token"' in page.text
        assert "content-encoding" not in page.headers, path


def test_runs_are_told_live_through_the_proxy(client: httpx.Client, front: Front) -> None:
    sign_in(client, front)
    headers = {"Host": f"{ROOM}:{front.port}"}
    with client.stream("GET", "/crawls/live", headers=headers, extensions={"sni_hostname": ROOM}) as answer:
        assert next(answer.iter_text()).startswith("event: runs")


def test_each_client_has_a_pace_of_its_own(client: httpx.Client, front: Front) -> None:
    with client_at("127.0.0.2", front) as hasty:  # whose pace is spent for a while
        statuses = [ask(hasty, front, "/robots.txt").status_code for _ in range(130)]
    assert statuses[0] == 200
    assert 429 in statuses
    assert ask(client, front, "/robots.txt").status_code == 200


@pytest.mark.skipif(not CHROMIUM, reason="chromium is not installed")
def test_a_browser_signs_in_and_opens_a_preserved_page(browser: Browser, front: Front) -> None:
    rules = f"MAP {ROOM} 127.0.0.1,MAP {REPLAY} 127.0.0.1"
    launched = browser.browser_type.launch(
        executable_path=CHROMIUM, args=[f"--host-resolver-rules={rules}"], chromium_sandbox=False
    )
    page = launched.new_context(ignore_https_errors=True, locale="vi-VN").new_page()
    page.goto(f"{front.url(ROOM)}/?q=tieude:trồng")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=*")
    page.locator(".hits h2 a").first.click()
    page.get_by_role("link", name="Xem trang đã lưu giữ").first.click()
    assert page.url.startswith(front.url(REPLAY))
    assert "Pác Lạn" in page.frame_locator("iframe").locator("body").inner_text()
    launched.close()
