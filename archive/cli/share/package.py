"""`baotinh package`: the holdings, or what a query finds, packed for others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import sqlite_utils

from archive.cli.command import archive_option, command, json_option, question
from archive.cli.opening import for_writing, of_source, reading
from archive.cli.output import print_json, say
from archive.custody.package import Packaged, check_bag, check_wacz, write_bag, write_wacz
from archive.errors import DamageError, NothingFound, UsageError
from archive.holdings import Holdings
from archive.messages.language import number, spoken
from archive.search import engine
from archive.search.question import option as declared
from archive.search.request import SearchRequest
from archive.terminal import put

_PAGE = 200


@dataclass(frozen=True, slots=True)
class PackageOptions:
    """What is packed into which file, or which package is checked."""

    target: Path = declared("", kind="path", argument=1)
    query: str = declared("", "", argument=-1)
    bag: bool = declared("Write the whole archive as a BagIt folder, for deposit.", False)
    source: str = declared("Only this source.", "", metavar="ID")
    title: str = declared("Title of the package; the query or the operator if not given.", "")
    description: str = declared("What the package is, in a sentence.", "")
    force: bool = declared("Write over a file that exists.", False)
    check: bool = declared("Check TARGET instead, a WACZ file or the folder of a bag.", False)


@command(
    "package",
    examples=[
        "baotinh package luu-tru.wacz",
        "baotinh package rut-kinh-nghiem.wacz 'rút kinh nghiệm' --title 'Hội nghị rút kinh nghiệm 2020'",
        "baotinh package nop-luu-tru --bag",
        "baotinh package --check luu-tru.wacz",
    ],
    codes=(0, 2, 3, 4, 5),
)
@question(PackageOptions)
@json_option
@archive_option
def package(asked: PackageOptions, as_json: bool, root: Path) -> None:
    """Write TARGET as WACZ: the whole archive, one source, or the articles that QUERY finds.

    In it lie the WARC records, their index, the pages with their text, and the digests of all files. What was taken
    down is not in it. The package is written beside its name and renamed when whole.
    """
    if asked.check:
        _check(asked.target, as_json)
        return
    holdings = for_writing(root)
    if asked.bag:
        if asked.query or asked.source:
            raise UsageError("a bag holds the whole archive; leave out query and source")
        told = write_bag(holdings, asked.target, asked.description)
    else:
        with of_source(asked.source, root):
            told = _write(holdings, asked)
    if as_json:
        print_json(told)
    else:
        put(f"{told.path}  {told.digest}\n")
        _tell(told, asked.bag)


def _write(holdings: Holdings, asked: PackageOptions) -> Packaged:
    query, chosen = f"({asked.query}) bao:{asked.source}" if asked.query and asked.source else asked.query, None
    if query:
        with reading(holdings.root) as db:
            chosen = list(_hits(db, query))
        if not chosen:
            raise NothingFound("no article to export")
    return write_wacz(
        holdings,
        asked.target,
        title=asked.title or query or asked.source or holdings.settings.operator,
        description=asked.description,
        articles=chosen,
        source=asked.source,
        force=asked.force,
    )


def _tell(told: Packaged, bag: bool) -> None:
    if bag:  # its records are not opened, so not counted
        say("{bytes} bytes, {files} files", bytes=number(told.bytes), files=told.files)
        return
    said = "{bytes} bytes, {files} files, {captures} captures, {pages} pages"
    say(said, bytes=number(told.bytes), files=told.files, captures=number(told.captures), pages=number(told.pages))


def _check(target: Path, as_json: bool) -> None:
    found = check_bag(target) if target.is_dir() else check_wacz(target)
    if as_json:
        print_json(found)
    for sentence in () if as_json else found:
        click.echo(spoken(sentence))
    if found:
        raise DamageError("not as recorded: {count}", count=len(found))
    say("{path} holds what it says", path=target)


def _hits(db: sqlite_utils.Database, query: str) -> Iterator[str]:
    cursor = None
    while True:
        answer = engine.meant(db, SearchRequest(query, _PAGE, cursor, "oldest", counts=False))
        yield from (hit.public_id for hit in answer.hits)
        cursor = answer.cursor
        if cursor is None:
            return
