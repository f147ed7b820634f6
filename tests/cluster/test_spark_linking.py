"""Sources that have captures of one address are filed together, and those alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_archive import REGISTER, SITE, capture, keep, new_holdings, page, read_json

from archive import parsers, restorer
from archive.cluster.spark.tasks import Spot, addresses, groups, pack, ranges, read_spot
from archive.warc.members import locate


def test_a_page_is_filed_by_its_address_and_by_that_of_its_article(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parsers, "read_page", read_json)
    holdings = new_holdings(tmp_path / "kho")
    body = page("Lũ", "Lũ ở Bắc Kạn.", canonical=f"{SITE}/that.html")
    keep(holdings, [capture("/this.html?print=1", body), capture("/gone.html", b"broken", 1)])
    (one,) = ranges(holdings, 1)
    spots = [Spot(0, locate(holdings.root, one.file), one.file, offset) for offset in one.offsets]
    learnt = restorer.loader(holdings.root)
    found = [dict(addresses(pack(*read_spot(holdings.root, REGISTER, learnt, spot)))) for spot in spots]
    assert [set(map(len, keys.values())) for keys in found] == [{1}, {1}]
    assert {key.rpartition("/")[2] for key in found[0]} == {"this.html?print=1", "that.html"}
    assert {key.rpartition("/")[2] for key in found[1]} == {"gone.html"}


@pytest.mark.parametrize(
    ("shared", "expected"),
    [
        ([], {}),
        ([{"b", "a"}], {"a": "a", "b": "a"}),
        ([("a", "b"), ("c", "d"), ("b", "c")], dict.fromkeys("abcd", "a")),
        ([("e", "d"), ("c", "b"), ("b", "e"), ("x", "y")], {**dict.fromkeys("bcde", "b"), "x": "x", "y": "x"}),
    ],
)
def test_what_hangs_together_is_one_group(shared: list[set[str]], expected: dict[str, str]) -> None:
    assert groups(shared) == expected
    assert groups(reversed(shared)) == expected
