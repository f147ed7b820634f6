"""What is learnt never costs what the page's own evidence has, and the site's pages tell what no page tells alone."""

from __future__ import annotations

from dataclasses import replace

from strange_site import HOST, Piece, html, pages, pieces, read, seen, told, truth

from archive.parsers.site.learning import Learned, TrainingPage, learn
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
