"""Restoring: accents come from the page and the archive's own counts, and doubt is said in the confidence."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import DamageError, StorageError, UsageError
from archive.text.folding import exact_form, tokens
from archive.text.restore import Model, restore
from archive.text.slug import make_slug

BODY = [
    "Sáng 5/3, Huyện ủy Đồng Lâm tổ chức hội nghị rút kinh nghiệm Đại hội điểm cấp cơ sở nhiệm kỳ 2020 - 2025.",
    "Bí thư Huyện ủy nhấn mạnh: các cấp ủy tiếp tục nghiên cứu kỹ Chỉ thị số 35, bảo đảm tiến độ đề ra./.",
]
ARCHIVE = [
    "Đại hội Đảng bộ xã Yên Hòa nhiệm kỳ 2020 - 2025 thành công",
    "Ông Trần Văn Lãm thăm hợp tác xã chè và chúc Tết bà con",
    "Công an huyện ra quân bảo đảm an ninh trật tự",
    "Nông dân phấn khởi vì lúa được mùa; chè được giá.",
]
TITLE = "Huyện ủy Đồng Lâm tổ chức hội nghị rút kinh nghiệm Đại hội điểm cấp cơ sở nhiệm kỳ 2020 - 2025"


def test_the_page_s_own_words_give_the_title_back() -> None:
    restored = restore(make_slug(TITLE, "nukeviet"), BODY)
    assert restored.value == TITLE
    assert restored.confidence > 0.9
    assert restored.by == "restored/2: page 21, model 0, unknown 0"


def test_a_syllable_nobody_has_seen_stays_bare_and_costs_confidence() -> None:
    sure = restore("huyen-uy-to-chuc-hoi-nghi", BODY)
    unsure = restore("huyen-uy-to-chuc-hoi-thao", BODY)
    assert unsure.value == "Huyện ủy tổ chức hội thao"
    assert unsure.confidence <= sure.confidence / 2
    assert unsure.by.endswith("unknown 1")


def test_the_model_fills_what_the_page_lacks() -> None:
    model = Model.train(ARCHIVE)
    assert restore("nong-dan-duoc-mua", [], model).value == "Nông dân được mùa"
    mixed = restore("dong-lam-duoc-mua-che", BODY, model)
    assert mixed.value == "Đồng Lâm được mùa chè"
    assert mixed.by == "restored/2: page 2, model 3, unknown 0"


def test_a_syllable_that_many_may_follow_is_not_held_against_what_follows() -> None:
    # "đồng" stands before 42 other words, four times each, "đông" once before another: neither before "triệt".
    words = [first + rest for first in "bmnthvx" for rest in ("a", "ai", "ang", "in", "ui", "um")]
    many = [f"Hợp đồng {word} xong" for word in words] * 4 + [f"Ở Lâm Đồng {word}" for word in words[:9]]
    model = Model.train([*many, "Rừng lâm đông", "Quét triệt phá"])
    assert restore("lam-dong-triet-pha", [], model).value.lower() == "lâm đồng triệt phá"


def test_the_page_outweighs_the_model() -> None:
    model = Model.train(["Công ty Lam Sơn"] * 3)
    assert restore("dong-lam", ["Xã Đồng Lâm họp. Dân Đồng Lâm vui."], model).value == "Đồng Lâm"


def test_a_d_that_liferay_dropped_is_put_back() -> None:
    model = Model.train([*ARCHIVE, *ARCHIVE])
    restored = restore(make_slug("Đại hội Đảng bộ nhiệm kỳ 2020 - 2025", "liferay"), BODY, model)
    assert restored.value == "Đại hội Đảng bộ nhiệm kỳ 2020 - 2025"
    assert restored.by.endswith("đ put back")
    assert restore("an-ninh-trat-tu", BODY, model).value == "An ninh trật tự"


def test_the_slug_title_on_the_page_is_no_evidence_for_bare_syllables() -> None:
    bare = "huyen uy dong lam to chuc hoi nghi rut kinh nghiem"
    assert restore(bare, [bare, f"{bare}\n{BODY[0]}", *BODY]).value.startswith("Huyện ủy Đồng Lâm tổ chức hội nghị")


def test_capitals_and_tone_style_are_those_of_the_page() -> None:
    page = ["Chủ tịch UBND xã Yên Hòa, bà Lê Thị Thuý, trao giải kỳ thi toán. Bà Thị Mẹt vắng."]
    assert restore("ky-thi-toan-ubnd-xa-yen-hoa", page).value == "Kỳ thi toán UBND xã Yên Hòa"
    assert restore("ba-thuy-trao-giai", page).value == "Bà Thuý trao giải"


def test_an_empty_slug_restores_to_nothing() -> None:
    assert restore("", BODY).value == ""
    assert restore("---", BODY).confidence == 0
    assert restore("hoi-nghi", []).value == "Hoi nghi"


@given(st.text(alphabet="abcdehiknotuvy-0123456789", max_size=60))
def test_a_restored_title_folds_to_its_slug(slug: str) -> None:
    restored = restore(slug, BODY)
    assert "".join(tokens(restored.value)) == "".join(tokens(slug)) or restored.by.endswith("đ put back")
    assert 0 <= restored.confidence <= 1


def test_a_saved_model_is_the_same_model_in_the_same_bytes(tmp_path: Path) -> None:
    shuffled = [*ARCHIVE, *BODY]
    model = Model.train(shuffled)
    model.save(tmp_path / "one.model")
    random.Random(5).shuffle(shuffled)
    Model.train(shuffled).save(tmp_path / "other.model")
    assert Model.load(tmp_path / "one.model") == model
    assert (tmp_path / "one.model").read_bytes() == (tmp_path / "other.model").read_bytes()


def test_training_reads_its_texts_once_in_either_normal_form() -> None:
    assert Model.train(iter(["hội nghị"])) == Model.train(["hô\u0323i nghi\u0323"])
    assert Model.train([]).counts.total == 0


def test_rare_pairs_can_be_left_out() -> None:
    texts = ["hội nghị hội nghị hội thảo"]
    assert Model.train(texts, least=2).counts.pair("hội", "nghị") == 2
    assert Model.train(texts, least=2).counts.pair("hội", "thảo") == 0
    assert Model.train(texts).counts.pair("hội", "thảo") == 1


def test_the_rarest_triples_go_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.text.restore._HELD", 10)
    often = ["hội nghị tổng kết"] * 5
    counts = Model.train([*often, *(f"tin {word} mới hôm nay" for word in ("một", "hai", "ba", "bốn", "năm"))]).counts
    assert counts.triple("hội", "nghị", "tổng") == 5
    assert len(counts.triple_keys) <= 10


def test_a_model_file_that_is_none_or_damaged_says_so(tmp_path: Path) -> None:
    path = tmp_path / "restorer.model"
    with pytest.raises(StorageError, match=r"restorer\.model"):
        Model.load(path)
    path.write_bytes(b"not a model")
    with pytest.raises(UsageError, match="rebuild restorer"):
        Model.load(path)
    Model.train(ARCHIVE).save(path)
    whole = path.read_bytes()
    for cut in (20, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:cut])
        with pytest.raises(DamageError, match=r"restorer\.model"):
            Model.load(path)
    with pytest.raises(StorageError):
        Model.train([]).save(tmp_path)


def test_confidence_ranks_sure_titles_above_guesses() -> None:
    model = Model.train([*ARCHIVE, *BODY])
    known = restore(make_slug(ARCHIVE[3], "nukeviet"), [], model)
    guess = restore("ba-ma-ta-lam-do-la", [], model)
    assert known.confidence > guess.confidence
    assert exact_form(known.value).startswith("nông dân phấn khởi vì lúa được mùa")
