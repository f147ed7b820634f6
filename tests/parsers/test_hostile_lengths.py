"""Hostile lengths: what reads lines of a page costs no more than their size, and reads them as before."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from itertools import product

import pytest
from growth import MOST, growth

from archive.parsers.document.page import Page, open_page
from archive.parsers.feeds import read_robots
from archive.parsers.fields import headline, vocabulary
from archive.text.folding import tokens
from archive.text.urls import LONGEST

AT = datetime(2024, 3, 5, 8, tzinfo=UTC)


def opened(head: str = "") -> Page:
    markup = f"<html><head>{head}</head><body><p>a</p></body></html>"
    return open_page("http://bao.example/tin/1.html", markup.encode(), "text/html", AT)


CASES: dict[str, Callable[[int], object]] = {
    "a signature of blanks": lambda size: vocabulary.is_plain_signature("A B" + " " * size + "1"),
    "a signature of dashes": lambda size: vocabulary.without_role("- " * (size // 2) + "a"),
    "a title of blanks": lambda size: headline.without_site_name(opened(), "a" + " " * size + "b"),
    "a line and a title of joints": lambda size: headline.is_named("a " * (size // 2), ["- " * (size // 2)]),
    "robots.txt of empty lines": lambda size: read_robots(b"\n" * size + b"a"),
}


def texts(*pieces: str) -> list[str]:
    return ["".join(chosen) for length in range(6) for chosen in product(pieces, repeat=length)]


@pytest.mark.parametrize("case", CASES)
def test_a_line_costs_no_more_than_its_size(case: str) -> None:
    assert growth(lambda size: partial(CASES[case], size)) <= MOST


def test_titles_and_signatures_are_parted_where_a_plain_pattern_parts_them() -> None:
    """The plain patterns say what is meant; they cost the square of a run of blanks."""
    parts = re.compile(r"\s+[|–—-]\s+|\s*\|\s*|\s+»\s+")
    joints = re.compile(r"\s*(?:[-–,;/&+]|\bvà\b)\s*")
    for text in texts("a", " ", "|", "-", "»", "\n", "và"):
        assert headline._PARTS.split(text) == parts.split(text), text
        assert vocabulary._NAME_JOINTS.split(text) == joints.split(text), text


def test_a_title_names_a_line_that_stands_before_one_of_its_joints() -> None:
    for title in texts("a", " - ", "|", "b ", "-", " "):
        before = [tokens(title[: joint.start()]) for joint in headline._PARTS.finditer(title)]
        for line in ("a", "b", "a b", "a a", "b a b"):
            assert headline.is_named(line, [title]) == (tokens(line) in [tokens(title), *before]), (line, title)


def test_a_role_is_taken_off_where_a_plain_pattern_finds_it() -> None:
    role = vocabulary._ROLE
    plain = re.compile(rf"^{role}[\s,:|–-]+|[\s,:|–(-]+{role}\)?$", re.IGNORECASE)
    for text in texts("Hà", " ", "-", "(", ")", "PV", "nhà báo"):
        assert vocabulary.without_role(text) == (plain.sub("", text).strip() or text), text


def test_robots_txt_names_the_sitemaps_that_a_plain_pattern_finds() -> None:
    plain = re.compile(r"^\s*sitemap\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
    for text in texts("a", " ", "\n", "\r", ":", "Sitemap"):
        found = [link.url for link in read_robots(text.encode()).links]
        assert found == list(dict.fromkeys(plain.findall(text))), text


def test_a_base_longer_than_addresses_are_stands_before_no_link() -> None:
    def joined(base: str) -> str:
        return opened(f'<base href="{base}">').absolute("2.html")

    assert joined("http://bao.example/muc/") == "http://bao.example/muc/2.html"
    assert joined(f"http://bao.example/{'a' * LONGEST}/") == "http://bao.example/tin/2.html"
