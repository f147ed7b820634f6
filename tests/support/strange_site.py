"""A site whose template nobody knows: names of classes that say nothing, labels that no rule has, no metadata."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from archive.model import Article, PageKind
from archive.parsers import read_page
from archive.parsers.site.learning import SiteEvidence, Told, TrainingPage
from archive.sources.model import Host, Layout, Source

HOST = "http://trangla.example"
LICENCE = "Bạn đọc muốn dùng lại bài này xin hỏi người viết trước đã nhé"
CAPTURED = datetime(2026, 11, 24, 3, tzinfo=UTC)
_SECTIONS = ("Đời sống", "Nông thôn", "Giáo dục", "Biên giới")
_AUTHORS = ("Nguyễn Hải Yến", "Lò Văn Páo", "Trần Thu", "Hoàng A Sử", "Đặng Minh Khôi")
_THINGS = (
    "cầu treo",
    "trường bán trú",
    "vườn quýt",
    "chợ phiên",
    "đường liên bản",
    "trạm y tế",
    "nhà văn hóa",
    "hồ chứa",
)
_PLACES = ("Nà Mo", "Bản Lầu", "Khâu Vai", "Phiêng Luông", "Cốc Pài", "Tả Gia", "Nậm Chảy", "Lũng Phìn", "Pa Ủ")
_DOINGS = (
    "được bà con góp công sửa lại sau mùa mưa",
    "bắt đầu mở cửa từ sáng sớm đầu tuần",
    "đón thêm ba mươi hộ về ở",
    "vượt kế hoạch cả năm hai tháng",
    "nhận được nguồn nước sạch từ khe núi",
    "có thêm hai lớp học kiên cố",
)


@dataclass(frozen=True, slots=True)
class Piece:
    """What is true of one article of the site."""

    url: str
    headline: str
    section: str
    author: str
    published: str  # the day
    paragraphs: tuple[str, ...]
    caption: str


def pieces(count: int, first: int = 0) -> list[Piece]:
    """So many articles, each with words of its own."""
    return [_piece(number) for number in range(first, first + count)]


def _piece(number: int) -> Piece:
    thing, place, doing = _THINGS[number % 8], _PLACES[number % 9], _DOINGS[number % 6]
    headline = f"{thing.capitalize()} ở {place} {doing} lần {number + 2}"
    paragraphs = tuple(
        f"Đoạn {number}.{at}: {_THINGS[(number + at) % 8]} ở {_PLACES[(number * 3 + at) % 9]} "
        f"{_DOINGS[(number + at) % 6]}, theo lời kể "
        f"của {10 * number + at} hộ trong bản; mọi người mong việc này sẽ còn được làm tiếp trong năm tới."
        for at in range(4)
    )
    day = datetime(2026, 1, 5, tzinfo=UTC) + timedelta(days=3 * number)
    return Piece(
        f"{HOST}/xem.php?ma={9000 + number}",
        headline,
        _SECTIONS[number % 3],
        _AUTHORS[number % 5],
        day.strftime("%Y-%m-%d"),
        paragraphs,
        f"Ảnh chụp {thing} vào một buổi chiều, nhìn từ phía {place}" if number % 2 else "",
    )


def html(piece: Piece, others: list[Piece], *, renamed: bool = False) -> bytes:
    """The page of an article; `renamed` as after the site has been built anew."""
    tail = "z" if renamed else ""
    menu = "".join(f'<li><a href="/muc/{quote(name)}">{name}</a></li>' for name in _SECTIONS)
    picture = (
        f'<p><img src="/anh/{piece.url[-4:]}.jpg"></p><p class="kvw{tail}">{piece.caption}</p>' if piece.caption else ""
    )
    text = [f"<p>{paragraph}</p>" for paragraph in piece.paragraphs]
    text.insert(2, picture)
    text.append(f"<p>{LICENCE}</p>")
    year, month, day = piece.published.split("-")
    links = "".join(f'<div><a href="{one.url}">{one.headline}</a></div>' for one in others[:3])
    return (
        f'<html><head><meta charset="utf-8"><title>Trang lạ</title></head><body><div class="mta{tail}">'
        '<a href="/">Trang lạ</a>'
        f'<span>Hôm nay: Thứ Ba, 24/11/2026</span><ul>{menu}</ul></div><div class="pqx{tail}">'
        f'<div class="hbd{tail}">{piece.headline}</div>'
        f'<div class="dkl{tail}"><i class="nrt{tail}">{piece.section}</i> • '
        f'<i class="fgh{tail}">{day}/{month}/{year}</i> • '
        f'<i class="bcv{tail}">Ghi chép của {piece.author}</i> • {len(piece.headline)} lượt đọc</div>'
        f'<div class="wsx{tail}">{"".join(text)}</div><div class="lkj{tail}">Xem tiếp {links}</div></div>'
        "<div>Cơ quan chủ quản: Hội những người yêu bản làng. Ghi rõ nguồn khi dùng lại thông tin ở trang này.</div>"
        "</body></html>"
    ).encode()


def listing(of: list[Piece]) -> TrainingPage:
    """A page of the same site that lists articles."""
    rows = "".join(
        f'<div class="row"><a href="{one.url}">{one.headline}</a><p>{one.paragraphs[0]}</p></div>' for one in of
    )
    body = f'<html><body><div class="mta"><a href="/">Trang lạ</a></div><div class="list">{rows}</div></body></html>'
    return TrainingPage(f"{HOST}/muc/moi", body.encode(), "text/html; charset=utf-8", CAPTURED)


def pages(of: list[Piece]) -> list[TrainingPage]:
    """The pages of these articles, as they were captured."""
    return [
        TrainingPage(one.url, html(one, of[at + 1 :] + of[:at]), "text/html; charset=utf-8", CAPTURED)
        for at, one in enumerate(of)
    ]


def told(of: list[Piece], **changed: str) -> SiteEvidence:
    """What the site's feed says of these articles."""
    return SiteEvidence(tuple(replace(Told(one.url, one.headline, one.published), **changed) for one in of))


def source(layout: Layout) -> Source:
    """The site's source with a layout."""
    return Source(
        "trang-la", "Trang lạ", "newspaper", "bac-kan", "unverified", f"{HOST}/", (Host("trangla.example"),), (layout,)
    )


def read(page: TrainingPage, layout: Layout, kind: PageKind = "page") -> Article | None:
    """The article on a page that was asked for as `kind`, read with a layout."""
    return read_page(page.url, page.body, page.content_type, 200, page.captured, source(layout), kind).article


def seen(article: Article | None) -> dict[str, object]:
    """What a reader sees of an article, in the words of `Piece`."""
    if article is None:
        return {}
    return {
        "headline": article.headline.value,
        "section": article.section.value if article.section else "",
        "author": article.byline.value if article.byline else "",
        "published": article.published.value if article.published else "",
        "paragraphs": article.body,
        "caption": " ".join(article.captions),
    }


def truth(piece: Piece) -> dict[str, object]:
    """What is true of an article, as `seen` says it."""
    return {name: value for name, value in asdict(piece).items() if name != "url"}
