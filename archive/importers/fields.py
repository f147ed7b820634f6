"""Which key of a row serves which field of an article: by the names that people give such keys, or as they say it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from archive.errors import UsageError
from archive.messages.message import Message
from archive.text.folding import fold

NAMES: Final[dict[str, str]] = {
    "url": "url link page_url source_url article_url news_url post_url web_url canonical_url canonical permalink href"
    " uri duong_dan lien_ket dia_chi",
    "page": "raw_html page_html response_html html",
    "headline": "headline title tieu_de article_title news_title ten_bai heading subject name",
    "lead": "lead sapo description summary excerpt abstract standfirst snippet tom_tat mo_ta",
    "text": "paragraphs body content text article article_text article_body noi_dung full_text fulltext main_text"
    " maintext content_text text_content body_text content_html html_content body_html raw_text"
    " cleaned_text van_ban document",
    "published": "published published_at publish_date published_date date_published publication_date date_publish"
    " pubdate pub_date publish_time published_time publish_at published_on ngay_dang"
    " thoi_gian_dang ngay_xuat_ban posted_at post_date datetime date time thoi_gian ngay"
    " created_at created creation_date",
    "modified": "modified modified_at updated updated_at date_modified last_modified update_time ngay_cap_nhat",
    "byline": "byline author authors author_name tac_gia nguoi_viet but_danh writer journalist creator",
    "source_credit": "source_credit credit credits source source_name original_source nguon nguon_tin",
    "section": "section category category_name category_primary chuyen_muc danh_muc the_loai muc categories rubric"
    " labels label chu_de topic",
    "tags": "tags tag keywords keyword tu_khoa hashtags topics",
    "captions": "captions caption image_captions image_caption photo_caption chu_thich chu_thich_anh",
    "images": "images image image_urls image_url pictures photos photo thumbnail top_image hinh_anh anh img",
    "attachments": "attachments files tep_dinh_kem",
    "kept": "scraped_at crawled_at fetched_at downloaded_at retrieved_at collected_at accessed_at crawl_time crawl_date"
    " date_download timestamp",
}
"""The fields of an article, and what people call their keys (folded, words parted by _), the most exact name first."""

_RANKS: Final = {
    name: (said, rank) for said, names in NAMES.items() for rank, name in enumerate(names.split())
}  # of one name for two fields the last would count; test_importers_fields.py forbids such
_WHOLE: Final = frozenset({"images", "attachments"})  # their parts belong together
_WORDS: Final = frozenset({"headline", "byline", "source_credit", "section", "tags"})  # a number in them is a key
_LEAVES: Final = frozenset(
    {"text", "name", "value", "title", "label", "rendered", "primary", "main", "content", "full", "plain"}
)
_AROUND: Final = frozenset(
    {"_source", "data", "article", "item", "fields", "doc", "news", "metadata", "meta", "attributes", "post", "record"}
)
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_OTHER: Final = re.compile(r"[^a-z0-9]+")
_DEEPEST: Final = 6
_MOST_KEYS: Final = 500
_MOST_DOTS: Final = 20  # in a key: what has more names no field, and no way down
_EMPTY: Final = frozenset({"", "nan", "null", "none", "[]", "{}", "n/a"})
_LONGEST_EXAMPLE: Final = 60


@dataclass(frozen=True, slots=True)
class Use:
    """A key of a file: the field that it serves ("" where it serves none, with the reason), on how many rows it has a
    value, and the first of them.
    """

    key: str
    field: str
    rows: int
    example: str
    reason: Message | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What a row gives: for each field the key and its value as it stands there."""

    keys: dict[str, str]
    values: dict[str, Any]


@dataclass(slots=True)
class Recognition:
    """The keys of one file, as they are met row by row; `chosen` are the fields whose keys the person has named."""

    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    _known: dict[str, tuple[str, int] | None] = field(default_factory=dict)
    _rows: Counter[str] = field(default_factory=Counter)
    _worded: Counter[str] = field(default_factory=Counter)
    _served: Counter[tuple[str, str]] = field(default_factory=Counter)
    _examples: dict[str, str] = field(default_factory=dict)

    def of(self, item: Mapping[str, Any]) -> Given:
        """The fields that the row `item` gives."""
        best: dict[str, tuple[int, str, Any]] = {}
        for key, value in _leaves(item):
            if not self._note(key, value):
                continue
            told = self._known[key]
            if told is not None and told[0] in _WORDS and _is_numbers(value):
                told = None
            if told is not None and (told[0] not in best or told[1] < best[told[0]][0]):
                best[told[0]] = (told[1], key, value)
        for said, keys in self.chosen.items():
            best.pop(said, None)
            for key in keys:
                value = value_at(item, key)
                if not _is_empty(value):
                    self._examples.setdefault(key, example(value))
                    best[said] = (0, key, value)
                    break
        for said, (_, key, _value) in best.items():
            self._served[said, key] += 1
        return Given({said: key for said, (_, key, _v) in best.items()}, {said: one[2] for said, one in best.items()})

    def uses(self) -> tuple[Use, ...]:
        """Every key met: what serves a field first, in the order of the fields, then what is dropped and why."""
        order = list(NAMES)
        served = sorted(self._served, key=lambda pair: (order.index(pair[0]), -self._served[pair]))
        used = [Use(key, said, self._served[said, key], self._examples[key]) for said, key in served]
        serving = {key for _, key in served}
        dropped = [
            Use(key, "", count, self._examples[key], self._why(key))
            for key, count in self._rows.most_common()
            if key not in serving
        ]
        return (*used, *dropped)

    def unmet(self) -> tuple[str, ...]:
        """What the person has named and no row has: "text=content.txt"."""
        return tuple(
            f"{said}={','.join(keys)}"
            for said, keys in self.chosen.items()
            if keys and not any((said, key) in self._served for key in keys)
        )

    def _note(self, key: str, value: object) -> bool:
        if _is_empty(value):
            return False
        if key not in self._known:
            if len(self._known) >= _MOST_KEYS:
                return False
            self._known[key] = field_of(key)
            self._examples[key] = example(value)
        self._rows[key] += 1
        self._worded[key] += not _is_numbers(value)
        return True

    def _why(self, key: str) -> Message:
        told = self._known[key]
        if told is None:
            return Message("an article has no such field")
        if told[0] in _WORDS and told[0] not in self.chosen and not self._worded[key]:
            return Message("numbers and no names")
        if told[0] in self.chosen:
            return Message("another key was chosen for it") if self.chosen[told[0]] else Message("left out as asked")
        return Message("another key serves it")


