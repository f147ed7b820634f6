"""Who an article says it comes from: a credit ("Theo Báo Nghệ An"), or the canonical address of another site.

A name is looked for among the sources that are held: by their names, ids and hosts. What is none of these stands as it
is written, if it is told to be a source at all and not just a person's name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from archive.text.folding import ACCENTED, fold

_LABEL: Final = re.compile(r"^\W*(?:theo|nguồn(?:\s+tin)?)\s*:?\s+(?=\w)", re.IGNORECASE)
_CAPITAL: Final = f"A-Z{ACCENTED.upper()}"
_NAME: Final = rf"(?P<name>(?:[{_CAPITAL}]|[\w-]+(?:\.[\w-]+)*\.[a-z]{{2,12}}\b)(?:(?!\.\s)[^!?…\n\[\]]){{1,60}}?)"
# At the end of a text, often without a break before it: "... pháp luật.Theo Vietnamnet", "Nguyễn Tiến(TheoAFP, AP)".
_AT_END: Final = (
    re.compile(rf"\((?:[Tt]heo|[Nn]guồn)\s*:?\s*{_NAME}\)\W*$"),
    re.compile(rf"(?<![{_CAPITAL}])(?:Theo|Nguồn(?:\s+tin)?)\s*:?\s+{_NAME}\W*$"),
)
_MOST_WORDS: Final = 9
_OUTER: Final = re.compile(r"\s*[/;|()]\s*|\s[-–]\s")  # who wrote it, then where: "Ngọc Hà - Gia đình và Xã hội"
_INNER: Final = re.compile(r"\s*,\s*")  # of several the first: "AFP, Reuters"
_GLUED: Final = re.compile(rf"(?<=[^\W\d_{_CAPITAL}])(?=[{_CAPITAL}])")  # "Trần XuânCông an nhân dân"
_PAPER: Final = re.compile(r"^(?:bao|tapchi|trang|cong)?(?:thongtin)?(?:dientu)?|(?:dientu|online)$")
_SECOND_LEVEL: Final = re.compile(r"\.(?:(?:com|net|org|gov|edu|info|name)\.)?[a-z]{2,12}$")
_LIKE_HOST: Final = re.compile(
    r"^(?:(?i:https?)://)?(?i:www\.)?([\w-]+(?:\.[\w-]+)*\.(?:[a-z]{2,12}|[A-Z]{2,12}))(?:[:/?#].*)?$", re.ASCII
)
_AGENCY: Final = {"ttxvn": "TTXVN", "thongtanxavietnam": "TTXVN", "thongtanxavn": "TTXVN"}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an article says it comes from: the id of a `held` source, or a name as it is written."""

    id: str
    name: str
    held: bool


@dataclass(frozen=True, slots=True)
class Credited:
    """What an article says of where it comes from: its credit, the end of its text, a canonical address elsewhere.

    `named` tells that the credit is one: the reader of a page took it for that, where a table of somebody else may have
    put the author there.
    """

    source: str
    credit: str
    end: str
    canonical: str
    named: bool


