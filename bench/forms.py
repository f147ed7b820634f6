"""Made pages of provincial portals, each part in one of the forms that portals give it, drawn by a seed.

`python -m bench.forms [--of kinds] [--draw 7] [--pages 1000] [--show day]` reads each page alone and prints how many fields are
right, and for which forms a field fails at least twice as often as elsewhere: a fault shows as a form, not as a page.
A first look is the figure of a draw that nobody has run; mend causes on another one. `--show FIELD` prints pages.
`--of kinds` draws other pages: photo stories, interviews, plans, poems, briefs (`bench/kinds.py`); `--of notices`
a document in the place of a text (`bench/offered.py`).
"""

# ruff: noqa: E501 - markup is read as portals print it, on one line

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from archive.errors import Unreadable
from archive.model import Article
from archive.parsers import read_page
from bench import kinds, offered
from bench.provincial import slug_of

_CELLS: Final = (
    "STT ",
    "1 45",
    "1 Danh",
    "1 Thong",
    *("Số ký hiệu", "Ngày ban hành", "Người ký", "Trích yếu", "Tệp tin"),
)  # count neither way
_TOLD: Final = 4  # forms at most that are named for a field, and failures at least
_CAPTURED: Final = datetime(2025, 2, 3, 4, 5, 6, tzinfo=UTC)
_PLACES: Final = ("Bản Lầu", "Nà Phặc", "Tân Hòa", "Phú Mỡ", "Ea Súp", "Mường Cơi", "Hòa Bình Trung", "Đại Lãnh")
_EVENTS: Final = (
    "khởi công nhà văn hóa thôn", "tổng kết phong trào thi đua", "hỗ trợ giống cây trồng cho hộ nghèo",
    "ra quân làm đường giao thông nông thôn", "tập huấn kỹ thuật nuôi ong lấy mật", "gặp mặt người có uy tín",
)  # fmt: skip
_NAMES: Final = ("Lò Văn Sơn", "Nguyễn Thị Hạnh", "Hoàng Quốc Việt", "Trần Thu Thủy", "Nông Văn Páo", "Đỗ Minh Châu")
_TEXT: Final = (
    "Theo kế hoạch, công trình hoàn thành trước mùa mưa năm nay với tổng kinh phí hơn 2,3 tỷ đồng từ nguồn xã hội hóa.",
    "Bà con trong xã đã góp hơn 400 ngày công, hiến 1.200 m2 đất vườn để mở rộng mặt bằng.",
    "Phát biểu tại buổi lễ, đồng chí Chủ tịch UBND xã đề nghị đơn vị thi công bảo đảm tiến độ và an toàn lao động.",
    "Trước đó, Đảng ủy xã đã tổ chức nhiều buổi họp dân để lấy ý kiến về vị trí và quy mô.",
    "Đến nay 9/11 thôn của xã đã đạt chuẩn nông thôn mới, tỷ lệ hộ nghèo giảm còn 4,6%.",
    "Nhiều hộ gia đình cho biết họ mong công trình sớm đưa vào sử dụng để có nơi sinh hoạt chung.",
    "Trong thời gian tới, xã tiếp tục vận động các nguồn lực để hoàn thiện các tiêu chí còn lại.",
)
_ITEMS: Final = ("Hỗ trợ 50 tấn xi măng cho các thôn vùng cao", "Trồng mới 12 ha rừng phòng hộ đầu nguồn")
_SAID: Final = "Chúng tôi rất phấn khởi vì con đường mới giúp con em đi học thuận tiện hơn trước nhiều."
_SUBHEADING: Final = "Chung sức xây dựng nông thôn mới"
_TAGS: Final = ("nông thôn mới", "Bản Qua")
_OTHER: Final = '<a href="/tin/xa-na-lai-mo-lop-day-nghe-dot-{0}-{0}.html">Xã Nà Lại mở lớp dạy nghề đợt {0}</a>'
_IMAGE: Final = '<img src="/u/1.jpg">'

