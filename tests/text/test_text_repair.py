"""Repair: mojibake and the encodings before Unicode become Vietnamese, sound text of any language stays."""

from __future__ import annotations

import shutil
import subprocess
import sys
import unicodedata

import ftfy.bad_codecs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from legacy_bytes import in_encoding

from archive.text import encodings
from archive.text.encodings import convert, font_encoding, recognise
from archive.text.normalise import repair

SENTENCES = [
    "Huyện ủy Đồng Lâm tổ chức Hội nghị rút kinh nghiệm Đại hội điểm cấp cơ sở",
    "Ban Chấp hành Đảng bộ xã Yên Hòa: “Đoàn kết – Dân chủ – Đổi mới”…",
    "Đà Nẵng",
    "ĐẢNG BỘ THÀNH PHỐ SÔNG LÂM TỔNG KẾT NĂM",
    "ông Nguyễn Đức Ấn dự lễ khởi công, 95,5% kế hoạch",
]
BROKEN_1258 = (0x81, 0x8A, 0x8D, 0x8E, 0x8F, 0x90, 0x9A, 0x9D, 0x9E)


def as_1258(raw: bytes) -> str:
    return "".join(chr(byte) if byte in BROKEN_1258 else bytes([byte]).decode("cp1258") for byte in raw)


READINGS = {
    "latin-1": lambda raw: raw.decode("latin-1"),
    "windows-1252": lambda raw: raw.decode("sloppy-windows-1252"),
    "windows-1258": as_1258,
}


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("sentence", SENTENCES)
def test_utf8_read_in_another_code_page_is_undone(sentence: str, times: int, reading: str) -> None:
    broken = sentence
    for _ in range(times):
        broken = READINGS[reading](broken.encode())
    repaired = repair(broken)
    assert (repaired.text, repaired.changed) == (sentence, True)
    assert repaired.plan.count("utf-8 read as") == times


@pytest.mark.parametrize("reading", READINGS)
def test_a_broken_phrase_amid_sound_text_is_undone(reading: str) -> None:
    for sentence in SENTENCES[:3]:
        sound = "Chiều ngày 5/3, tại trụ sở mới, {} được mọi người ủng hộ"
        assert repair(sound.format(READINGS[reading](sentence.encode()))).text == sound.format(sentence)


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("sentence", ["Đà Nẵng: hội nghị", "thành phố và các làng vào mùa, là quà quý của nhà"])
def test_a_no_break_space_lost_on_the_way_is_no_hindrance(sentence: str, reading: str) -> None:
    broken = READINGS[reading](sentence.encode())
    assert repair(broken.replace("\u00a0", " ")).text == sentence
    assert repair(" ".join(broken.split())).text == sentence


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("word", ["khóa", "hòa", "nóc", "dày", "Cà Mau", "Thanh Hóa"])
def test_a_short_word_with_nothing_but_common_letters_is_undone(word: str, reading: str) -> None:
    assert repair(READINGS[reading](word.encode())).text == word


def test_decomposed_text_read_in_another_code_page_is_undone() -> None:
    broken = unicodedata.normalize("NFD", "Hội Cựu chiến binh phường").encode().decode("sloppy-windows-1252")
    assert repair(broken).text == "Hội Cựu chiến binh phường"


def test_what_became_a_replacement_character_stays_lost() -> None:
    assert "\ufffd" in repair("Nguyá»…n Ä\ufffdá»©c").text


@pytest.mark.parametrize(
    "sound",
    [*SENTENCES, "TOÀN XÃ”, CẢ XÃ “ĐIỂM”", "XÃ” hội", "“Đoàn kết” ‘Dân chủ’ ﬁ ＴＰ", "Th&#225;i Nguy&ecirc;n", "",
     "ascii only", "Hà Nam: công tác dân vận", "«con cá» và «lá»", "Ð", "Guðrún Ósvífursdóttir", "« A », « B », « C »",
     "100m² - 120m² - 150m² - 200m² - 250m² - 300m²", "30° 31° 32° 33° 34° 35°", "¦ Tin ¦ Bai ¦ Anh ¦ Video ¦ Audio ¦"],
)  # fmt: skip
def test_sound_text_is_left_alone(sound: str) -> None:
    assert repair(sound).text == sound
    assert not repair(sound).changed


@pytest.mark.parametrize(
    "foreign",
    [
        "À l'été, les élèves français étaient déjà arrivés à l'école: où était la forêt? Ça dépend, répondit le garçon",
        "El niño pequeño soñó mañana con la montaña; el corazón está aquí, señor, ¿cómo está? La educación según él",
        "Die Größe der Häuser überrascht: schöne Straßen, süße Früchte, müde Kühe, böse Wölfe, Mädchen über Brücken",
        "A informação não está disponível até amanhã; o coração do irmão é são, à tarde há pão e maçã, mãe, lições",
        "Það er gott að vera á Íslandi, þar sem fjöllin eru há og árnar fá nýtt líf á vorin, við förum út á sjó",
    ],
)
def test_other_languages_are_left_alone(foreign: str) -> None:
    assert not repair(foreign).changed
    assert recognise(foreign) == ""