class Names:
    """The names by which the sources of an archive may be called, and which source each means."""

    def __init__(self, sources: Iterable[tuple[str, str, str]]) -> None:
        """`sources` are (id, name, homepage or host); a name that two of them have means neither."""
        meant: defaultdict[str, set[str]] = defaultdict(set)
        self._names: dict[str, str] = {}
        self._hosts: dict[str, str] = {}
        for source, name, address in sources:
            self._names[source] = name
            for known in (source, name, _domain(_host(address))):
                for key in _keys(known):
                    meant[key].add(source)
            if host := _host(address) or (source if "." in source else ""):
                self._hosts[host] = source
        self._meant = {key: next(iter(ids)) for key, ids in meant.items() if len(ids) == 1}

    def origin(self, said: Credited) -> Origin | None:
        """The origin that an article names; None where it names none, or itself."""
        address = self._of_host(_host(said.canonical))
        if address is not None and address.id != said.source:
            return address
        labelled = _LABEL.match(said.credit) is not None
        for credit, certain in ((_LABEL.sub("", said.credit), said.named or labelled), (credit_at_end(said.end), True)):
            found = self._named(credit.strip(" .“”\"'[]"), certain)
            if found is not None:
                return None if found.id == said.source else found
        return None

    def _named(self, credit: str, certain: bool) -> Origin | None:
        if not credit:
            return None
        whole, parts = (
            _outlet(credit),
            [part for outer in _OUTER.split(credit) for part in (outer, *_INNER.split(outer))],
        )
        for name in dict.fromkeys(part.strip(" .") for part in (credit, whole, *reversed(parts))):
            if like := _LIKE_HOST.match(name):
                return self._of_host(_host(like[1]))
            for key in _keys(name):
                if key in self._meant:
                    return self._held(self._meant[key])
            if (agency := _AGENCY.get(_plain(name))) is not None:
                return Origin(agency, agency, held=False)
        return Origin(_plain(whole), whole, held=False) if certain and _plain(whole) else None

    def _of_host(self, host: str) -> Origin | None:
        if not host:
            return None
        source = self._hosts.get(host) or self._hosts.get(_registered(host))
        return Origin(host, host, held=False) if source is None else self._held(source)

    def _held(self, source: str) -> Origin:
        return Origin(source, self._names[source], held=True)


def credit_at_end(text: str) -> str:
    """The source that the end of a text credits; "" where it credits none.

    >>> credit_at_end("... trước pháp luật.Theo Trần Xuân/Công an nhân dân"), credit_at_end("Tiến(TheoAFP, AP)")
    ('Trần Xuân/Công an nhân dân', 'AFP, AP')
    >>> credit_at_end("Theo Bộ Y tế, số ca mắc đang tăng nhanh tại nhiều địa phương."), credit_at_end("(theo dõi)")
    ('', '')
    """
    for pattern in _AT_END:
        if (found := pattern.search(text.strip())) and len(found["name"].split()) <= _MOST_WORDS:
            return found["name"]
    return ""


def _outlet(credit: str) -> str:
    """The paper in a credit that may name its author, too.

    >>> _outlet("Ngọc Hà - Gia đình và Xã hội"), _outlet("Trần XuânCông an nhân dân"), _outlet("AFP, Reuters")
    ('Gia đình và Xã hội', 'Công an nhân dân', 'AFP')
    >>> _outlet("VnReview"), _outlet("Phước Tuần (Zing)"), _outlet("Công DuyVietnamNet")
    ('VnReview', 'Zing', 'VietnamNet')
    """
    last = next((part for part in reversed(_OUTER.split(credit)) if part.strip()), credit)
    first = _INNER.split(last)[0]
    begun, _, _ = first.partition(" ")
    glued = _GLUED.search(first, len(begun))
    return first[glued.start() if glued else 0 :].strip()


def _keys(name: str) -> Iterator[str]:
    """What a name is looked up by: its letters, and those without the word for a newspaper before them.

    >>> list(_keys("Báo Nghệ An")), list(_keys("dantri"))
    (['baonghean', 'nghean'], ['dantri'])
    """
    plain = _plain(name)
    for key in dict.fromkeys((plain, _PAPER.sub("", plain))):
        if len(key) > 2:
            yield key


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", fold(name.replace("&", " và ")))


def _host(address: str) -> str:
    """The host of an address, or a host alone, as it is compared; "" for what is none."""
    like = _LIKE_HOST.match(address.strip())
    return like[1].lower() if like else ""


def _registered(host: str) -> str:
    """The domain that somebody has registered.

    >>> _registered("kinhdoanh.vnexpress.net"), _registered("www.dantri.com.vn"), _registered("bacninh.gov.vn")
    ('vnexpress.net', 'dantri.com.vn', 'bacninh.gov.vn')
    """
    ending = _SECOND_LEVEL.search(host)
    return host if ending is None else host[: ending.start()].rpartition(".")[2] + ending[0]


def _domain(host: str) -> str:
    """What a host is called, where it is a domain of its own and no part of one.

    >>> _domain("dantri.com.vn"), _domain("kinhdoanh.vnexpress.net")
    ('dantri', '')
    """
    ending = _SECOND_LEVEL.search(host)
    return host[: ending.start()] if ending and _registered(host) == host else ""
