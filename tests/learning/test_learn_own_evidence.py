"""What is learnt never costs what the page's own evidence has, and the site's pages tell what no page tells alone."""

from __future__ import annotations

from dataclasses import replace

from strange_site import CAPTURED, HOST, Piece, html, pages, pieces, read, seen, told, truth

from archive.parsers.site.learning import Learned, SiteEvidence, TrainingPage, learn
from archive.sources.model import Layout

GENERIC = Layout("generic")


def _with(of: list[Piece], marked: str, *, before: str) -> list[TrainingPage]:
    """The pages, with `marked` (its number in the place of {}) in front of what `before` begins."""
    found = []
    for at, page in enumerate(pages(of)):
        head, sign, tail = page.body.partition(before.encode())
        found.append(replace(page, body=head + marked.format(at + 10).encode() + sign + tail))
    return found


def _learnt(of: list[Piece], held: list[TrainingPage]) -> Learned:
    return learn(held[:12], told(of[:12]))


def test_a_line_that_all_pages_have_but_for_its_figures_is_no_text() -> None:
    of = pieces(16)
    held = _with(of, "<p>Bản in số {}, tòa soạn đọc lại lần 2 trước khi phát cho bà con trong bản.</p>", before="<p>")
    learned = _learnt(of, held)
    for page, piece in zip(held[12:], of[12:], strict=True):
        assert seen(read(page, learned.layout)) == truth(piece)


def test_boxes_of_links_that_the_reader_reads_as_such_stay_the_articles() -> None:
    of = pieces(16)
    links = "".join(f'<li><a href="{one.url}">{one.headline}</a></li>' for one in pieces(3, first=40))
    held = _with(of, f'<div class="tlq"><b>Tin liên quan</b><ul>{links}</ul></div><!--{{}}-->', before="<p>Bạn đọc")
    learned = _learnt(of, held)
    for page in held[12:]:
        alone, with_layout = read(page, GENERIC), read(page, learned.layout)
        assert alone is not None
        assert with_layout is not None
        boxed = {one.url for one in alone.teasers} & {one.url for one in pieces(3, first=40)}
        assert boxed
        assert boxed <= {one.url for one in with_layout.teasers}


def test_a_page_that_the_layout_does_not_fit_is_read_as_without_it() -> None:
    of = pieces(12)
    layout = learn(pages(of), told(of)).layout
    other = replace(layout, select=replace(layout.select, body=("div.lkjz",)), lines=(of[0].paragraphs[0],))
    page = TrainingPage(f"{HOST}/xem.php?ma=1", html(of[0], of[1:4], renamed=True), "text/html", pages(of)[0].captured)
    assert seen(read(page, other)) == seen(read(page, GENERIC))


def _drupal(piece: Piece) -> TrainingPage:
    """A page as Drupal 7 prints it, whose one term of a vocabulary is its section: Drupal calls the field "tags"."""
    term = f'<a href="/chuyen-muc/{piece.section}">{piece.section}</a>'
    text = "".join(f"<p>{one}</p>" for one in piece.paragraphs)
    written = "/".join(reversed(piece.published.split("-")))
    body = f"""<html><head><meta name="Generator" content="Drupal 7 (http://drupal.org)"><title>{piece.headline}</title>
    </head><body><h1 class="title" id="page-title">{piece.headline}</h1><div class="node node-article">
    <div class="meta submitted">Ngày đăng: {written} - 08:15</div><div class="content">
    <div class="field field-name-field-tags"><div class="field-label">Chuyên mục:&nbsp;</div><div class="field-items">
    <div class="field-item even">{term}</div></div></div>
    <div class="field field-name-body"><div class="field-items"><div class="field-item even">{text}</div></div></div>
    </div></div><div id="footer"><p>Trang thông tin điện tử huyện Thượng Sơn</p></div></body></html>"""
    return TrainingPage(f"{HOST}/tin/{piece.url[-4:]}.html", body.encode(), "text/html", CAPTURED)


def test_a_section_that_is_the_only_tag_too_is_printed_by_the_site() -> None:
    of = pieces(16)
    held = [_drupal(one) for one in of]
    learned = learn(held[:12], SiteEvidence())
    assert "section" not in learned.layout.absent
    for page, piece in zip(held[12:], of[12:], strict=True):
        article = read(page, learned.layout)
        assert article is not None
        assert article.section is not None
        assert article.section.value == piece.section
