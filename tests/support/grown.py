"""An archive for the tests of Spark: the golden pages as eight newspapers have them, captured again and changed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from archive.holdings import Holdings
from archive.ingest.keep import Keeper
from archive.ingest.pipeline import Ingest, read_file
from archive.model import Capture
from archive.sources import Register, parse_source
from archive.warc import cdxj
from archive.worker.pool import per_core

GOLDEN = Path(__file__).parents[1] / "golden"
_BROKEN = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 27\r\n\r\n<html><p>Trang h\xc3 ng</p></html"
SHARING = "bao-chung"
_GONE = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 3\r\n\r\nno\n"


def grown(root: Path, copies: int = 3) -> tuple[Holdings, Register]:
    """An archive of the golden pages: each site `copies` times, each page captured three times."""
    holdings = Holdings.create(root, "Thử", "mailto:thu@example.vn")
    sources = []
    by_source = captures(copies)
    for name, (host, found) in sorted(by_source.items()):
        text = (
            f'id = "{name}"\nname = "{name}"\nkind = "newspaper"\nprovince = "bac-kan"\nstatus = "unverified"\n'
            f'hosts = ["{host}"]\n[[layout]]\nfamily = "generic"\n'
        )
        (holdings.sources / f"{name}.toml").write_text(text, encoding="utf-8")
        sources.append(parse_source(text, f"{name}.toml"))
        with Keeper(holdings, name, f"run-{name}") as keeper:
            for one in found:
                keeper.keep(one)
            keeper.sync()
    cdxj.build(root)
    register = Register.load(holdings.sources)
    with per_core(holdings.root, register) as readers, Ingest(holdings, register) as ingest:
        for path in holdings.warcs():
            for _ in read_file(ingest, readers, holdings.root, path, print):
                pass
    return holdings, register


def captures(copies: int) -> dict[str, tuple[str, list[Capture]]]:
    """By source its host and captures: a page as it was, with a word changed, as that again; some then gone."""
    found: dict[str, tuple[str, list[Capture]]] = {}
    cases = sorted(path.parent for path in GOLDEN.rglob("capture.json"))
    for copy in range(copies):
        for number, case in enumerate(cases):
            told = json.loads((case / "capture.json").read_text(encoding="utf-8"))
            host = urlsplit(told["url"]).hostname or ""
            ours = f"b{copy}.{host}"
            url = told["url"].replace(host, ours, 1)
            body = (case / "page.html").read_bytes().replace(host.encode(), ours.encode())
            name = f"bao-{copy}-{case.parent.name}"
            began = datetime.fromisoformat(told["captured"])
            changed = body.replace(b"</p>", " cập nhật ở tỉnh Bắc Kạn.</p>".encode(), 40)
            versions = (body, changed, body)
            of_source = found.setdefault(name, (ours, []))[1]
            for turn, version in enumerate(versions):
                head = (
                    f"HTTP/1.1 200 OK\r\nContent-Type: {told['content_type']}\r\nContent-Length: {len(version)}\r\n\r\n"
                )
                of_source.append(
                    Capture(
                        url=url,
                        began=began + timedelta(days=40 * turn, minutes=number),
                        request=b"GET / HTTP/1.1\r\n\r\n",
                        response=head.encode() + version,
                        source=name,
                        kind="article",
                        run=f"run-{name}",
                    )
                )
            if number % 4 == 0:
                at = began + timedelta(days=200)
                of_source.append(Capture(url, at, b"GET / HTTP/1.1\r\n\r\n", _GONE, name, "article", f"run-{name}"))
    return found | {SHARING: ("chung.example", _shared(found))}


def _shared(found: dict[str, tuple[str, list[Capture]]]) -> list[Capture]:
    """Captures of another source of addresses that two sources have, and a page that nobody can read."""
    name = SHARING
    firsts = [of_source[:3] for _, of_source in list(found.values())[:2]]
    again = [
        replace(one, began=one.began + timedelta(days=days), source=name, run=f"run-{name}")
        for some in firsts
        for one, days in ((some[0], -20), (some[1], 60))
    ]
    return [*again, replace(again[0], url="http://chung.example/hong.html", response=_BROKEN)]