# Of each part of a page its forms: markup, with {} for what stands in it. "" is a page without that part.
FORMS: Final[dict[str, dict[str, str]]] = {
    "site": {
        "div": '<div id="top">{clock}<a href="/"><img src="/logo.png"></a></div><div id="menu">{menu}</div><div id="main">{page}</div><div id="right">{side}</div><div id="foot">{foot}</div>',
        "semantic": "<header>{clock}{menu}</header><main><article>{page}</article><aside>{side}</aside></main><footer>{foot}</footer>",
        "table": '<table width=1000><tr><td colspan=2><img src="/banner.jpg" width=1000>{clock}</td></tr><tr><td>{menu}</td><td>{page}</td></tr><tr><td colspan=2>{foot}</td></tr></table>',
        "bare": "{clock}{menu}{page}{side}{foot}",
    },
    "title": {
        "headline": "{}",
        "with the site": "{} - Cổng thông tin điện tử huyện Bản Qua",
        "site": "Cổng thông tin điện tử huyện Bản Qua",
    },
    "address": {"slug": "kinh-te/{slug}-{number}.html", "number": "Default.aspx?tabid=87&ItemID={number}"},
    "head": {
        "none": "",
        "open graph": '<meta property="og:title" content="{headline}"><meta property="og:type" content="article">',
        "json-ld": '<script type="application/ld+json">{{"@type":"NewsArticle","headline":"{headline}","datePublished":"2019-06-03"}}</script>',
        "edited": '<meta property="article:modified_time" content="2020-07-05T08:30:00+07:00">',
    },
    "clock": {
        "none": "",
        "weekday": "<div>Thứ Hai, 03/02/2025</div>",
        "today": "<div>Hôm nay: 03/02/2025 11:05:20</div>",
        "english": "<span>Monday, February 3, 2025</span>",
    },
    "foot": {
        "office": "<p>Cơ quan chủ quản: UBND huyện Bản Qua. Giấy phép số 12/GP-STTTT ngày 3/4/2015.</p><p>Điện thoại: 0240.123.456</p>",
        "rights": "<p>© 2010 - 2025 Cổng Bản Qua</p>",
        "built": "<p>Cập nhật lần cuối: 01/02/2025</p>",
    },
    "trail": {
        "none": "",
        "list": '<ul><li><a href="/">Trang chủ</a></li><li><a href="/kinh-te">Kinh tế</a></li></ul>',
        "line": '<div><a href="/">Trang chủ</a> » <a href="/kinh-te">Kinh tế</a></div>',
        "heading": '<h2><a href="/kinh-te">Kinh tế</a></h2>',
        "span": '<div><span><a href="/kinh-te">Kinh tế</a></span></div>',
    },
    "headline": {
        "h1": "<h1>{}</h1>",
        "h2": "<h2>{}</h2>",
        "h3": "<h3>{}</h3>",
        "title": '<div class="title">{}</div>',
        "bold": "<p><b>{}</b></p>",
        "large": '<span style="font-size:20px;font-weight:bold">{}</span>',
    },
    "date": {
        one: f"<div>{one}</div>"
        for one in (
            "03/06/2019",
            "03/06/2019 08:30",
            "Thứ Hai, 03/06/2019 | 08:30",
            "Ngày đăng: 03/06/2019 - Lượt xem: 1.234",
            "Cập nhật: 03-06-2019 08:30:15 AM",
            "(03/06/2019)",
            "03/06/2019 08:30 GMT+7",
            "Đăng lúc: 08:30 03/06/2019",
            "Ngày 3 tháng 6 năm 2019",
            "08:30 | 03/06/2019",
            "Thứ hai, ngày 3/6/2019",
            "3/6/2019 8:30:00 SA",
            "03.06.2019",
            "08h30, ngày 03/06/2019",
            "03 Thg 6, 2019",
            "2019-06-03 08:30:00",
            "Jun 3, 2019",
            "Đã xem: 567 - Ngày 03/06/2019 08:30",
        )
    }
    | {"time": '<time datetime="2019-06-03T08:30:00+07:00">03/06/2019</time>'},
    "dated": {
        "below": "{headline}{date}{tools}{lead}{text}",
        "above": "{date}{headline}{tools}{lead}{text}",
        "behind the lead": "{headline}{tools}{lead}{date}{text}",
        "footer": "<header>{headline}</header>{tools}{lead}{text}<footer>{date}</footer>",
    },
    "tools": {
        "none": "",
        "print": '<div><a href="javascript:window.print()">In trang</a> | <a href="mailto:?subject=x">Gửi email</a></div>',
        "share": '<div>Chia sẻ: <a href="https://www.facebook.com/sharer?u=x">Facebook</a> <a href="https://zalo.me/share">Zalo</a></div>',
        "letters": '<div>Cỡ chữ: <a href="#">A-</a> <a href="#">A</a> <a href="#">A+</a></div>',
        "player": '<div>Nghe đọc bài</div><audio src="/a.mp3"></audio>',
    },
    "lead": {
        "none": "",
        "bold": "<p><strong>{}</strong></p>",
        "sapo": '<div class="sapo">{}</div>',
        "italic": "<p><em>{}</em></p>",
        "bold div": "<div><b>{}</b></div>",
        "description": '<p class="description">{}</p>',
    },
    "paragraph": {"p": "<p>{}</p>", "div": "<div>{}</div>", "br": "{}<br><br>"},
    "picture": {
        "none": "",
        "figure": f"<figure>{_IMAGE}<figcaption>{{}}</figcaption></figure>",
        "table": f'<table align="center"><tr><td>{_IMAGE}</td></tr><tr><td>{{}}</td></tr></table>',
        "centred italics": f'<p style="text-align:center">{_IMAGE}</p><p style="text-align:center"><em>{{}}</em></p>',
        "one block": f'<p style="text-align:center">{_IMAGE}<br><em>{{}}</em></p>',
        "centred": f'<p align="center">{_IMAGE}</p><p align="center">{{}}</p>',
    },
    "subheading": {
        "none": "",
        "h2": "<h2>{}</h2>",
        "h3": "<h3>{}</h3>",
        "bold": "<p><strong>{}</strong></p>",
        "h4": "<h4><em>{}</em></h4>",
    },
    "list": {
        "none": "",
        "ul": "<ul><li>{}</li><li>{}</li></ul>",
        "ol": "<ol><li><p>{}</p></li><li><p>{}</p></li></ol>",
        "dashes": "<p>- {}</p><p>- {}</p>",
    },
    "quotation": {
        "none": "",
        "blockquote": "<blockquote><p>{}</p></blockquote>",
        "italics": "<p><em>{}</em></p>",
        "box": '<div style="border:1px solid"><p>{}</p></div>',
    },
    "amid": {
        "none": "",
        "advertisement": '<div class="ads"><script>x()</script></div>',
        "see also": f"<div><strong>Xem thêm:</strong> {_OTHER.format(7)}</div>",
        "arrows": f"<p>&gt;&gt; {_OTHER.format(7)}</p>",
        "video": '<p><iframe src="https://www.youtube.com/embed/abc"></iframe></p>',
        "blank": "<p>&nbsp;</p>",
    },
    "byline": {
        "none": "",
        "right": '<p style="text-align:right"><strong>{}</strong></p>',
        "div": '<div align="right"><b>{}</b></div>',
        "with pictures": '<p style="text-align: right;"><em>Bài, ảnh: {}</em></p>',
        "label": "<p>Tác giả: {}</p>",
        "plain": "<p>{}</p>",
        "bold": "<p><b>{}</b></p>",
        "poster": "<p>Người đăng: {}</p>",
    },
    "credit": {
        "none": "",
        "right": '<p style="text-align:right"><em>Nguồn: {}</em></p>',
        "link": '<p>Nguồn: <a href="http://baobanqua.example/">{}</a></p>',
    },
    "tags": {
        "none": "",
        "line": '<p>Từ khóa: <a href="/tag/a">{}</a>, <a href="/tag/b">{}</a></p>',
        "list": '<div class="tags"><ul><li><a href="/tags/a">{}</a></li><li><a href="/tags/b">{}</a></li></ul></div>',
        "rel": '<div>Tags: <a rel="tag" href="/t/a">{}</a> <a rel="tag" href="/t/b">{}</a></div>',
    },
    "end": {
        "none": "",
        "comments": '<div><h3>Bình luận</h3><form><textarea></textarea><input type="submit" value="Gửi"></form><div><b>Nguyễn A</b> <span>04/06/2019</span><p>Bài viết rất hay và ý nghĩa đối với bà con vùng cao chúng tôi.</p></div></div>',
        "views": "<div>Lượt xem: 1.234</div>",
        "back": '<div><a href="javascript:history.back()">Quay lại</a> | <a href="#">Lên đầu trang</a></div>',
        "rating": "<div>Đánh giá bài viết: <span>★★★★★</span> 0/5 (0 đánh giá)</div>",
    },
    "related": {"none": ""}
    | {
        label: f"{head}<ul><li>{_OTHER.format(1)} (01/05/2019)</li><li>{_OTHER.format(2)} (02/05/2019)</li></ul>"
        for label, head in (
            ("label", "<b>Tin liên quan</b>"),
            ("heading", "<h3>Các tin khác</h3>"),
            ("strong", "<p><strong>Tin cùng chuyên mục</strong></p>"),
            ("unnamed", ""),
        )
    }
    | {
        "cards": f'<div>Tin khác</div><div>{_OTHER.format(3)}<time datetime="2025-02-01">01/02/2025</time></div><div>{_OTHER.format(4)}<time datetime="2025-01-31">31/01/2025</time></div>'
    },
}
_MENU: Final = (
    "<ul>"
    + "".join(
        f'<li><a href="/{slug_of(one)}">{one}</a></li>'
        for one in ("Trang chủ", "Giới thiệu", "Kinh tế", "Văn hóa", "Thủ tục hành chính", "Liên hệ")
    )
    + "</ul>"
)
_SIDE: Final = f"<div><h3>Tin mới</h3><ul><li>{_OTHER.format(8)}</li><li>{_OTHER.format(9)}</li></ul></div><div>Lượt truy cập: 123.456</div>"


