"""An archive is made with a contact that site owners can use."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from growth import MOST, growth

from archive.cli import main
from archive.cli.keep.ingest import _CONTACT


def made(tmp_path: Path, contact: str) -> tuple[int, str]:
    run = CliRunner().invoke(main, ["init", str(tmp_path / "a"), "--operator", "Thư viện", "--contact", contact])
    return run.exit_code, run.stderr


@pytest.mark.parametrize(
    "contact",
    [
        "luu-tru@thuvien.example",
        "mailto:luu-tru@thuvien.example",
        "https://thuvien.example",
        "http://a.example/lien-he",
        "http://a.b.c.example",
        "http://.b.example",
    ],
)
def test_an_address_is_taken(tmp_path: Path, contact: str) -> None:
    assert made(tmp_path, contact)[0] == 0


@pytest.mark.parametrize(
    "contact",
    [
        "",
        "thư viện",
        "thuvien.example",
        "a@b",
        "http://a",
        "http://.a",
        "http://a.",
        "http://a/b.c",
        "ftp://thuvien.example",
        "a@b.c\nX: y",
    ],
)
def test_what_nobody_can_write_to_is_refused_and_nothing_is_made(tmp_path: Path, contact: str) -> None:
    code, told = made(tmp_path, contact)
    assert code == 2
    assert "not an e-mail address" in told
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize("contact", ["http://a.", "mailto:a@a.", "a@"])
def test_a_long_contact_costs_no_more_than_its_size(contact: str) -> None:
    assert growth(lambda size: partial(_CONTACT.fullmatch, contact + "a." * (size // 2) + " ")) <= MOST
