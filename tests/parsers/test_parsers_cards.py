"""A card of another article amid a text is taken out whole, and a caption told once is not told twice."""

from __future__ import annotations

from parsing import body_of
from village_road import HEADLINE, PARAGRAPHS, TEXT, article_of, wordpress

OTHER = "Nhiều tuyến đường nông thôn được lắp đèn năng lượng mặt trời"
CUT = "Đèn giúp người dân đi lại ban đêm thuận tiện, an toàn hơn."


def _card(text: str) -> str:
    picture = '<a href="/den-duong-9.html"><img src="/thumb/9.jpg" width="300" height="200"></a>'
    return f'<div>{picture}<div><a href="/den-duong-9.html">{OTHER}</a>{text}</div></div>'


def _paragraphs(*others: str) -> str:
    first, *rest = (f"<p>{text}</p>" for text in TEXT)
    return "".join([first, *others, *rest])


def test_the_cut_text_of_a_card_goes_with_its_headline() -> None:
    body = body_of(_paragraphs(_card(f"<p>{CUT}</p>")))
    assert body.paragraphs == TEXT
    assert [teaser.headline for teaser in body.teasers] == [OTHER]
    assert body.images == ()


def test_what_follows_a_card_is_the_text_again() -> None:
    body = body_of(_paragraphs(_card(""), f"<p>{CUT}</p>"))
    assert body.paragraphs == (TEXT[0], CUT, *TEXT[1:])


def test_a_link_around_the_blocks_of_a_card_is_a_link_of_each() -> None:
    card = '<a href="/den-{0}.html"><div>AN SINH</div><h3>{1} {0}</h3><div>{2}</div></a>'
    cards = "".join(card.format(at, OTHER, CUT) for at in (8, 9))
    body = body_of(_paragraphs(f"<h2>Đọc nhiều trong tuần</h2>{cards}"))
    assert body.paragraphs == TEXT
    assert {teaser.url for teaser in body.teasers} == {f"http://bao.example/den-{at}.html" for at in (8, 9)}


def test_a_heading_above_one_pointer_is_the_texts() -> None:
    body = body_of(_paragraphs("<h2>Kết quả bước đầu</h2>", f'<p><a href="/den-9.html">{OTHER}</a></p>'))
    assert body.paragraphs == (TEXT[0], "Kết quả bước đầu", *TEXT[1:])


def test_entries_of_a_list_that_are_links_behind_a_kicker_are_pointers() -> None:
    entries = "".join(f'<li>Giao thông: <a href="/den-{at}.html">{OTHER} {at}</a></li>' for at in (8, 9))
    body = body_of(_paragraphs(f"<ul>{entries}</ul>"))
    assert body.paragraphs == TEXT
    assert len(body.teasers) == 2


def test_a_linked_picture_and_headline_in_a_short_text_do_not_take_it_with_them() -> None:
    picture = '<a href="/den-duong-9.html"><img src="/thumb/9.jpg" width="300"></a>'
    body = body_of(f'{picture}<p><a href="/den-duong-9.html">{OTHER}</a></p><p>{TEXT[0]}</p>')
    assert body.paragraphs == (TEXT[0],)


def test_a_line_behind_a_caption_that_is_marked_is_no_second_one() -> None:
    picture = '<table><tr><td><img src="/a.jpg"></td></tr><tr><td class="caption">Bà con làm đường</td></tr></table>'
    body = body_of(f"{PARAGRAPHS}{picture}<div>Ngọc Tú</div>")
    assert body.captions == ("Bà con làm đường",)


def test_a_cover_that_links_to_its_file_is_that_file() -> None:
    picture = (
        '<figure class="post-thumbnail"><a href="/wp-content/uploads/2024/11/duong.jpg"><img class="wp-post-image" '
        'src="/wp-content/uploads/2024/11/duong-696x464.jpg" width="696" height="464"></a></figure>'
    )
    content = f'<div class="entry-content">{PARAGRAPHS}</div>'
    article = wordpress(f'<article class="post"><h1 class="entry-title">{HEADLINE}</h1>{picture}{content}</article>')
    assert [image.url for image in article.images] == ["http://bao.example/wp-content/uploads/2024/11/duong.jpg"]


def _with_cards(tags: str) -> tuple[str, ...]:
    cards = "".join(
        f'<div><a href="/m-{at}.html"><img src="/t{at}.jpg"></a><h3><a href="/m-{at}.html">{OTHER} {at}</a></h3></div>'
        for at in (91, 92)
    )
    return article_of(f"<article><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div></article><div>{cards}</div>{tags}").tags


def test_tags_in_the_line_of_their_label_are_the_articles_behind_cards_too() -> None:
    assert _with_cards('<p>Từ khóa: <a href="/a">đường xá</a>, <a href="/b">nông thôn</a></p>') == (
        "đường xá",
        "nông thôn",
    )


def test_links_without_a_label_behind_cards_are_no_tags() -> None:
    assert _with_cards('<div class="tags"><a href="/tag/a">đường xá</a><a href="/tag/b">nông thôn</a></div>') == ()


def test_the_line_below_a_player_that_is_set_as_captions_are_is_one() -> None:
    player = '<p><iframe src="https://video.example/1"></iframe></p><p align="center"><i>Clip bà con làm đường</i></p>'
    body = body_of(f"{PARAGRAPHS}{player}")
    assert (body.captions, body.paragraphs) == (("Clip bà con làm đường",), TEXT)


def test_a_centred_line_without_a_player_above_it_is_a_paragraph() -> None:
    body = body_of(f'{PARAGRAPHS}<p align="center"><i>Bà con làm đường liên thôn</i></p>')
    assert body.captions == ()