def drawn(chance: random.Random) -> tuple[dict[str, str], str, str, dict[str, Any]]:
    """The form of each part of a page, the page's address and markup, and what is to be read on it."""
    form = {part: chance.choice(list(forms)) for part, forms in FORMS.items()}
    place, event, name, number = (
        chance.choice(_PLACES),
        chance.choice(_EVENTS),
        chance.choice(_NAMES),
        chance.randint(100, 9999),
    )
    headline = f"Xã {place} {event}" + chance.choice(("", " năm 2019"))
    lead = f"Sáng 3/6, tại trung tâm xã {place}, UBND xã phối hợp với các đoàn thể {event} với sự tham gia của đông đảo nhân dân."
    caption = f"Quang cảnh buổi lễ tại xã {place}. Ảnh: {name}"
    said = {
        "headline": (headline,), "lead": (lead,), "picture": (caption,), "subheading": (_SUBHEADING,), "list": _ITEMS, "quotation": (_SAID,),
        "byline": (name,), "credit": ("Báo Bản Qua",), "tags": _TAGS, "title": (headline,),
    }  # fmt: skip
    made = {
        part: FORMS[part][form[part]].format(*said[part]) if part in said else FORMS[part][form[part]] for part in FORMS
    }
    paragraphs = chance.sample(_TEXT, chance.choice((3, 5, 7)))
    first, *rest = (FORMS["paragraph"][form["paragraph"]].format(one) for one in paragraphs)
    parts = [
        first,
        made["subheading"],
        *rest[:1],
        made["list"],
        made["picture"],
        *rest[1:2],
        made["quotation"],
        *rest[2:3],
        made["amid"],
        *rest[3:],
        made["byline"],
        made["credit"],
    ]
    text = f"<div>{''.join(parts)}</div>"
    page = made["trail"] + made["dated"].format(
        **{one: made[one] for one in ("headline", "date", "tools", "lead")}, text=text
    )
    page += made["tags"] + made["end"] + made["related"]
    body = made["site"].format(clock=made["clock"], menu=_MENU, page=page, side=_SIDE, foot=made["foot"])
    markup = f"<html><head><meta charset=utf-8><title>{made['title']}</title>{made['head'].format(headline=headline)}</head><body>{body}</body></html>"
    url = f"http://banqua.example/{made['address'].format(slug=slug_of(headline), number=number)}"
    has = {part: form[part] != "none" for part in form}
    told = [
        paragraphs[0],
        *[_SUBHEADING] * has["subheading"],
        *paragraphs[1:2],
        *_ITEMS * has["list"],
        *paragraphs[2:3],
        *[_SAID] * has["quotation"],
        *paragraphs[3:],
    ]
    truth = {
        "headline": headline, "day": "2019-06-03", "lead": lead if has["lead"] else None, "text": told, "captions": [caption] * has["picture"],
        "byline": name if has["byline"] else None, "credit": "Báo Bản Qua" if has["credit"] else None, "tags": list(_TAGS) * has["tags"],
    }  # fmt: skip
    return form, url, markup, truth


