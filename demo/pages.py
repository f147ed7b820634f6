"""The pages of the sample site as text, in the manner of NukeViet 4.5's default theme, its known faults included."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from html import escape

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from demo.habits import body_html, spelled
from demo.posts import ARTICLES, SECTIONS, Post

NAME = "Trang thông tin điện tử Đảng bộ huyện Lâm Khê"
ABOUT = "Kênh thông tin của cấp ủy, chính quyền và nhân dân các dân tộc huyện Lâm Khê"

_WEEKDAYS = ("Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy", "Chủ nhật")
_ESCAPES = {"/": "&#x002F;", "(": "&#40;", ")": "&#41;", ":": "&#x3A;", "%": "&#x25;"}
_TEASER = 150  # characters: NukeViet cuts a lead there, at a word


class Pages:
    """The templates, bound to the address the site is served at and to all articles it holds."""

    def __init__(self, base: str, posts: Sequence[Post]) -> None:
        self.base = base
        self.posts = posts
        self.by_id = {post.id: post for post in posts}
        self._templates = Environment(
            loader=FileSystemLoader(ARTICLES.parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
        )
        self._templates.filters |= {
            "nv": attribute,
            "teaser": teaser,
            "thumb": thumb,
            "picture": picture,
            "shown": shown,
            "alias": alias,
            "feed_time": feed_time,
        }
        self._templates.globals |= {
            "base": base,
            "site_name": NAME,
            "site_about": ABOUT,
            "sections": SECTIONS,
            "newest": posts[:5],
        }

    def render(self, template: str, visits: int, **facts: object) -> str:
        """`template` filled in; `visits` feeds the counters and the token of the theme switch, new on every page."""
        token = blake2b(str(visits).encode(), digest_size=24).hexdigest()
        return self._templates.get_template(template).render(visits=visits, token=token, **facts)

    def article(self, post: Post, visits: int, template: str = "article.html") -> str:
        """The detail page of `post`, or its print version with `template="print.html"`."""
        section = [other for other in self.posts if other.section == post.section]
        place = section.index(post)
        dossier = [other for other in self.posts if post.topic and other.topic == post.topic and other is not post]
        return self.render(
            template,
            visits,
            post=post,
            title=spelled(post.title, post.markup if post.markup in ("nfd", "entities") else "clean"),
            lead=spelled(post.lead, post.markup if post.markup != "tcvn3" else "clean"),
            body=body_html(post, lambda name: picture(name, post), self._pointer),
            topic=dossier[:3],
            newer=section[max(0, place - 3) : place][::-1],
            older=section[place + 1 : place + 5],
        )

    def _pointer(self, identity: int) -> str:
        other = self.by_id.get(identity)
        path, title = gone_path(identity), "Thông báo về lịch tiếp công dân"
        if other is not None:
            path, title = f"/{other.section}/{other.old_alias or other.alias}-{other.id}.html", other.title
        return f'<p><em>Xem thêm: <a href="{path}">{escape(title)}</a></em></p>'


def gone_path(identity: int) -> str:
    """The address of an article that the site has taken down; links to it have stayed."""
    return f"/tin-tuc/thong-bao-ve-lich-tiep-cong-dan-{identity}.html"


def attribute(text: str) -> str:
    """`text` escaped far beyond need, as NukeViet does in attributes."""
    return Markup("".join(_ESCAPES.get(letter, letter) for letter in escape(text)))  # noqa: S704 -- escaped here


def teaser(post: Post) -> str:
    """The lead of `post`, cut at a word after at most 150 characters and ended with "..."."""
    if len(post.lead) <= _TEASER:
        return post.lead
    return post.lead[:_TEASER].rsplit(" ", 1)[0] + "..."


def picture(name: str, post: Post) -> str:
    """The path of the full-size picture `name` of `post`."""
    return f"/uploads/news/{post.published:%Y_%m}/{name}"


def thumb(post: Post) -> str:
    """The path of the small lead picture, or "" where the article has none."""
    return f"/assets/news/{post.published:%Y_%m}/{post.picture}" if post.picture else ""


def shown(at: datetime) -> str:
    """The date a reader sees: "Thứ năm - 05/03/2020 15:25"."""
    return f"{_WEEKDAYS[at.weekday()]} - {at:%d/%m/%Y %H:%M}"


def feed_time(at: datetime) -> str:
    """The date of a feed, with NukeViet 4.5's fault: the minutes are the number of the month."""
    utc = at.astimezone(UTC)
    return f"{utc:%a, %d %b %Y %H}:{utc:%m}:{utc:%S} GMT"


def alias(text: str) -> str:
    """`text` without accents, words joined by dashes: the last part of an address."""
    letters = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "-".join(re.findall(r"[a-z0-9]+", "".join(c for c in letters if not unicodedata.combining(c))))
