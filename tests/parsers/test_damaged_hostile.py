"""Pages made to hurt: each is read right, or kept with a reason, within 300 MB (time: `python -m bench.hostile`)."""

from __future__ import annotations

import json
import resource
import unicodedata
from collections.abc import Callable

import pytest
from bounds import within
from parsing import CAPTURED, URL

from archive.errors import Unreadable
from archive.model import Article
from archive.parsers import read_page

HEADLINE = "Ban Thường vụ Huyện ủy Lâm Khê cho ý kiến về quy hoạch cán bộ"
TEXT = "Sáng 5/3, Đảng ủy xã Bản Lầu tổ chức hội nghị sơ kết công tác quý I, triển khai nhiệm vụ quý II năm 2024."
BODY = tuple(f"{TEXT} Lần {n}." for n in range(8))
P = "".join(f"<p>{text}</p>" for text in BODY)


def page(text: str, head: str = "") -> str:
    meta = f"<html><head><title>{HEADLINE}</title>{head}</head><body><h1>{HEADLINE}</h1>"
    return f"{meta}<p>05/03/2024 08:00</p>{text}</body></html>"


def data(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return f'<script type="application/ld+json">{text}</script>'


def script(text: str) -> str:
    return page(P + f"<script>{text}</script>")


def links(count: int) -> str:
    return "".join(f'<a href="/tin-{n}.html">Tin số {n} của xã</a>' for n in range(count))


READ: dict[str, Callable[[], str | bytes]] = {
    "240 levels of a tag nobody knows": lambda: page("<x-a>" * 240 + P),
    "ruby, fieldset and details 70 deep": lambda: page("<ruby><fieldset><details>" * 70 + P),
    "60 tables in each other": lambda: page("<table><tr><td>" * 60 + P + "</td></tr></table>" * 60),
    "a million entities": lambda: page(P + "<div>" + "&lt;" * 1_000_000 + "</div>"),
    "entities that name entities": lambda: (
        '<!DOCTYPE html [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
        + page(P + "<p>&c;</p>")
    ),
    "references to what is no character": lambda: page(P + "<p>&#xD800;&#x110000;&#0;&#xFFFE; het</p>"),
    "a million attributes in a thousand tags": lambda: page(
        P + ("<i " + " ".join(f"a{n}=1" for n in range(1000)) + "></i>") * 1000
    ),
    "a class of 500,000 names": lambda: page(f'<div class="{"c " * 500_000}">{P}</div>'),
    "an og:title of 1 MB": lambda: page(P, f'<meta property="og:title" content="{"Hội nghị " * 100_000}">'),
    "keywords of 1 MB": lambda: page(P, f'<meta name="keywords" content="{"hoi nghi " * 110_000}">'),
    "an address of 1 MB": lambda: page(P + f'<a href="/{"x" * 1_000_000}">Tin khác của xã</a>'),
    "a text of 4 MB without a space": lambda: page(P + "<div>" + "ă" * 2_000_000 + "</div>"),
    "3 MB of dashes": lambda: page(P + "<div>" + "- " * 1_500_000 + "</div>"),
    "3 MB of figures and slashes": lambda: page(P + "<div>" + "1/" * 1_500_000 + "</div>"),
    "60,000 links in one line": lambda: page(P + links(60_000)),
    "15,000 related boxes": lambda: page(P + ("<p>Tin liên quan</p><ul><li>" + links(1) + "</li></ul>") * 15_000),
    "20,000 pictures with captions": lambda: page(
        P + "<p><img src=/a.jpg></p><p align=center><i>Ảnh hội nghị</i></p>" * 20_000
    ),
    "a script of 500,000 braces": lambda: script("a=" + "{" * 500_000),
    "a script of 100,000 objects": lambda: script("a={b:1};" * 100_000),
    "a string to parse that never ends": lambda: script('JSON.parse("' + "a" * 3_000_000),
    "JSON-LD of 5 MB": lambda: page(data({"@type": "NewsArticle", "articleBody": "x y " * 1_250_000}) + P),
    "JSON-LD nested 5,000 deep": lambda: page(data('{"@graph":[' * 5000 + "{}" + "]}" * 5000) + P),
    "JSON-LD with half a surrogate pair": lambda: page(
        data('{"@type":"NewsArticle","author":{"name":"\\udc00"},"articleSection":"\\ud83d","description":"\\ud800"}')
        + P
    ),
    "JSON-LD whose texts are objects": lambda: page(
        data(
            {
                "@type": "NewsArticle",
                "headline": [{"a": 1}],
                "datePublished": {"b": 2},
                "author": [[["c"]]],
                "keywords": 7,
            }
        )
        + P
    ),
    "two character sets declared": lambda: page(
        P, '<meta charset="iso-8859-1"><meta http-equiv="Content-Type" content="text/html; charset=windows-1258">'
    ),
    "UTF-16 with a mark": lambda: page(P).encode("utf-16"),
    "UTF-16 without a mark": lambda: page(P).encode("utf-16-le"),
    "UTF-16 the other way round": lambda: b"\xfe\xff" + page(P).encode("utf-16-be"),
    "UTF-8 of surrogate pairs": lambda: page(P + "<p>\ud83d\ude00 het</p>").encode("utf-8", "surrogatepass"),
    "overlong UTF-8": lambda: page(P).encode() + b"<p>\xc0\xbcscript\xc0\xbe \xe0\x80\xaf</p>",
    "marks of direction": lambda: page(P.replace("Sáng", "\u200fSáng\u200e").replace("Lần", "\u2067Lần\u2069")),
    "letters that only look Vietnamese": lambda: page(P.replace("Đảng", "Ðảng").replace("công", "сông")),
    "dates that are none": lambda: page(
        P,
        "".join(
            f'<meta property="article:published_time" content="{at}">' for at in ("0000-00-00", "9999-99-99T99:99")
        ),
    ),
    "a base of another host": lambda: page(P, '<base href="https://khac.example/a/">'),
    "a canonical address of another site": lambda: page(
        P, '<link rel="canonical" href="https://khac.example/bai-9.html">'
    ),
    "addresses that are none": lambda: page(
        P + '<a href="http://[::1">Tin khác của xã</a><a href="//">Tin khác nữa</a><img src="http://[x]/a.jpg">',
        '<base href="http://["><link rel="canonical" href="http://[">',
    ),
}

REFUSED: dict[str, tuple[Callable[[], str | bytes], str]] = {
    "100,000 tags never closed": (lambda: page(P + "<b>" * 100_000), "too_deep"),
    "5,000 frames of comments never closed": (lambda: page(P + "<div><p>Ý kiến</p>" * 5000), "too_deep"),
    "200,000 steps of a trail": (
        lambda: page("<ul class=breadcrumb>" + "<li><a href=/x>Xã</a></li>" * 50_000 + P),
        "too_large",
    ),
    "60,000 attributes, a quotation mark open": (
        lambda: page(P + '<div a="' + " ".join(f"b{n}=1" for n in range(60_000)) + "></div>"),
        "attribute_bomb",
    ),
}


def _bytes(made: str | bytes) -> bytes:
    return made.encode() if isinstance(made, str) else made


def _content_type(name: str) -> str:
    return "text/html" if name.startswith(("UTF-16", "two")) else "text/html; charset=utf-8"


def _read(name: str) -> Article:
    article = read_page(URL, _bytes(READ[name]()), _content_type(name), 200, CAPTURED).article
    assert article is not None
    return article


def _refused(body: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        read_page(URL, body, "text/html; charset=utf-8", 200, CAPTURED)
    return caught.value.reason


def test_what_takes_too_much_is_noticed() -> None:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10  # growth counts from it where no kernel forgets it
    with pytest.raises(AssertionError, match=r"^\d+ MB$"):
        within(lambda: b"x" * (most + (100 << 20)), megabytes=60)


@pytest.mark.parametrize("name", READ)
def test_what_is_made_to_hurt_is_read_right(name: str) -> None:
    body = _bytes(READ[name]())
    article = within(lambda: read_page(URL, body, _content_type(name), 200, CAPTURED).article)
    assert article is not None
    assert article.headline.value == HEADLINE
    start = article.body.index(BODY[0])
    assert start <= 1
    assert article.body[start : start + 8] == BODY
    assert article.published is not None
    assert article.published.value == "2024-03-05T08:00+07:00"


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_named(name: str) -> None:
    make, reason = REFUSED[name]
    body = _bytes(make())
    assert within(lambda: _refused(body)) == reason


def test_a_page_of_scripts_alone_has_no_article() -> None:
    body = f"<html><head><title>{HEADLINE}</title></head><body><script>{'var a=1;' * 300_000}</script></body></html>"
    assert read_page(URL, body.encode(), "text/html", 200, CAPTURED).article is None


def test_links_follow_the_base_and_the_article_stays_on_its_own_site() -> None:
    assert _read("a base of another host").canonical == URL
    assert _read("a canonical address of another site").canonical == URL


def test_texts_are_normal_whatever_stood_in_them() -> None:
    for name in ("marks of direction", "references to what is no character", "JSON-LD with half a surrogate pair"):
        article = _read(name)
        for text in (article.headline.value, *article.body):
            assert unicodedata.is_normalized("NFC", text)
            assert text.isprintable()
            text.encode("utf-8")
