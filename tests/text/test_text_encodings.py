"""Decoding: the bytes decide, whatever server and page declare."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from legacy_bytes import in_encoding

from archive.text.encodings import Decoded, decode

SENTENCE = "Hội nghị tổng kết công tác xây dựng Đảng ở các xã, phường; bà Trần Thị Ấm được bầu"
PAGE = f"<html><head><title>Tin</title></head><body><p>{SENTENCE}</p></body></html>"
TONES = "\u0300\u0301\u0303\u0309\u0323"


def in_1258(text: str) -> bytes:
    """windows-1258 has letters with shape marks, and tones as marks of their own."""
    encoded, base, tone = "", "", ""
    for letter in unicodedata.normalize("NFD", text):
        if letter in TONES:
            tone += letter
        elif unicodedata.combining(letter):
            base = unicodedata.normalize("NFC", base + letter)
        else:
            encoded, base, tone = encoded + base + tone, letter, ""
    return (encoded + base + tone).encode("cp1258")


@pytest.mark.parametrize("declared", [None, "utf-8", "text/html; charset=UTF-8", "cp1258", "iso-8859-1", "nonsense"])
def test_utf8_is_utf8_whatever_is_declared(declared: str | None) -> None:
    decoded = decode(PAGE.encode(), declared)
    assert (decoded.text, decoded.encoding) == (PAGE, "utf-8")
    assert bool(decoded.note) == (declared in ("cp1258", "iso-8859-1"))


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_wins(codec: str) -> None:
    assert decode(PAGE.encode(codec), "windows-1258").text == PAGE


def test_utf16_that_only_the_header_names_is_read() -> None:
    assert decode(PAGE.encode("utf-16-le"), "utf-16le").text == PAGE


@pytest.mark.parametrize("declared", ["text/html; charset=windows-1258", None, "utf-8", "iso-8859-1"])
def test_windows_1258_is_read_declared_or_not(declared: str | None) -> None:
    decoded = decode(in_1258(PAGE), declared)
    assert unicodedata.normalize("NFC", decoded.text) == PAGE
    assert decoded.encoding == "cp1258"


@pytest.mark.parametrize("name", ["tcvn3", "vni", "viscii"])
@pytest.mark.parametrize("declared", [None, "utf-8", "text/html; charset=iso-8859-1", "windows-1258"])
def test_pages_from_before_unicode_are_read(name: str, declared: str | None) -> None:
    page = PAGE.replace("Ấ", "ấ") if name == "tcvn3" else PAGE
    decoded = decode(in_encoding(page, name).encode("latin-1"), declared)
    assert (decoded.text, decoded.encoding) == (page, name)


def test_the_meta_element_is_heard_when_the_server_is_silent() -> None:
    page = '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251"><p>Привет, Вьетнам</p>'
    assert decode(page.encode("cp1251")).text == page
    assert decode(page.encode("cp1251")).encoding == "cp1251"


def test_a_page_cut_inside_a_letter_stays_utf8() -> None:
    body = PAGE.encode()
    cut = body[: body.index("ầu".encode()) + 1]
    decoded = decode(cut)
    assert (decoded.encoding, decoded.note) == ("utf-8", "1 places are not utf-8")
    assert decoded.text.startswith("<html>")


def broken(page: str, every: int) -> bytes:
    """`page` in UTF-8, one in `every` of its Vietnamese letters struck by a byte that UTF-8 does not know."""
    letters = iter(range(len(page)))
    return b"".join(
        b"\xff" if not letter.isascii() and next(letters) % every == 0 else letter.encode() for letter in page
    )


@pytest.mark.parametrize("declared", [None, "utf-8", "text/html; charset=iso-8859-1"])
@pytest.mark.parametrize("every", [3, 10])
def test_a_short_page_with_many_broken_letters_stays_utf8_and_says_so(every: int, declared: str | None) -> None:
    body = broken("<p>Đại hội Đảng bộ tỉnh lần thứ XX, nhiệm kỳ 2025 - 2030</p>", every)
    decoded = decode(body, declared)
    assert decoded == Decoded(
        body.decode(errors="replace"), "utf-8", f"{decoded.text.count(chr(0xFFFD))} places are not utf-8"
    )
    assert "hội" in decoded.text


def test_what_says_that_it_is_utf8_is_believed_where_every_second_letter_is_broken() -> None:
    body = broken("<p>Đại hội Đảng bộ tỉnh lần thứ XX, nhiệm kỳ 2025 - 2030</p>", 2)
    assert decode(body, "utf-8").encoding == "utf-8"


@pytest.mark.parametrize("text", ["Résumé français: café à la crème, déjà vu", "Größe, Maß und Fuß"])
def test_western_pages_are_no_utf8_for_one_pair_of_bytes_that_could_be(text: str) -> None:
    assert decode(f"<p>{text} Ã\xa9</p>".encode("cp1252"), "utf-8").encoding == "cp1252"


@pytest.mark.parametrize("label", ["hex", "bz2", "rot13", "utf-7", "undefined", "idna", "\x00", "x" * 500])
def test_a_label_that_is_no_charset_is_not_used(label: str) -> None:
    assert decode("mức độ".encode() + b"\xff\xff", label).encoding in ("utf-8", "cp1252", "cp1258")


@given(st.binary(max_size=300), st.one_of(st.none(), st.text(max_size=30)))
def test_no_body_is_an_error(body: bytes, declared: str | None) -> None:
    assert isinstance(decode(body, declared).text, str)


@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_told_by_its_first_letters(name: str) -> None:
    text = "\r\n<!DOCTYPE html><html><body><p>Tỉnh ủy Thái Nguyên</p></body></html>"
    assert decode(text.encode(name)) == Decoded(text, name)
    assert decode(text.encode(name), "text/html; charset=utf-8").text == text


def test_a_nul_amid_utf_8_makes_no_utf_16_of_it() -> None:
    assert decode("<p>\x00Tỉnh ủy</p>".encode()).encoding == "utf-8"
