"""News of an invented province, as editors would set it: articles, notices, and which of their lines are what.

The same name of a site gives the same stories; their words stand in `provincial.toml`. A `House` says how the editors
of one site mark leads, captions, signatures, credits and attachments, since no two papers do that alike.
"""

from __future__ import annotations

import random
import tomllib
import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from itertools import islice
from pathlib import Path
from typing import Final

VIETNAM: Final = timezone(timedelta(hours=7))
WORDS: Final[dict[str, list[str]]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
_NEWEST: Final = datetime(2026, 9, 28, 16, 40, tzinfo=VIETNAM)


@dataclass(frozen=True, slots=True)
class House:
    """How the editors of one site mark what no theme marks for them."""

    lead: str = "bold"  # "bold": a first paragraph in bold; "none"
    caption: str = "figure"  # "figure": figcaption; "centred": a line in italics below; "table": two rows
    signature: str = "right"  # "right": bold, to the right; "italic"; "none": the theme's author alone
    credit: str = "Theo {}"
    attachment: str = "Xem chi tiết tại đây"
    heading: str = "##"  # "##" | "###" | "**": a paragraph in bold
    related: bool = True  # boxes "Tin liên quan" within the text


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the text: `text` of a p, h or quote; `rows` of a list, table or box; `url` of a picture."""

    kind: str  # p | h | quote | list | table | related | picture
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """One article or notice of a site, before a theme prints it."""

    kind: str  # article | notice
    slug: str
    headline: str
    published: datetime
    section: str
    tags: tuple[str, ...]
    author: str
    lead: str = ""
    blocks: tuple[Block, ...] = ()
    credit: str = ""
    attachment: str = ""


class _Pen:
    """Draws words for one story after another."""

    def __init__(self, seed: str) -> None:
        self.chance = random.Random(seed)

    def one(self, of: str) -> str:
        return self.chance.choice(WORDS[of])

    def name(self) -> str:
        return " ".join(self.one(part) for part in ("families", "middles", "givens"))

    def fill(self, pattern: str, thing: str, place: str) -> str:
        """The pattern with the story's own place and thing, the rest drawn."""
        numbers = {"n": (5, 98), "n2": (2, 30), "money": (110, 980), "day": (10, 28), "month": (1, 12)}
        drawn = {name: self.chance.randint(*ends) for name, ends in numbers.items()}
        others = {"place2": self.one("places"), "person": self.name(), "post": self.one("posts")}
        text = pattern.format(place=place, thing=thing, year=self.chance.randint(2021, 2026), **drawn, **others)
        return text[0].upper() + text[1:]


def slug_of(text: str) -> str:
    """Lower case, without accents, words joined by hyphens."""
    letters = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    plain = (one if one.isascii() and one.isalnum() else " " for one in letters if not unicodedata.combining(one))
    return "-".join("".join(plain).split())


def house_of(site: str) -> House:
    """How this site's editors work: drawn, the same for a name."""
    draw = random.Random("house of " + site).choice
    return House(
        draw(("bold", "bold", "none")), draw(("figure", "centred", "table")), draw(("right", "italic", "none")),
        draw(("Theo {}", "Nguồn: {}")), draw(("Xem chi tiết tại đây", "Tải về")), draw(("##", "###", "**")),
        draw((True, True, False)),
    )  # fmt: skip


def stories(
    site: str,
    articles: int,
    notices: int,
    house: House,
    first: datetime | None = None,
    minutes: tuple[int, int] = (0, 0),
) -> list[Story]:
    """What the site published, newest first; with `first` from then on, oldest first, so many `minutes` apart."""
    pen, moment, made = _Pen(site), first or _NEWEST, dict[str, Story]()
    desk = [pen.name() for _ in range(5)]
    kinds = ["article"] * articles + ["notice"] * notices
    pen.chance.shuffle(kinds)
    while kinds:
        thing, place = pen.one("things"), pen.one("places")
        headline = pen.fill(pen.one("notices" if kinds[-1] == "notice" else "headlines"), thing, place)
        slug = slug_of(headline)
        if slug in made:
            continue
        if first is not None:
            moment += timedelta(minutes=pen.chance.randint(*minutes))
        else:
            earlier = moment - timedelta(hours=pen.chance.randint(9, 130))
            moment = earlier.replace(hour=pen.chance.randint(7, 21), minute=pen.chance.randint(0, 59))
        tags = (place.lower(), thing, *pen.chance.sample(WORDS["things"], 2))[: pen.chance.randint(1, 4)]
        author, number = pen.chance.choice(desk), pen.chance.randint(100, 999)
        story = Story(kinds.pop(), slug, headline, moment, pen.one("sections"), tuple(dict.fromkeys(tags)), author)
        if story.kind == "article":
            before = list(islice(reversed(made.values()), 60)) if first is not None else list(made.values())
            made[slug] = _written(pen, story, before, house, thing, place)
        else:
            made[slug] = replace(story, attachment=f"/files/{moment:%Y}/{number}-{slug_of(place)}.pdf")
    return list(made.values())


def _written(pen: _Pen, story: Story, before: list[Story], house: House, thing: str, place: str) -> Story:
    """The story with 4 to 14 paragraphs and what stands between them."""
    chance, blocks = pen.chance, list[Block]()

    def fill(pattern: str) -> str:
        return pen.fill(pattern, thing, place)

    pool = chance.sample(WORDS["sentences"] * 2, k=2 * len(WORDS["sentences"]))
    for number in range(chance.randint(4, 14)):
        if number > 1 and chance.random() < 0.18:
            blocks.append(Block("h", fill(pen.one("heads"))))
        blocks.append(Block("p", " ".join(fill(pool.pop()) for _ in range(chance.choice((1, 2, 2, 3))))))
    extras = []
    if chance.random() < 0.25:
        extras.append(Block("list", rows=tuple((fill(item),) for item in chance.sample(WORDS["items"], 3))))
    if chance.random() < 0.2:
        extras.append(Block("quote", fill("Có {thing}, {n} hộ ở {place} không còn phải lo mỗi khi mùa mưa đến nữa.")))
    if chance.random() < 0.12:
        cells = [(one, str(chance.randint(20, 99)), str(chance.randint(100, 999))) for one in WORDS["places"][:3]]
        extras.append(Block("table", rows=(("Xã", "Số hộ", "Kinh phí (triệu đồng)"), *cells)))
    if house.related and len(before) > 3 and chance.random() < 0.25:
        extras.append(Block("related", rows=tuple((one.headline, one.slug) for one in chance.sample(before, 2))))
    for nth in range(chance.choice((0, 1, 1, 1, 2, 3))):
        caption = fill(pen.one("captions")) if chance.random() < 0.8 else ""
        extras.append(Block("picture", caption, url=f"/anh/{story.published:%Y/%m}/{story.slug[:24]}-{nth}.jpg"))
    for extra in extras:
        after = [at for at in range(1, len(blocks) + 1) if blocks[at - 1].kind == "p"]
        blocks.insert(chance.choice(after), extra)
    return replace(
        story,
        lead=fill(pen.one("leads")) if house.lead == "bold" and chance.random() < 0.8 else "",
        blocks=tuple(blocks),
        credit=pen.one("credits") if chance.random() < 0.15 else "",
        attachment=f"/files/{story.published:%Y}/{slug_of(thing)}.pdf" if chance.random() < 0.1 else "",
    )


def markdown(story: Story, house: House, link: str) -> str:
    """The text as the editors set it: Markdown with HTML in it. `link` is a pattern of addresses, `{}` the slug."""
    parts = [f"**{story.lead}**"] if story.lead else []
    parts += [_set(block, house, link) for block in story.blocks]
    if story.attachment:
        parts.append(f"[{house.attachment}]({story.attachment})")
    if story.credit:
        parts.append(f"<p><em>{house.credit.format(story.credit)}</em></p>")
    if house.signature != "none" and story.kind == "article":
        tag = "strong" if house.signature == "right" else "em"
        parts.append(f'<p style="text-align: right;"><{tag}>{story.author}</{tag}></p>')
    return "\n\n".join(parts) + "\n"


def _set(block: Block, house: House, link: str) -> str:
    if block.kind == "h":
        return f"**{block.text}**" if house.heading == "**" else f"{house.heading} {block.text}"
    if block.kind == "list":
        return "\n".join(f"- {row[0]}" for row in block.rows)
    if block.kind == "table":
        rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in block.rows)
        return f"<table><tbody>{rows}</tbody></table>"
    if block.kind == "related":
        links = "".join(f'<li><a href="{link.format(slug)}">{headline}</a></li>' for headline, slug in block.rows)
        return f'<div class="tin-lien-quan"><p><strong>Tin liên quan:</strong></p><ul>{links}</ul></div>'
    if block.kind == "picture":
        return _pictured(f'<img src="{block.url}" alt="" />', block.text, house.caption)
    return ("> " if block.kind == "quote" else "") + block.text


def _pictured(picture: str, caption: str, way: str) -> str:
    centred = '<p style="text-align: center;">{}</p>'
    if not caption:
        return centred.format(picture)
    if way == "figure":
        return f"<figure>{picture}<figcaption>{caption}</figcaption></figure>"
    if way == "table":
        return f"<table><tbody><tr><td>{picture}</td></tr><tr><td><em>{caption}</em></td></tr></tbody></table>"
    return centred.format(picture) + "\n\n" + centred.format(f"<em>{caption}</em>")


def paragraphs(story: Story) -> list[str]:
    """Text, subheadings, items and quotes; neither lead, captions and cells nor boxes, credit and signature."""
    kinds = ("p", "h", "quote", "list")
    return [text for one in story.blocks if one.kind in kinds for text in ([row[0] for row in one.rows] or [one.text])]
