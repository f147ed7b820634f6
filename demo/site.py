"""The sample site as a function from path to answer, with everything a crawler meets: see demo/README.md."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from urllib.parse import parse_qs, unquote, urlsplit

from demo import files
from demo.look import LOOK, THEME
from demo.pages import NAME, Pages, alias, picture, thumb
from demo.posts import SECTIONS, TOPICS, Block, Post, posts

PER_PAGE = 6
SOFT_GONE = 1490  # taken down, and answered with status 200
HARD_GONE = 1491  # taken down, and answered with status 404; the sitemap still lists it

HTML, XML = "text/html; charset=utf-8", "text/xml; charset=utf-8"

_DETAIL = re.compile(r"/(?P<section>[a-z-]+)/(?P<alias>[A-Za-z0-9-]+)-(?P<id>\d+)\.html")
_LISTING = re.compile(r"/(?P<section>[a-z-]+)/(?:page-(?P<page>\d+)/)?")
_MONTH = re.compile(r"/lich-cong-tac/(?:thang-(?P<month>\d+)-(?P<year>\d+)/)?")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server sends. `version` becomes the ETag; pages whose counters change at every visit have none."""

    body: bytes = b""
    mime: str = HTML
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    version: str = ""


class Site:
    """The sample site at one address; counts its visits, for its pages show counters."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.posts = posts()
        self.pages = Pages(base, self.posts)
        self.visits = 0
        self._pictures = {path for post in self.posts for path in _pictures(post)}
        self._routes: tuple[Callable[[str, str], Answer | None], ...] = (
            self._plain,
            self._detail,
            self._copy,
            self._listing,
            self._calendar,
            self._file,
        )

    def edit(self) -> tuple[str, ...]:
        """Corrects the articles that have a correction written; their paths."""
        corrected = [post for post in self.posts if post.correction]
        self.posts = tuple(_corrected(post) if post.correction else post for post in self.posts)
        self.pages = Pages(self.base, self.posts)
        return tuple(post.path for post in corrected)

    def answer(self, target: str) -> Answer:
        """The answer to a GET of `target` (path and query); what no route knows goes home, as in NukeViet."""
        self.visits += 1
        parts = urlsplit(target)
        path = unquote(parts.path)
        for route in self._routes:
            found = route(path, parts.query)
            if found is not None:
                return found
        return _moved("/")

    def _plain(self, path: str, query: str) -> Answer | None:
        if path == "/" and query:
            return _moved("/")  # the switch of themes: a new token on every page, nothing behind it
        if path == "/":
            return self._list("/", NAME, self.posts[:PER_PAGE])
        if path == "/robots.txt":
            return _file(_ROBOTS.format(base=self.base).encode(), "text/plain; charset=utf-8")
        if path in ("/sitemap.xml", "/sitemap-vi.xml"):
            return self._sitemap("sitemapindex", "sitemap", [("/sitemap-vi.news.xml", None)])
        if path == "/sitemap-vi.news.xml":
            # lastmod is the time of publication even for edited articles; a dead address has stayed in the list.
            items: list[tuple[str, datetime | None]] = [(post.path, post.published) for post in self.posts]
            items.insert(3, (f"/van-ban/lich-tiep-cong-dan-thang-3-{HARD_GONE}.html", self.posts[-1].published))
            return self._sitemap("urlset", "url", items)
        if path == "/feeds/":
            hrefs = [("/rss/", "Tin Tức"), *((f"/rss/{key}/", name) for key, name in SECTIONS.items())]
            return self._notice("RSS-feeds", "Chọn chuyên mục cần theo dõi.", links=hrefs)
        if path == "/about/gioi-thieu.html":
            return self._notice("Giới thiệu", f"{NAME}: trang mẫu đi kèm baotinh, không có thật.")
        if path.startswith("/noi-bo/"):
            return self._notice("Tài liệu nội bộ", "Chỉ dành cho cán bộ có tài khoản.")
        return None

    def _detail(self, path: str, query: str) -> Answer | None:
        match = _DETAIL.fullmatch(path)
        if match is None:
            return None
        post = self.pages.by_id.get(int(match["id"]))
        if post is None and int(match["id"]) == SOFT_GONE:
            return self._notice("Thông báo", "Nội dung bạn yêu cầu hiện không tồn tại hoặc đã bị gỡ bỏ.")
        if post is None:
            return replace(
                self._notice(
                    "Lỗi 404", "Nội dung này hiện không tồn tại. Hệ thống sẽ chuyển về trang chính.", refresh=True
                ),
                status=404,
            )
        if path != post.path:
            return _moved(post.path)
        if "download" in parse_qs(query):
            return _document(post, int(parse_qs(query).get("id", ["0"])[0]))
        if "elsewhere" in post.quirks:
            return _moved("http://bao-ban.example/tin/" + post.alias + ".html")
        body = self.pages.article(post, self.visits).encode()
        if "cut" in post.quirks:
            # The program died while it printed the last paragraph; its complaint ends the page.
            end = body.index(post.blocks[-1].text[:40].encode()) + 60
            body = (
                body[:end].rpartition(b" ")[0] + b"\n<br />\n<b>Fatal error</b>:  Allowed memory size exhausted in <b"
            )
        # The counters on the page change, the article does not: a weak ETag, as RFC 9110 8.8.1 has it for this case.
        return Answer(body, version="" if "visits" in post.quirks else f'W/"{post.id}.{len(post.blocks)}"')

    def _copy(self, path: str, query: str) -> Answer | None:
        for prefix in ("/print", "/savefile"):
            match = _DETAIL.fullmatch(path.removeprefix(prefix))
            post = self.pages.by_id.get(int(match["id"])) if match and path.startswith(prefix + "/") else None
            if post is not None:
                return Answer(self.pages.article(post, self.visits, "print.html").encode())
        return None

    def _listing(self, path: str, query: str) -> Answer | None:
        if path in ("/rss/", *(f"/rss/{key}/" for key in SECTIONS)):
            section = path.split("/")[2]
            items = [post for post in self.posts if section in ("", post.section)][:30]
            text = self.pages.render("feed.xml", 0, path=path, name=SECTIONS.get(section, "Tin Tức"), items=items)
            return _file(text.encode(), XML)
        kind, _, key = path.strip("/").partition("/")
        if kind == "tag":
            return self._list(path, key.replace("-", " "), [post for post in self.posts if _tagged(post, key)])
        if kind == "author":
            return self._list(path, "Tác giả", [post for post in self.posts if alias(post.author) == key])
        if kind == "topic" and key in TOPICS:
            return self._list(path, TOPICS[key], [post for post in self.posts if post.topic == key])
        match = _LISTING.fullmatch(path)
        if match is None or match["section"] not in SECTIONS:
            return None
        found = [post for post in self.posts if post.section == match["section"]]
        page, pages = int(match["page"] or 1), -(-len(found) // PER_PAGE)
        first = f"/{match['section']}/"
        if page > pages or match["page"] == "1":
            return _moved(first)
        return self._list(
            first,
            SECTIONS[match["section"]],
            found[(page - 1) * PER_PAGE : page * PER_PAGE],
            page,
            pages,
            others=found[page * PER_PAGE : page * PER_PAGE + 3],
        )

    def _calendar(self, path: str, query: str) -> Answer | None:
        match = _MONTH.fullmatch(path)
        if match is None:
            return None
        month, year = int(match["month"] or 7), int(match["year"] or 2025)
        after, before = divmod(year * 12 + month, 12), divmod(year * 12 + month - 2, 12)
        hrefs = [
            (f"/lich-cong-tac/thang-{part + 1}-{year}/", f"Tháng {part + 1}/{year}") for year, part in (before, after)
        ]
        return self._notice(f"Lịch công tác tháng {month}/{year}", "Chưa có lịch công tác.", links=hrefs)

    def _file(self, path: str, query: str) -> Answer | None:
        if path in self._pictures:
            return _file(files.png(path.rpartition("/")[2]), "image/png")
        if path in ("/assets/images/logo.svg", "/favicon.ico"):
            return _file(files.LOGO.encode(), "image/svg+xml")
        if path.startswith(THEME) and path.removeprefix(THEME) in LOOK:
            name = path.removeprefix(THEME)
            return _file(LOOK[name].encode(), "image/svg+xml" if name.endswith(".svg") else "text/css")
        if path.startswith(("/uploads/", "/assets/", "/themes/")):
            return Answer(b"<h1>404 Not Found</h1>\n", "text/html", 404)
        return None

    def _list(
        self,
        path: str,
        name: str,
        items: list[Post] | tuple[Post, ...],
        page: int = 1,
        pages: int = 1,
        others: list[Post] | None = None,
    ) -> Answer:
        text = self.pages.render(
            "listing.html", self.visits, path=path, name=name, items=items, page=page, pages=pages, others=others or []
        )
        return Answer(text.encode())

    def _notice(
        self, title: str, text: str, refresh: bool = False, links: list[tuple[str, str]] | None = None
    ) -> Answer:
        return Answer(
            self.pages.render(
                "notice.html", self.visits, title=title, text=text, refresh=refresh, links=links or []
            ).encode()
        )

    def _sitemap(self, root: str, entry: str, items: Sequence[tuple[str, datetime | None]]) -> Answer:
        return _file(self.pages.render("sitemap.xml", 0, root=root, entry=entry, items=items).encode(), XML)


_ROBOTS = """User-agent: *
Disallow: /admin/
Disallow: /noi-bo/
Disallow: /users/
Disallow: /statistics/
Sitemap: {base}/sitemap.xml
"""


def _file(body: bytes, mime: str) -> Answer:
    return Answer(body, mime, version=f'"{blake2b(body, digest_size=8).hexdigest()}"')


def _moved(path: str) -> Answer:
    return Answer(status=301, headers=(("Location", path),))  # often relative in NukeViet


def _document(post: Post, index: int) -> Answer:
    if index >= len(post.files):
        return _moved(post.path)
    name = post.files[index]
    document = _file(files.pdf((name, alias(post.title).replace("-", " "), NAME)), "application/pdf")
    return replace(document, headers=(("Content-Disposition", f'attachment; filename="{name}"'),))


def _pictures(post: Post) -> list[str]:
    names = [post.picture, *(block.name for block in post.blocks)]
    return [thumb(post), *(picture(name, post) for name in names if name)]


def _tagged(post: Post, key: str) -> bool:
    return key in (tag.replace(" ", "-") for tag in post.tags)


def _corrected(post: Post) -> Post:
    return replace(post, blocks=(Block("paragraph", text=post.correction), *post.blocks))
