"""A news site of any size on loopback, answered from memory: `python -m bench.site --pages 2000 --port 0`.

The pages have the structure of NukeViet 4.5 with about 900 elements, 250 links and inline scripts, each with a text of
its own. The server runs in its own process and does as little as possible, so that it hides no difference.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from bench.words import Writer
from demo.pages import alias, shown

ZONE = timezone(timedelta(hours=7))
SECTIONS = ("tin-tuc", "kinh-te", "xa-hoi", "van-hoa", "giao-duc", "phap-luat", "the-thao", "du-lich")


def titles(count: int, seed: int) -> list[tuple[str, str]]:
    """The path and headline of each article: enough to start a crawler with."""
    writer = Writer(seed)
    found = []
    for number in range(count):
        title = writer.headline()
        found.append((f"/{SECTIONS[number % len(SECTIONS)]}/{alias(title)}-{1000 + number}.html", title))
    return found


def pages(count: int, seed: int, base: str, layout: str = "page.html") -> dict[str, tuple[str, bytes]]:
    """Every address of the site: its media type and its body. The `layout` small.html makes pages of 3 KB."""
    templates = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)
    templates.filters["shown"] = shown
    template = templates.get_template(layout)
    heads = titles(count, seed)
    writer = Writer(seed + 1)
    leads = [writer.sentence(24, 40) for _ in heads]
    facts = {"base": base, "sections": SECTIONS, "titles": heads, "cut": [_cut(lead) for lead in leads]}
    site = {}
    for number, (path, title) in enumerate(heads):
        html = template.render(
            facts,
            number=number,
            path=path,
            title=title,
            lead=leads[number],
            section=SECTIONS[number % len(SECTIONS)],
            at=datetime(2019, 1, 1, 7, tzinfo=ZONE) + timedelta(hours=11 * number, minutes=number % 60),
            paragraphs=[writer.paragraph() for _ in range(writer.whole(10, 18))],
            caption=writer.sentence(6, 12),
            newer=[(number + step) % count for step in range(1, 16)],
            older=[(number - step) % count for step in range(1, 16)],
            block=random.Random(number).choices(range(count), k=20),
        )
        site[path] = ("text/html; charset=utf-8", html.encode())
    urls = "".join(f"<url><loc>{base}{path}</loc></url>" for path, _ in heads)
    sitemap = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
    site["/sitemap.xml"] = ("text/xml; charset=utf-8", sitemap.encode())
    site["/robots.txt"] = ("text/plain", b"User-agent: *\nDisallow: /admin/\n")
    return site


def _cut(text: str) -> str:
    return text[:150].rsplit(" ", 1)[0] + "..."


class Answering(asyncio.Protocol):
    """Answers GET requests out of a dictionary of whole answers, connections kept alive."""

    def __init__(self, answers: dict[bytes, bytes]) -> None:
        self._answers = answers
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while b"\r\n\r\n" in self._heard:
            head, _, self._heard = self._heard.partition(b"\r\n\r\n")
            target = head.split(b" ", 2)[1]
            assert isinstance(self._transport, asyncio.WriteTransport)
            self._transport.write(self._answers.get(target, _MISSING))


_MISSING = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\r\nnot found"


def _answer(mime: str, body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s" % (mime.encode(), len(body), body)


async def _serve(count: int, seed: int, port: int, layout: str) -> None:
    answers: dict[bytes, bytes] = {}
    server = await asyncio.get_running_loop().create_server(lambda: Answering(answers), "127.0.0.1", port)
    base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    site = pages(count, seed, base, layout)
    answers |= {path.encode(): _answer(*page) for path, page in site.items()}
    sizes = sorted(len(body) for mime, body in site.values() if "html" in mime)
    print(base, flush=True)
    print(f"{count} pages, {sizes[0]}-{sizes[-1]} bytes, median {sizes[len(sizes) // 2]}", file=sys.stderr, flush=True)
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.site", description=__doc__)
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--layout", choices=("page.html", "small.html"), default="page.html")
    options = parser.parse_args()
    try:
        asyncio.run(_serve(options.pages, options.seed, options.port, options.layout))
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
