"""Learns how sure a reading is: `python -m bench.calibrate --shared ../shared --sites FOLDER`.

Reads pages whose truth is known (data/public, and sites as `make bench-strangers` makes them), notes for each field its
signs and whether it is right, and fits one logistic regression a field: weights of signs of layout and method. Writes
archive/parsers/confidence.json. Pages of one host are either all learnt from or all judged with: for every fifth host
AUC and Brier are printed.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import math
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

from archive.errors import ArchiveError
from archive.model import Article
from archive.parsers import by_evidence, confidence, read_page
from archive.parsers.blocks.zones import Zones

TARGET = Path(confidence.__file__).with_name("confidence.json")
NOW = datetime(2026, 11, 24, tzinfo=UTC)
STEPS, RATE, DECAY = 600, 0.5, 0.002
_DAY = len("2026-11-24")


@dataclass(frozen=True, slots=True)
class Case:
    """One page read: its host, the signs of each field, and which fields are right (those whose truth is known)."""

    host: str
    signs: dict[str, list[str]]
    right: dict[str, bool]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.calibrate", description=__doc__.partition("\n")[0])
    parser.add_argument("--shared", type=Path)
    parser.add_argument("--sites", type=Path, help="a folder of sites, each with truth.jsonl and pages")
    parser.add_argument("--most", type=int, default=16, help="pages of one site")
    options = parser.parse_args()
    cases = [*_public(options.shared)] if options.shared else []
    cases += [*_sites(options.sites, options.most)] if options.sites else []
    learnt = [case for case in cases if not _is_apart(case.host)]
    weights = _fit_all(learnt)
    _judge(weights, [case for case in cases if _is_apart(case.host)])
    rows = [f'"{name}": {json.dumps(row, sort_keys=True)}' for name, row in sorted(_fit_all(cases).items())]
    TARGET.write_text("{\n" + ",\n".join(rows) + "\n}\n")
    print(f"{len(cases)} pages, {TARGET.stat().st_size} bytes in {TARGET.name}")
    return 0


def _fit_all(cases: list[Case]) -> dict[str, dict[str, float]]:
    weights = {
        name: _fit([(case.signs[name], case.right[name]) for case in cases if name in case.right])
        for name in confidence.FIELDS
    }
    rows = []
    for case in cases:
        if "whole" in case.right:
            sure = {name: _sure(weights[name], case.signs[name]) for name in confidence.FIELDS}
            rows.append((confidence.whole_signs(sure), case.right["whole"]))
    return weights | {"whole": _fit(rows)}


def _fit(rows: list[tuple[list[str], bool]]) -> dict[str, float]:
    """Logistic regression by gradient descent; "" is the bias."""
    weights: dict[str, float] = {"": 0.0}
    for signs, _ in rows:
        weights.update(dict.fromkeys(signs, 0.0))
    count = max(1, len(rows))
    for _ in range(STEPS):
        slope = dict.fromkeys(weights, 0.0)
        for signs, right in rows:
            error = right - _sure(weights, signs)
            for sign in ("", *signs):
                slope[sign] += error
        for sign, value in slope.items():
            weights[sign] += RATE * (value / count * 10 - DECAY * weights[sign] * (sign != ""))
    return {sign: round(value, 2) for sign, value in weights.items() if abs(value) >= 0.01}


def _sure(weights: dict[str, float], signs: list[str]) -> float:
    odds = weights.get("", 0.0) + sum(weights.get(sign, 0.0) for sign in signs)
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


def _judge(weights: dict[str, dict[str, float]], cases: list[Case]) -> None:
    for name in (*confidence.FIELDS, "whole"):
        known = [case for case in cases if name in case.right]
        pairs = [(_sure(weights[name], _signs(weights, name, case)), case.right[name]) for case in known]
        good, bad = [p for p, ok in pairs if ok], [p for p, ok in pairs if not ok]
        area = sum((g > b) + (g == b) / 2 for g in good for b in bad) / max(1, len(good) * len(bad))
        count = max(1, len(pairs))
        brier = sum((p - ok) ** 2 for p, ok in pairs) / count
        share = len(good) / count
        print(f"  {name:10} pages {count:4}  right {share:.3f}  AUC {area:.3f}  Brier {brier:.3f}")


def _signs(weights: dict[str, dict[str, float]], name: str, case: Case) -> list[str]:
    if name != "whole":
        return case.signs[name]
    return confidence.whole_signs({one: _sure(weights[one], case.signs[one]) for one in confidence.FIELDS})


def _is_apart(host: str) -> bool:
    return hashlib.sha256(host.removesuffix("-disguised.example").encode()).digest()[0] % 5 == 0


def _read(url: str, body: bytes, captured: datetime) -> tuple[Article | None, dict[str, list[str]]]:
    """The article on a page, likely or not, and the signs of its fields."""
    seen: list[dict[str, list[str]]] = []
    real = confidence.calibrated

    def spied(article: Article, zones: Zones) -> Article:
        seen.append(confidence.signs_of(article, zones))
        return real(article, zones)

    with mock.patch.object(by_evidence, "calibrated", spied):
        try:
            reading = read_page(url, body, "text/html; charset=utf-8", 200, captured)
        except ArchiveError:
            return None, {}
    article = reading.article or reading.unlikely
    return (article, seen[-1]) if article is not None and seen else (None, {})


def _public(shared: Path) -> Iterator[Case]:
    folder = shared / "data" / "public"
    for line in (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        truth = json.loads(line)
        file = folder / truth["file"]
        file = file if file.exists() else folder / "pages" / truth["file"]
        article, signs = _read(truth["url"], gzip.decompress(file.read_bytes()), NOW)
        if article is None:
            continue
        right: dict[str, bool] = {"text": _overlap(article, truth["text"]) >= 0.9}
        if truth["set"] == "publishers":
            if truth.get("headline"):
                right["headline"] = _words(article.headline.value) == _words(truth["headline"])
            if truth.get("published"):
                right["published"] = article.published is not None and _is_day(
                    article.published.value, truth["published"]
                )
            if truth.get("authors"):
                named = " ".join(_words(article.byline.value if article.byline else ""))
                right["byline"] = all(" ".join(_words(author)) in named for author in truth["authors"])
        yield Case(urlsplit(truth["url"]).hostname or "", signs, right | {"whole": all(right.values())})


def _is_day(read: str, true: str) -> bool:
    """Whether the day is the true one; moments with a zone may lie half a day apart, for the same one is two days."""
    wanted = datetime.fromisoformat(true)
    if wanted.tzinfo is None or len(read) <= _DAY:
        return read[:_DAY] == true[:_DAY]
    found = datetime.fromisoformat(read)
    return abs(found - wanted) <= timedelta(hours=12) if found.tzinfo else read[:_DAY] == true[:_DAY]


def _sites(folder: Path, most: int) -> Iterator[Case]:
    for site in sorted(path for path in folder.iterdir() if (path / "truth.jsonl").exists()):
        rows = [json.loads(line) for line in (site / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
        for truth in [row for row in rows if row["kind"] == "article"][:most]:
            article, signs = _read(truth["url"], (site / truth["file"]).read_bytes(), NOW)
            if article is None:
                continue
            right = _rights(article, truth)
            yield Case(urlsplit(truth["url"]).hostname or "", signs, right | {"whole": all(right.values())})


def _rights(article: Article, truth: dict[str, Any]) -> dict[str, bool]:
    optional = set(truth.get("optional") or ())
    found = {
        name: getattr(getattr(article, name), "value", None)
        for name in ("headline", "lead", "byline", "section", "published")
    }
    right = {name: _clean(value) == _clean(truth.get(name)) for name, value in found.items() if name not in optional}
    if "published" in right:
        told, read = truth.get("published") or "", found["published"] or ""
        right["published"] = read[: len(told) if len(told) <= _DAY else 16] == told[:16]
    texts = [_clean(text) for text in truth.get("paragraphs") or ()]
    captions = [_clean(text) for text in truth.get("captions") or ()]
    right["text"] = [_clean(text) for text in article.body] == texts and [
        _clean(text) for text in article.captions
    ] == captions
    return right


def _clean(text: str | None) -> str:
    return " ".join(unicodedata.normalize("NFC", text or "").split())


def _words(text: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in text.lower()).split()


def _overlap(article: Article, text: str) -> float:
    ours = _words(" ".join([article.lead.value if article.lead else "", *article.body]))
    theirs = _words(text)
    both = sum(min(ours.count(word), theirs.count(word)) for word in set(ours) & set(theirs))
    return 2 * both / max(1, len(ours) + len(theirs))


if __name__ == "__main__":
    raise SystemExit(main())
