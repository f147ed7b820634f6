"""A synthetic archive for the tests of searching: invented texts, written straight into the tables.

The words are few and their accents many, so that exact, partly exact and folded matches part often.
"""

from __future__ import annotations

import random
import re
import sqlite3
import weakref
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from unicodedata import normalize

import sqlite_utils

from archive.model import Article, Found
from archive.places import now
from archive.search.index import docids, writer
from archive.store.database import create
from archive.store.rows import RevisionRow, text_digest
from archive.store.writes import replace_revisions
from archive.text.folding import fold
from archive.text.urls import public_id

_WORDS = """
    ban bản bàn bạn chấp hành hạnh hanh đường dương đương duong hội hỏi hoi nghị nghỉ nghi nghiệm nghiêm tỉnh tình tinh
    ủy uỷ úy uy hòa hoà hoa hóa hoá khóa khoá thủy thuỷ thúy xã xa xá kinh kính rút rụt đại dài đãi lộc lóc đoàn đoan
    kết ket dân dan chủ chu mới moi năm nam 2020 2025 57 nq tw ubnd quý quỳ nguyên nguyễn nguyện thái thai
"""
SYLLABLES = tuple(_WORDS.split())
SOURCES = (
    ("bao-alpha", "Báo Alpha", "newspaper", "bac-kan"),
    ("bao-beta", "Báo Bê Ta", "newspaper", "thai-nguyen"),
    ("tinh-uy-gamma", "Tỉnh ủy Gam Ma", "party", "bac-giang"),
    ("cong-delta", "Cổng thông tin Đen Ta", "government", "bac-ninh"),
)
SECTIONS = ("Xây dựng Đảng", "Kinh tế", "Văn hóa - Xã hội", "Tin trong tỉnh", "")
TAGS = ("đại hội", "chuyển đổi số", "xây dựng Đảng", "nông thôn mới")
BYLINES = ("Đinh Thị Mơ", "Lò Văn Thử", "PV", "")


@dataclass(frozen=True)
class Written:
    """One invented article, as the fixture stores it."""

    number: int
    headline: str
    lead: str
    body: str
    captions: str = ""
    byline: str = ""
    source: str = "bao-alpha"
    section: str = ""
    day: str = "2020-03-05"
    published: str = ""
    precision: str = "day"  # to which the page tells its day; "" where it tells none
    tags: tuple[str, ...] = ()
    revision: int = 1
    gone: bool = False
    rowid: int = field(default=0, compare=False)

    @property
    def public_id(self) -> str:
        """The id that the fixture gives it."""
        return public_id(f"http://{self.source}.example/{self.number}")


def invented(number: int, seed: int = 1) -> list[Written]:
    """`number` articles over five years, of all sources, always the same for one `seed`."""
    chance = random.Random(seed)
    articles = []
    for position in range(number):
        day = date(2018, 1, 1) + timedelta(days=chance.randrange(5 * 365))
        minute = f"T{chance.randrange(24):02}:{chance.randrange(60):02}+07:00" if chance.random() < 0.7 else ""
        articles.append(
            Written(
                position,
                headline=_sentence(chance, 4, 9),
                lead=_sentence(chance, 0, 12),
                body="\n\n".join(_sentence(chance, 8, 30) for _ in range(chance.randrange(1, 4))),
                captions=_sentence(chance, 0, 6),
                byline=chance.choice(BYLINES),
                source=chance.choice(SOURCES)[0],
                section=chance.choice(SECTIONS),
                day=day.isoformat(),
                published=f"{day.isoformat()}{minute}",
                tags=tuple(chance.sample(TAGS, chance.randrange(3))),
                revision=chance.choice((1, 1, 1, 2)),
                gone=chance.random() < 0.1,
            )
        )
    return articles


def stored(articles: Sequence[Written], db: sqlite_utils.Database | None = None) -> sqlite_utils.Database:
    """A database (in memory, unless given) with `articles` in it, indexed."""
    if db is None:
        # Closed with the last test that uses it, by the collector: in whichever thread that happens to run.
        db = sqlite_utils.Database(sqlite3.connect(":memory:", check_same_thread=False))
        weakref.finalize(db, db.conn.close)
    create(db)
    with db.atomic():
        for source in SOURCES:
            db.execute("INSERT OR REPLACE INTO sources VALUES (?, ?, ?, ?, '')", source)
        rows = [_store(db, article) for article in articles]
        writer.write(db, rows)
    return db


