"""Files that a text offers are attachments; a line that only points to one is no paragraph."""

from __future__ import annotations

import meeting
from parsing import body_of
from village_road import PARAGRAPHS, TEXT

from archive.parsers.document.address import is_file


def test_files_are_attachments_and_their_line_stays_text() -> None:
    body = body_of('<p>Tải về: <a href="/f/ke%20hoach.pdf">Kế hoạch số 12</a></p><p>Hết.</p>')
    assert [(file.url, file.name) for file in body.attachments] == [
        ("http://bao.example/f/ke%20hoach.pdf", "Kế hoạch số 12")
    ]
    assert body.paragraphs == ("Tải về: Kế hoạch số 12", "Hết.")


def test_a_line_that_only_says_see_here_is_no_text_but_its_file_is_kept() -> None:
    body = body_of(f'<p>{meeting.THREE[0]}</p><p>Xem chi tiết <a href="/a.pdf">tại đây</a></p>')
    assert body.paragraphs == meeting.THREE[:1]
    assert [file.url for file in body.attachments] == ["http://bao.example/a.pdf"]


def test_a_document_in_liferays_library_is_a_file_and_a_picture_there_is_none() -> None:
    uuid = "6f1c2b7e-0d5a-4b1e-9c3f-0123456789ab"
    assert is_file(f"/documents/20182/12345/Bao+cao/{uuid}?t=1")
    assert not is_file(f"/documents/20182/12345/anh.jpg/{uuid}?t=1")


def test_a_file_with_its_button_is_an_attachment_and_no_paragraph() -> None:
    offered = '<div><a href="/up/ke-hoach-12.pdf">kế hoạch</a><a href="/up/ke-hoach-12.pdf" download>Tải về</a></p>'
    body = body_of(PARAGRAPHS + offered)
    assert body.paragraphs == TEXT
    assert [file.name for file in body.attachments] == ["kế hoạch"]
