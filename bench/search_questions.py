"""Forty questions of ten kinds, made for an archive from words of known frequency."""

from __future__ import annotations

from dataclasses import dataclass

import sqlite_utils

from archive.search.index.vocabulary import articles_with, words_with_prefix
from archive.text.folding import fold


@dataclass(frozen=True, slots=True)
class Question:
    """A query in our language, in raw FTS5 (empty where that cannot ask it), and what else limits it there, as SQL."""

    kind: str
    query: str
    plain: str = ""
    limit: str = ""


def questions(db: sqlite_utils.Database, articles: int) -> list[Question]:
    """The forty questions for the archive in `db`."""
    counted = _counted(db)
    words = [word for _, word in counted if word.isalpha()]
    counts = {word: count for count, word in counted}

    def held(share: float, skip: int = 0) -> str:
        """A word that about this share of the articles holds."""
        near = sorted(words, key=lambda word: abs(counts[word] - share * articles))
        return near[skip]

    common = words[:30]
    pairs = [phrase for phrase in _phrases(db) if phrase.count(" ") == 1]
    longer = [phrase for phrase in _phrases(db) if phrase.count(" ") >= 2]
    made: list[Question] = []

    def ask(kind: str, query: str, plain: str = "", limit: str = "") -> None:
        made.append(Question(kind, query, plain, limit))

    rare = sorted(words, key=lambda word: articles_with(db, "folded", fold(word)))
    for word in (rare[0], rare[5], rare[20], rare[40]):
        ask("rare word", word, f'"{word}"')
    for share in (0.2, 0.4, 0.7, 1.0):
        ask("common word", held(share), f'"{held(share)}"')
    for one, two in ((0.05, 0.1), (0.2, 0.3), (0.5, 0.02), (0.6, 0.7)):
        a, b = held(one), held(two, 1)
        ask("two words", f"{a} {b}", f'"{a}" AND "{b}"')
    for one, two in ((0.3, 0.1), (0.6, 0.4)):
        a, b = fold(held(one)), fold(held(two, 1))
        ask("without accents", f"{a} {b}", f'"{a}" AND "{b}"')
    ask("one word accented", f"{held(0.2)} {fold(held(0.3))}")
    for at in (20, 60, 140):
        ask("phrase of common syllables", f'"{pairs[at]}"', f'"{pairs[at]}"')
    for at in (0, 4, 9):
        phrase = f"{common[at]} {common[at + 1]}"
        ask("phrase of common syllables", f'"{phrase}"', f'"{phrase}"')
    ask("phrase of common syllables", f'"{fold(pairs[12])}"', f'"{fold(pairs[12])}"')
    for phrase in (longer[20], longer[60], longer[-1]):
        ask("longer phrase", f'"{phrase}"', f'"{phrase}"')
    for shares in ((0.3, 0.1, 0.05, 0.2), (0.6, 0.02, 0.01, 0.3), (0.1, 0.08, 0.5, 0.04), (0.02, 0.4, 0.3, 0.6)):
        a, b, c, d = (held(share, 2) for share in shares)
        ask("four clauses", f"{a} ({b} OR {c}) -{d}", f'("{a}" AND ("{b}" OR "{c}")) NOT "{d}"')
    for word in ("nghi", "thươ", "quyê"):
        ask("prefix", f"{word}*", f'"{word}"*')
    days = (("2019", "2019-01-01", "2019-12-31"), ("2023-03..2023-06", "2023-03-01", "2023-06-30"))
    for span, first, last in (*days, ("2015-02", "2015-02-01", "2015-02-28")):
        a = held(0.4)
        ask("days", f"{a} ngay:{span}", f'"{a}"', f"a.day BETWEEN '{first}' AND '{last}'")
    for share, unit, limit in (
        (0.4, 'tinh:"Thái Nguyên"', "a.province = 'thai-nguyen'"),
        (0.1, 'tinh34:"Bắc Ninh"', "a.province_now = 'bac-ninh'"),
        (0.6, "bao:bao-bac-kan", "a.source = 'bao-bac-kan'"),
    ):
        ask("province, source", f"{held(share)} {unit}", f'"{held(share)}"', limit)
    ask("headline", f"tieude:{held(0.3)}", f'headline : "{held(0.3)}"')
    ask("near", f"{held(0.2)} NEAR/5 {held(0.1)}", f'NEAR("{held(0.2)}" "{held(0.1)}", 5)')
    ask("near", f"{held(0.6)} NEAR/3 {held(0.5)}", f'NEAR("{held(0.6)}" "{held(0.5)}", 3)')
    return made


def held_by(db: sqlite_utils.Database, share: float, articles: int) -> str:
    """A word that about this share of the articles holds."""
    return min((abs(count - share * articles), word) for count, word in _counted(db) if word.isalpha())[1]


def _counted(db: sqlite_utils.Database) -> list[tuple[int, str]]:
    """The words of the archive with the number of articles that hold them, the commonest first."""
    found = (
        (articles_with(db, "exact", word), word)
        for start in "abcdđghiklmnopqrstuvx"
        for word in words_with_prefix(db, "exact", start)
    )
    return sorted(found, reverse=True)


def _phrases(db: sqlite_utils.Database) -> list[str]:
    """Compounds of the archive, the most frequent first."""
    from bench.search_archive import Texts

    return [compound for compound in Texts(1).compounds[:400] if " " in compound]
