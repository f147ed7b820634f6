"""What a portal answers to a request on a day: articles, lists, feeds, sitemaps, data, and what it has wrong."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from html import escape
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from bench.fleet.portals import PER_PAGE, Fleet, Item, Portal
from bench.provincial import Story, paragraphs, slug_of
from bench.themes import edited, filled
from demo.files import pdf, png

_WEEKDAYS: Final = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")
_TONES: Final = frozenset("\u0300\u0301\u0303\u0309\u0323")
_FEED: Final = 30
_JSON: Final = "application/json; charset=utf-8"
_APPLICATION: Final = (
    "const list=(p,c)=>fetch(`/api/v1/articles?page=${p}&category=${c||''}`).then(r=>r.json());"
    "const one=id=>fetch(`/api/v1/articles/${id}`).then(r=>r.json());"
    'const routes=[{path:"/",view:"home"},{path:"/muc/:category",view:"list"},{path:"/bai-viet/:slug-:id",view:"article"}];'
)
"""What is left of a bundle: its calls and its routes."""
_XML: Final = "text/xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer; `version` makes its ETag, "" for none."""

    body: bytes = b""
    kind: str = "text/html; charset=utf-8"
    status: int = 200
    version: str = ""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Site:
    """A portal at its address. `bases` are the addresses of the whole fleet: one may lead to another."""

    portal: Portal
    fleet: Fleet
    bases: dict[str, str]
    visits: int = 0
    _numbers: dict[int, Item] = field(default_factory=dict)

    @property
    def base(self) -> str:
        return self.bases[self.portal.id]

    def answer(self, target: str, agent: str, now: datetime) -> Answer:
        """The answer to a GET of `target` (path and query) at `now`."""
        portal = self.portal
        self.visits += 1
        if "blocks-robots" in portal.habits and "Mozilla" not in agent:
            return Answer("<h1>Thông báo từ chối truy cập</h1>".encode(), status=403)
        if portal.happened("merged", now):
            return self._led(target, now)
        path = unquote(target)
        for route in (self._article, self._named, self._data, self._listing, self._file):
            if (found := route(path, now)) is not None:
                return found
        if "always-200" in portal.habits:
            return self._notice("Thông báo", "Nội dung đang được cập nhật.", now)
        return Answer(self._notice("Không tìm thấy", "Trang bạn tìm không có.", now).body, status=404)

    def _led(self, target: str, now: datetime) -> Answer:
        """Where an address leads after the merger: an article to its copy, all else to the first page."""
        assert self.portal.event is not None
        heir = self.fleet.portals[self.portal.event.into]
        item = self.portal.by_path.get(unquote(target))
        place = heir.make.article.format(slug=item.story.slug, id7=9_000_000 + item.number) if item else "/"
        return Answer(status=301, headers=(("Location", self.bases[heir.id] + place),))

    def _article(self, path: str, now: datetime) -> Answer | None:
        plain = path.removesuffix(".amp") + ".html" if path.endswith(".amp") and "amp" in self.portal.habits else path
        item = None if plain.startswith("/api/") else self.item(plain)
        if item is None or item.story.published > now:
            return None
        html = article_html(self, item, now) if plain == path else _amp(self, item, now)
        version = f'W/"{item.number}.{item.changed(now):%Y%m%d}.{self.portal.family(now).name}"'
        return self._page(html, "" if self.portal.number % 2 else version)

    def item(self, path: str) -> Item | None:
        """The article at `path`, or behind it, for a portal that scripts make."""
        if self.portal.make.script == "api" and (number := path.removeprefix("/api/v1/articles/")).isdigit():
            return next((one for one in self.portal.items if str(one.number) == number), None)
        return self.portal.by_path.get(path) or self._inherited(path)

    def _inherited(self, path: str) -> Item | None:
        """An article of a portal that has merged into this one."""
        match = re.fullmatch(r"/(.+)-9(\d{6})\.html", path)
        if match is None:
            return None
        return next(
            (one.by_slug[match[1]] for one in self.fleet.absorbed(self.portal) if match[1] in one.by_slug), None
        )

    def _named(self, path: str, now: datetime) -> Answer | None:
        portal, make = self.portal, self.portal.make
        if path == "/robots.txt":
            maps = f"Sitemap: {self.base}{make.sitemap}\n" if make.sitemap else ""
            return Answer(f"User-agent: *\nDisallow: /quan-tri/\n{maps}".encode(), "text/plain; charset=utf-8")
        if make.feed and path in (make.feed, *(make.feed.format(section=one) for one in portal.sections)):
            key = next((one for one in portal.sections if make.feed.format(section=one) == path), "")
            chosen = [one for one in portal.published(now) if "{section}" not in make.feed or _in(one, key)]
            return Answer(self._feed(chosen[-_FEED:][::-1], now).encode(), _XML)
        if make.sitemap and path == make.sitemap:
            urls = "".join(
                f"<url><loc>{escape(self.base + one.path)}</loc><lastmod>{one.changed(now).isoformat()}</lastmod></url>"
                for one in portal.published(now)[-1000:]
            )
            return Answer(f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode(), _XML)
        if path.startswith("/lich.aspx?") and "calendar" in portal.habits:
            return self._calendar(path, now)
        if path == "/lien-he":
            return self._notice("Liên hệ", f"{portal.name}, số 1 đường Trung tâm. Điện thoại 0200 123 456.", now)
        return None

    def _calendar(self, path: str, now: datetime) -> Answer:
        asked = parse_qs(urlsplit(path).query)
        month, year = int(asked.get("thang", ["1"])[0]), int(asked.get("nam", ["2026"])[0])
        links = "".join(
            f'<a href="/lich.aspx?thang={at % 12 + 1}&nam={at // 12}">Tháng {at % 12 + 1}/{at // 12}</a> '
            for at in (12 * year + month - 2, 12 * year + month)
        )
        return self._notice(f"Lịch công tác tháng {month}/{year}", f"Chưa có lịch. {links}", now)

    def _data(self, path: str, now: datetime) -> Answer | None:
        """The JSON behind a portal that scripts make."""
        if self.portal.make.script != "api" or not path.startswith("/api/v1/articles"):
            return None
        published = self.portal.published(now)
        parts = urlsplit(path)
        if parts.path == "/api/v1/articles":
            asked = parse_qs(parts.query)
            key, page = asked.get("category", [""])[0], int(asked.get("page", ["1"])[0])
            chosen = [one for one in reversed(published) if not key or _in(one, key)]
            some = chosen[(page - 1) * PER_PAGE : page * PER_PAGE]
            rows = [self.told(one, now, text=False) for one in some]
            return _told({"data": rows, "meta": {"page": page, "totalPages": -(-len(chosen) // PER_PAGE)}})
        number = parts.path.rpartition("/")[2]
        found = next((one for one in published if str(one.number) == number), None)
        return _told({"data": self.told(found, now)}) if found else Answer(b'{"error":"not found"}', _JSON, 404)

    def told(self, item: Item, now: datetime, *, text: bool = True) -> dict[str, Any]:
        """An article as a portal's data have it."""
        story = item.at(now)
        row = {
            "id": item.number, "title": story.headline, "sapo": story.lead, "slug": story.slug,
            "publishedAt": story.published.isoformat(), "category": {"name": story.section, "slug": slug_of(story.section)},
            "author": {"name": story.author}, "tags": [{"name": one} for one in story.tags], "url": item.path,
        }  # fmt: skip
        return row | ({"content": self.text(item, now)} if text else {})

    def text(self, item: Item, now: datetime) -> str:
        """The text as its editors set it; of an article behind a wall its first paragraph and the wall."""
        portal, family, story = self.portal, self.portal.family(now), item.at(now)
        if portal.paywalled(item):
            wall = '<div class="paywall"><b>Bài viết dành cho bạn đọc dài hạn</b><p>Đăng nhập hoặc đăng ký để đọc tiếp.</p></div>'
            return f"<p>{(paragraphs(story) or [''])[0]}</p>{wall}"
        link = lambda slug: portal.by_slug[slug].path  # noqa: E731 - of two lines where it is needed
        return edited(story, portal.house, link, bold_lead=family.lead == "text", signature=family.signature)

    def _listing(self, path: str, now: datetime) -> Answer | None:
        portal, make = self.portal, self.portal.make
        published = portal.published(now)
        if path == "/":
            return self._list("Trang chủ", published[-20:][::-1], now)
        for key, name in portal.sections.items():
            first = make.listing.format(section=key)
            chosen = [one for one in reversed(published) if _in(one, key)]
            if path == first:
                return self._list(name, chosen[:PER_PAGE], now, key, 0)
            match = re.fullmatch(_pattern(make.page, key), path)
            if match is not None:
                at = int(match[1]) // PER_PAGE if "{start}" in make.page else int(match[1]) - make.first_page
                some = chosen[at * PER_PAGE : (at + 1) * PER_PAGE]
                if some and at >= 0:
                    return self._list(name, some, now, key, at)
                return Answer(status=301, headers=(("Location", first),)) if portal.number % 3 else None
        return None

    def _list(self, name: str, items: Sequence[Item], now: datetime, key: str = "", at: int = 0) -> Answer:
        family, make, portal = self.portal.family(now), self.portal.make, self.portal
        if family.script == "next":
            return self._page(_next({"section": name, "articles": [self.told(one, now, text=False) for one in items]}))
        if family.script:
            return self._page(framed(self, portal.name, "", family.html))
        rows = "".join(filled(family.row, _row(self, one, now), {}) for one in items)
        pages = ""
        if key and make.page:
            count = -(-sum(_in(one, key) for one in portal.published(now)) // PER_PAGE)
            links = [
                f'<a href="{escape(make.page.format(section=key, n=one + make.first_page, start=one * PER_PAGE))}">{one + 1}</a>'
                for one in range(count)
                if one != at and abs(one - at) < 4
            ]
            pages = f'<div class="pages">{" ".join(links)}</div>'
        body = f'<div class="top">{portal.name}{menu(self)}</div><h1>{name}</h1><div class="list">{rows}</div>{pages}{_foot(self)}'
        return self._page(framed(self, f"{name} - {portal.name}", self._alternate(), body))

    def _alternate(self) -> str:
        feed = self.portal.make.feed
        feeds = (
            [feed.format(section=one) for one in self.portal.sections] if "{section}" in feed else [feed] * bool(feed)
        )
        return "".join(f'<link rel="alternate" type="application/rss+xml" href="{escape(one)}">' for one in feeds)

    def _feed(self, items: Sequence[Item], now: datetime) -> str:
        rows = "".join(
            f"<item><title>{escape(one.story.headline)}</title><link>{escape(self.base + one.path)}</link>"
            f"<pubDate>{format_datetime(one.story.published)}</pubDate><description>{escape(summary(one.story))}</description></item>"
            for one in items
        )
        return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{self.portal.name}</title><link>{self.base}/</link>{rows}</channel></rss>'

    def _file(self, path: str, now: datetime) -> Answer | None:
        if path.endswith((".jpg", ".png", ".ico")):
            return Answer(png(path.rpartition("/")[2]), "image/png")
        if path.endswith(".pdf"):
            return Answer(pdf((path.rpartition("/")[2],)), "application/pdf")
        if path.endswith(".js") and self.portal.make.script == "api":
            return Answer(_APPLICATION.encode(), "text/javascript")
        if path.endswith((".css", ".js")):
            return Answer(b"/* */", "text/css" if path.endswith(".css") else "text/javascript")
        return None

    def _notice(self, title: str, text: str, now: datetime) -> Answer:
        body = f'<div class="top">{self.portal.name}{menu(self)}</div><h1>{title}</h1><p>{text}</p>{_foot(self)}'
        return self._page(framed(self, f"{title} - {self.portal.name}", "", body))

    def _page(self, html: str, version: str = "") -> Answer:
        charset = self.portal.charset
        body = html.encode() if charset == "utf-8" else in_windows_1258(html)
        return Answer(body, f"text/html; charset={charset}", version=version)


def article_html(site: Site, item: Item, now: datetime, charset: str = "") -> str:
    """The page of an article; `charset` is what it says of itself, the portal's own if not named."""
    portal, story = site.portal, item.at(now)
    family = portal.family(now)
    if family.script == "next":
        return _next({"article": site.told(item, now)})
    if family.script:
        return framed(site, portal.name, "", family.html, charset)
    shows = {"by": story.author, "sec": story.section, "tags": story.tags, "lead": ""}
    present: dict[str, Any] = {name: shows[name] for name in family.shows} | {
        "lead": family.lead == "slot" and story.lead
    }
    present = {"by": "", "sec": "", "tags": ""} | present
    parts = _row(site, item, now) | _parts(site, item, now)
    head = filled(family.head, parts, present)
    if "amp" in portal.habits:
        head += f'<link rel="canonical" href="{site.base}{item.path}"><link rel="amphtml" href="{site.base}{item.path.removesuffix(".html")}.amp">'
    return framed(site, f"{escape(story.headline)} - {portal.name}", head, filled(family.html, parts, present), charset)


def _row(site: Site, item: Item, now: datetime) -> dict[str, str]:
    story = item.at(now)
    return {
        "url": escape(item.path), "h": escape(story.headline), "date": dated(site.portal.family(now).dated, story.published),
        "summary": escape(summary(story)),
    }  # fmt: skip


def _parts(site: Site, item: Item, now: datetime) -> dict[str, str]:
    portal, story = site.portal, item.at(now)
    source = _home(site, item)
    older = source.before(item)
    links = [f'<a href="{escape(one.path)}">{escape(one.story.headline)}</a>' for one in older]
    tags = [f'<a href="/tag/{slug_of(tag)}">{tag}</a>' for tag in story.tags]
    listing = escape(portal.make.listing.format(section=slug_of(story.section)))
    section = f'<a href="{listing}">{story.section}</a>'
    latest = source.published(now)[-4:][::-1]
    return {
        "site": portal.name, "id": str(item.number), "menu": menu(site), "foot": _foot(site), "lead": story.lead,
        "text": site.text(item, now), "by": story.author, "byslug": slug_of(story.author), "account": "quantri",
        "sec": section, "secname": story.section, "secslug": slug_of(story.section),
        "crumbs": f'<ul><li><a href="/">Trang chủ</a></li><li>{section}</li></ul>',
        "tags": ", ".join(tags), "tagitems": "".join(f"<li>{one}</li>" for one in tags),
        "tagems": ", ".join(one.replace(">", "><em>", 1).replace("</a>", "</em></a>") for one in tags),
        "older": "".join(f"<li>{link} <em>({one.story.published:%d/%m/%Y})</em></li>" for link, one in zip(links, older, strict=True)),
        "previous": links[0] if links else "", "share": '<div class="share"><a href="#">In bài</a> <a href="#">Gửi email</a></div>',
        "side": "<h4>Mới nhất</h4><ul>" + "".join(f'<li><a href="{escape(one.path)}">{escape(one.story.headline)}</a></li>' for one in latest) + "</ul>",
        "clock": f"{_WEEKDAYS[now.weekday()]}, ngày {now:%d/%m/%Y}", "month": str(now.month), "year": str(now.year),
        "counter": f'<div class="thong-ke">Lượt truy cập: {100_000 + site.visits}</div>', "views": str(17 + site.visits % 900),
        "iso": story.published.isoformat(), "edited": dated("%d/%m/%Y %H:%M", item.changed(now)), "bare": slug_of(story.headline).replace("-", " "),
        "ld": json.dumps({"@context": "https://schema.org", "@type": "NewsArticle", "headline": story.headline, "datePublished": story.published.isoformat()}, ensure_ascii=False),
    }  # fmt: skip


def _home(site: Site, item: Item) -> Portal:
    """The portal that first published the article."""
    portal = site.portal
    if portal.by_path.get(item.path) is item:
        return portal
    return next(one for one in site.fleet.absorbed(portal) if one.by_path.get(item.path) is item)


def framed(site: Site, title: str, head: str, body: str, charset: str = "") -> str:
    """A whole page."""
    said = charset or site.portal.charset
    return f'<!DOCTYPE html><html lang="vi"><head><meta charset="{said}"><title>{title}</title>{head}</head><body>{body}</body></html>'


def _next(props: dict[str, Any]) -> str:
    data = json.dumps({"props": {"pageProps": props}, "page": "/"}, ensure_ascii=False).replace("</", "<\\/")
    return (
        '<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title></title></head><body><div id="__next"></div>'
        f'<script id="__NEXT_DATA__" type="application/json">{data}</script><script src="/_next/static/chunks/main.js"></script></body></html>'
    )


def _amp(site: Site, item: Item, now: datetime) -> str:
    story = item.at(now)
    body = f"<h1>{escape(story.headline)}</h1><p>{dated('%d/%m/%Y %H:%M', story.published)}</p><p><b>{story.lead}</b></p>{site.text(item, now)}"
    return f'<!DOCTYPE html><html amp lang="vi"><head><meta charset="utf-8"><title>{escape(story.headline)}</title><link rel="canonical" href="{site.base}{item.path}"></head><body>{body}</body></html>'


def menu(site: Site) -> str:
    links = "".join(
        f'<li><a href="{escape(site.portal.make.listing.format(section=key))}">{name}</a></li>'
        for key, name in site.portal.sections.items()
    )
    return f'<ul><li><a href="/">Trang chủ</a></li>{links}<li><a href="/lien-he">Liên hệ</a></li></ul>'


def _foot(site: Site) -> str:
    return (
        f"<footer><p>© 2026 {site.portal.name}. Giấy phép số {100 + site.portal.number}/GP-TTĐT. "
        "Ghi rõ nguồn khi phát hành lại thông tin từ trang này.</p></footer>"
    )


def summary(story: Story) -> str:
    """The teaser of a list."""
    return (story.lead or next((one.text for one in story.blocks if one.kind == "p"), story.headline))[:160]


def dated(form: str, at: datetime) -> str:
    return at.strftime(form.replace("%A", _WEEKDAYS[at.weekday()]))


def in_windows_1258(text: str) -> bytes:
    """The bytes of windows-1258: letters with their hats, tones behind them."""
    out = bytearray()
    for letter in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", letter)
        tone = "".join(one for one in parts if one in _TONES)
        plain = unicodedata.normalize("NFC", "".join(one for one in parts if one not in _TONES))
        out += (plain + tone).encode("cp1258", "xmlcharrefreplace")
    return bytes(out)


def _in(item: Item, key: str) -> bool:
    return slug_of(item.story.section) == key


def _told(value: object) -> Answer:
    return Answer(json.dumps(value, ensure_ascii=False).encode(), _JSON)


def _pattern(page: str, key: str) -> str:
    return (
        re.escape(page)
        .replace(re.escape("{section}"), re.escape(key))
        .replace(re.escape("{n}"), r"(\d+)")
        .replace(re.escape("{start}"), r"(\d+)")
    )