def read(url: str, markup: str) -> dict[str, Any]:
    """What is read on a page; an empty dict where it is no article."""
    try:
        article = read_page(url, markup.encode(), "text/html; charset=utf-8", 200, _CAPTURED).article
    except Unreadable:
        return {}
    return _fields(article) if article is not None else {}


def _fields(article: Article) -> dict[str, Any]:
    lead, byline, credit = (
        one.value if one is not None else None for one in (article.lead, article.byline, article.source_credit)
    )
    return {
        "headline": article.headline.value, "day": article.published.value[:10] if article.published is not None else None, "lead": lead,
        "text": [one.removeprefix("- ") for one in article.body if not one.startswith(_CELLS)], "captions": list(article.captions), "byline": byline, "credit": credit, "tags": list(article.tags), "files": len(article.attachments),
    }  # fmt: skip


_DRAWN: Final = {"parts": drawn, "kinds": kinds.drawn, "notices": offered.drawn}


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(description="made pages, each part in one of its forms")
    parser.add_argument("--of", choices=tuple(_DRAWN), default="parts", help="which pages are made")
    parser.add_argument("--draw", type=int, default=1, help="the seed")
    parser.add_argument("--pages", type=int, default=600)
    parser.add_argument(
        "--show", default="", metavar="FIELD", help='prints the first pages on which this field, or "all", is wrong'
    )
    options = parser.parse_args(arguments)
    chance, shown = random.Random(options.draw), 0
    met: dict[tuple[str, str], int] = defaultdict(int)
    wrong: dict[tuple[str, str, str], int] = defaultdict(int)
    failed: dict[str, int] = defaultdict(int)
    for _ in range(options.pages):
        form, url, markup, truth = _DRAWN[options.of](chance)
        found = read(url, markup)
        misread = [name for name, value in truth.items() if found.get(name) != value] if found else ["refused"]
        for name in [*misread, *["whole"] * bool(misread)]:
            failed[name] += 1
            for part in form.items():
                wrong[name, *part] += 1
        for part in form.items():
            met[part] += 1
        if options.show in misread or (options.show == "all" and misread):
            shown += 1
            if shown <= 3:
                print(
                    form,
                    url,
                    markup,
                    *(f"{name}: {found.get(name)!r} instead of {truth.get(name)!r}" for name in misread),
                    sep="\n",
                    end="\n\n",
                )
    for name in ("whole", "refused", *truth):
        often = [
            (count / met[part, one], f"{part} {one}: {count} of {met[part, one]}")
            for (of, part, one), count in wrong.items()
            if of == name and count >= _TOLD and count > 2 * failed[name] * met[part, one] / options.pages
        ]
        told = "; ".join(text for _, text in sorted(often, reverse=True)[:_TOLD])
        print(f"{name:<10}{1 - failed[name] / options.pages:.3f}  {told}".rstrip())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