def _store(db: sqlite_utils.Database, article: Written) -> writer.IndexRow:
    key = f"http://{article.source}.example/{article.number}"
    province = next(source[3] for source in SOURCES if source[0] == article.source)
    captured = f"{article.day}T20:00:00.000Z"
    identity = db.execute("SELECT coalesce(max(id), 0) + 1 FROM articles").fetchone()[0]
    capture = _capture(db, article, captured)
    rowid = docids.docid_for(db, article.day, article.published)
    texts = (article.headline, article.lead, article.body, article.captions, article.byline)
    db.execute(
        "INSERT INTO articles (id, public_id, source, url, url_key, slug, headline, headline_by, lead, body, captions, "
        "byline, source_credit, section, published, published_precision, modified, day, day_estimated, province, "
        "province_now, words, confidence, capture, revision, first_captured, last_captured, gone_at, search_rowid) "
        "VALUES (?, ?, ?, ?, ?, '', ?, 'test', ?, ?, ?, ?, '', ?, ?, ?, NULL, ?, ?, ?, ?, ?, 1.0, ?, ?, ?, ?, ?, "
        "?)",
        (
            identity,
            article.public_id,
            article.source,
            key,
            key,
            *texts,
            article.section,
            article.published or None,
            article.precision or None,
            article.day,
            int(article.precision in ("", "month", "year")),
            province,
            now(province),
            len(re.findall(r"[^\W_]+", normalize("NFC", f"{article.lead} {article.body}").replace("\u00ad", ""))),
            capture,
            article.revision,
            captured,
            captured,
            captured if article.gone else None,
            rowid,
        ),
    )
    for position, tag in enumerate(article.tags):
        db.execute("INSERT INTO tags VALUES (?, ?, ?, ?)", (identity, position, tag, fold(tag)))
    return writer.IndexRow(rowid, *texts)


def revise(db: sqlite_utils.Database, article: Written, *texts: tuple[str, str]) -> None:
    """Gives `article` the revisions `texts` (UTC time of capture, body), the last of them its text of today."""
    found = "SELECT id, search_rowid FROM articles WHERE public_id = ?"
    identity, rowid = db.execute(found, (article.public_id,)).fetchone()
    rows = []
    for number, (captured, body) in enumerate(texts, start=1):
        read = Article(article.public_id, Found(article.headline, "test"), (body,), "test", "test/1")
        at = _capture(db, article, captured)
        rows.append(RevisionRow(identity, number, at, text_digest(read), "test/1", read))
    replace_revisions(db, identity, rows)
    db.execute(
        "UPDATE articles SET body = ?, lead = '', captions = '', byline = '', revision = ?, first_captured = ? "
        "WHERE id = ?",
        (texts[-1][1], len(texts), texts[0][0], identity),
    )
    writer.write(db, [writer.IndexRow(rowid, article.headline, "", texts[-1][1])])
    db.conn.commit()


def _capture(db: sqlite_utils.Database, article: Written, captured: str) -> int:
    number: int = db.execute("SELECT coalesce(max(id), 0) + 1 FROM captures").fetchone()[0]
    url = f"http://{article.source}.example/{article.number}"
    db.execute(
        "INSERT INTO captures (id, record_id, source, run, address, url_key, captured_at, kind, status, mime, file, "
        "offset, length, block, payload, provenance, state) VALUES (?, ?, ?, 'run', ?, ?, ?, 'article', "
        "200, 'text/html', 'warc/x.warc.gz', 0, 1, '', '', 'captured', 'new')",
        (number, f"urn:uuid:{number}", article.source, url, url, captured),
    )
    return number


def _sentence(chance: random.Random, fewest: int, most: int) -> str:
    words = []
    for _ in range(chance.randrange(fewest, most + 1)):
        word = chance.choice(SYLLABLES)
        style = chance.random()
        if style < 0.1:
            word = word.upper()
        elif style < 0.2:
            word = word.capitalize()
        elif style < 0.22:
            word = normalize("NFD", word)
        elif style < 0.24:
            word = f"{word[0]}\u00ad{word[1:]}"
        words.append(word + chance.choice(("", "", "", "", "", ",", ".", " –", "/", ":", "…", "”")))
    return " ".join(words)
