"""The articles of the sample site as an editor would keep them: read from articles/<year>.md."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

ARTICLES = Path(__file__).parent / "articles"

SECTIONS = {
    "tin-tuc": "Tin tức - Sự kiện",
    "xay-dung-dang": "Xây dựng Đảng",
    "kinh-te": "Kinh tế",
    "van-hoa-xa-hoi": "Văn hóa - Xã hội",
    "an-ninh-quoc-phong": "An ninh - Quốc phòng",
    "van-ban": "Văn bản - Chính sách",
}
"""Alias and name of each section, in menu order."""

TOPICS = {
    "dai-hoi-dang-bo-cac-cap": "Đại hội Đảng bộ các cấp",
    "sap-xep-don-vi-hanh-chinh": "Sắp xếp đơn vị hành chính",
}
"""Alias and name of each dossier ("Theo dòng sự kiện")."""

Kind = Literal["paragraph", "heading", "quote", "list", "table", "picture", "see"]

_POST = re.compile(r"^\+\+\+\n(?P<facts>.*?)^\+\+\+\n(?P<text>.*?)(?=^\+\+\+\n|\Z)", re.MULTILINE | re.DOTALL)
_PICTURE = re.compile(r"!\((?P<name>[^)]+)\) ?(?P<caption>.*)")


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a body. `lines` are list items or table rows (cells parted by " | "); `text` is a caption or an id."""

    kind: Kind
    text: str = ""
    name: str = ""  # of a picture's file
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Post:
    """An article as its editor wrote it: what a faultless reader gets back from the page."""

    id: int
    title: str
    alias: str
    section: str
    published: datetime
    lead: str
    blocks: tuple[Block, ...]
    tags: tuple[str, ...] = ()
    old_alias: str = ""  # the alias it had first; links to it have stayed
    edited: datetime | None = None
    author: str = ""  # shown in the "Tác giả" box
    credit: str = ""  # shown in the "Nguồn tin" box
    signature: str = ""  # last line of the body: "Tin, ảnh: ..."
    topic: str = ""
    picture: str = ""  # file name of the lead picture
    caption: str = ""  # of the lead picture
    files: tuple[str, ...] = ()  # names of attachments
    markup: str = "clean"  # the editor's habit, a macro in templates/body.html
    quirks: tuple[str, ...] = ()  # see demo/README.md
    correction: str = ""  # the paragraph that stands first in the body once the site has been edited

    @property
    def path(self) -> str:
        """The canonical path, as NukeViet makes it: /<section>/<alias>-<id>.html."""
        return f"/{self.section}/{self.alias}-{self.id}.html"

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The text of the body in order: no lead, caption, signature or pointer to another article among it."""
        texts: list[str] = []
        for block in self.blocks:
            if block.kind in ("paragraph", "heading", "quote"):
                texts.append(block.text)
            elif block.kind in ("list", "table"):
                texts.extend(line.replace(" | ", " ") for line in block.lines)
        return tuple(texts)

    @property
    def captions(self) -> tuple[str, ...]:
        """The captions in page order, the lead picture's first."""
        inner = [block.text for block in self.blocks if block.kind == "picture" and block.text]
        return tuple(filter(None, [self.caption, *inner]))


@cache
def posts() -> tuple[Post, ...]:
    """Every article, newest first."""
    found = [
        _post(tomllib.loads(match["facts"]), match["text"])
        for file in sorted(ARTICLES.glob("*.md"))
        for match in _POST.finditer(file.read_text(encoding="utf-8"))
    ]
    return tuple(sorted(found, key=lambda post: post.published, reverse=True))


def _post(facts: dict[str, Any], text: str) -> Post:
    for name in ("tags", "files", "quirks"):
        facts[name] = tuple(facts.get(name, ()))
    facts["lead"] = " ".join(facts["lead"].split())
    return Post(blocks=tuple(_block(part) for part in re.split(r"\n\s*\n", text.strip())), **facts)


def _block(part: str) -> Block:
    lines = [line.strip() for line in part.splitlines()]
    picture = _PICTURE.fullmatch(" ".join(lines))
    if picture:
        return Block("picture", text=picture["caption"], name=picture["name"])
    if part.startswith("## "):
        return Block("heading", text=part[3:].strip())
    if part.startswith("@"):
        return Block("see", text=part[1:].strip())
    if part.startswith("> "):
        return Block("quote", text=" ".join(line.removeprefix("> ") for line in lines))
    if part.startswith("- "):
        return Block("list", lines=tuple(line.removeprefix("- ") for line in lines))
    if part.startswith("| "):
        return Block("table", lines=tuple(line.strip("| ") for line in lines))
    return Block("paragraph", text=" ".join(lines))