@pytest.mark.parametrize("name", ["tcvn3", "vni", "viscii", "cp1258"])
def test_an_encoding_before_unicode_is_recognised_and_converted(name: str) -> None:
    # TCVN3 has no capitals with tones: they are lost in the font, not in the conversion.
    sentence = "Hội nghị tổng kết công tác xây dựng Đảng ở các xã, phường; bà Trần Thị Ấm được bầu, “đoàn kết”"
    expected = sentence.replace("Ấ", "ấ") if name == "tcvn3" else sentence
    broken = in_encoding(expected, name)
    repaired = repair(broken)
    assert (repaired.text, repaired.plan) == (expected, f"{name} read as latin-1")


def test_words_and_lines_typed_in_capitals_have_them_all_in_tcvn3() -> None:
    assert convert("§¹I HéI §¶NG Bé X· LÇN THø X", "tcvn3") == "ĐẠI HỘI ĐẢNG BỘ XÃ LẦN THỨ X"
    assert convert("UBND TØnh, H§ND huyÖn, TËP huÊn", "tcvn3") == "UBND Tỉnh, HĐND huyện, TẬP huấn"


def test_capitals_of_viscii_shown_as_signs_of_windows_1252_are_letters() -> None:
    broken = (
        in_encoding("CHỦ TỊCH HỘI ĐỒNG HỌP TẠI CHỢ MỚI, VỤ", "viscii").encode("latin-1").decode("sloppy-windows-1252")
    )
    assert repair(broken).text == "CHỦ TỊCH HỘI ĐỒNG HỌP TẠI CHỢ MỚI, VỤ"


def test_windows_1258_differs_from_windows_1252_as_the_codec_says() -> None:
    letters = bytes(range(0xA0, 0x100))
    assert convert(letters.decode("cp1252"), "cp1258") == unicodedata.normalize("NFC", letters.decode("cp1258"))


def test_two_words_are_too_few_without_a_hint() -> None:
    assert recognise("hµi ngh¸") == ""
    assert recognise("hµi ngh¸", "viscii") == "viscii"
    assert repair("h\u00e9i nghÞ", "tcvn3").text == "hội nghị"


@pytest.mark.parametrize(
    ("markup", "name"),
    [
        ('<p style="font-family: .VnTime">', "tcvn3"),
        ("<p style='font-size:14px; font-family:\".VnArialH\"'>", "tcvn3"),
        ('<font face="VNI-Times" size=2>', "vni"),
        ('<font face="VPS Times">', "vps"),
        ('<p style="font-family: Times New Roman">', ""),
        ("VNI-Times trong bài viết", ""),
    ],
)
def test_a_font_in_the_markup_names_the_encoding(markup: str, name: str) -> None:
    assert font_encoding(markup) == name


def test_the_tables_equal_those_of_viparse() -> None:
    charmaps = pytest.importorskip("viparse.normalize.encodings", reason="the extra `legacy` is not installed").CHARMAPS
    for name in ("tcvn3", "vni", "viscii"):
        for source, target in charmaps[name].pairs:
            assert convert(source, name) == target
    assert convert("tÌnh ûy", "vps") == "tỉnh ủy"


def test_vps_without_viparse_stays_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("viparse.normalize.encodings", "viparse.normalize.tables"):
        monkeypatch.setitem(sys.modules, module, None)
    assert convert("tÌnh ûy", "vps") == "tÌnh ûy"


@pytest.mark.parametrize(("name", "code"), [("viscii", "VISCII"), ("tcvn3", "TCVN")])
def test_the_tables_equal_those_of_iconv(name: str, code: str) -> None:
    table = {number: letter for number, letter in encodings._tables()[name].items() if number >= 0x80}
    command = ["iconv", "-f", code, "-t", "UTF-8"]
    if (
        shutil.which("iconv") is None
        or subprocess.run(command, input=b"a", capture_output=True, check=False).returncode
    ):
        pytest.skip(f"no iconv that knows {code}")
    told = subprocess.run(
        command, input=b" ".join(bytes([number]) for number in table), capture_output=True, check=True
    )
    assert unicodedata.normalize("NFC", told.stdout.decode()) == " ".join(table.values())


@given(st.text())
def test_no_text_is_an_error_to_repair(text: str) -> None:
    repaired = repair(text)
    assert repaired.changed == (repaired.text != text)
    assert bool(repaired.plan) == repaired.changed


assert ftfy.bad_codecs  # registers sloppy-windows-1252