def read_choice(options: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """`--map` as it is typed, "text=content.text": field and keys; raises UsageError for what is no field."""
    chosen: dict[str, tuple[str, ...]] = {}
    for option in options:
        said, equals, key = option.partition("=")
        if said not in NAMES or not equals:
            told = "--map {option}: write FIELD=KEY, like text=content.text; fields: {fields}"
            raise UsageError(told, option=option, fields=", ".join(NAMES))
        chosen[said] = (*chosen.get(said, ()), *([key] if key else []))
    return chosen


def field_of(key: str) -> tuple[str, int] | None:
    """The field that a key (dotted where it lies deeper) names by its words, and how exactly: less is better.

    >>> field_of("Tiêu đề"), field_of("content.text"), field_of("publishedAt")
    (('headline', 2), ('text', 12), ('published', 1))
    >>> field_of("title.rendered"), field_of("data.sapo"), field_of("data.rows"), field_of("entities")
    (('headline', 101), ('lead', 201), None, None)
    """
    return None if key.count(".") > _MOST_DOTS else _of_words(tuple(_word(part) for part in key.split(".")))


def _of_words(words: tuple[str, ...]) -> tuple[str, int] | None:
    if (found := _RANKS.get("_".join(words))) is not None:
        return found
    shorter = (100, words[:-1] if words[-1] in _LEAVES else ()), (200, words[1:] if words[0] in _AROUND else ())
    for added, rest in shorter:
        if rest and (found := _of_words(rest)) is not None:
            return found[0], found[1] + added
    return None


def value_at(item: object, key: str) -> Any:
    """What stands at the dotted `key`: a key with dots in it first; of a list the part numbered so, else of each part.

    >>> value_at({"a.b": 1, "a": {"b": 2}}, "a.b"), value_at({"p": [{"t": "x"}, {"t": "y"}]}, "p.t")
    (1, ['x', 'y'])
    >>> value_at({"p": [{"t": "x"}, {"t": "y"}]}, "p.1.t"), value_at({"p": 1}, "p.t")
    ('y', None)
    """
    if not key:
        return item
    if isinstance(item, dict):
        if key in item:
            return item[key]
        parts = key.split(".") if key.count(".") <= _MOST_DOTS else []
        for length in range(len(parts) - 1, 0, -1):
            head = ".".join(parts[:length])
            if head in item and (found := value_at(item[head], ".".join(parts[length:]))) is not None:
                return found
        return None
    if isinstance(item, list):
        head, _, rest = key.partition(".")
        if head.isascii() and head.isdigit():
            return value_at(item[int(head)], rest) if int(head) < len(item) else None
        return _gathered(value_at(one, key) for one in item) or None
    return None


def example(value: object) -> str:
    """The beginning of `value`, on one line."""
    text = " ".join(str(value)[: 4 * _LONGEST_EXAMPLE].split())
    return text if len(text) <= _LONGEST_EXAMPLE else text[: _LONGEST_EXAMPLE - 1] + "…"


def _leaves(item: Mapping[str, Any], before: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Every value of a row that is no object, with its dotted key; of lists of objects the values of each, together."""
    for name, value in item.items():
        key = f"{before}{name}"
        inner = value
        if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
            inner = _together(value)
        if isinstance(inner, dict) and depth < _DEEPEST and (field_of(key) or ("",))[0] not in _WHOLE:
            yield from _leaves(inner, f"{key}.", depth + 1)
        else:
            yield key, value


def _together(items: list[dict[str, Any]]) -> dict[str, Any]:
    names = dict.fromkeys(name for one in items for name in one)
    return {name: _gathered(one.get(name) for one in items) for name in names}


def _gathered(values: Iterable[Any]) -> list[Any]:
    found: list[Any] = []
    for value in values:
        found += value if isinstance(value, list) else [] if value is None else [value]
    return found


def _word(text: str) -> str:
    return _OTHER.sub("_", fold(_CAMEL.sub("_", text))).strip("_") if text != "_source" else text


def _is_numbers(value: object) -> bool:
    return isinstance(value, int | float) or (
        isinstance(value, list) and all(isinstance(one, int | float) for one in value)
    )


def _is_empty(value: object) -> bool:
    if isinstance(value, str):
        return (len(value) < 8 and value.strip().lower() in _EMPTY) or value.isspace()
    return value is None or value == [] or value == {} or value != value  # NaN is not itself
