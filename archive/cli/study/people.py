"""`baotinh study people`: whom articles name with an office, as what, and from when to when."""

from __future__ import annotations

from pathlib import Path

from archive.cli.answers import is_printed, tell
from archive.cli.command import archive_option, command, json_option, option, question
from archive.cli.opening import reading
from archive.cli.output import print_table, say
from archive.corpus.people import HEAD, PeopleRequest, answer, offices
from archive.errors import NothingFound
from archive.messages.language import number, tr


@command(
    "people",
    examples=[
        "baotinh study people",
        "baotinh study people --office 'Bí thư Tỉnh ủy' --by first",
        "baotinh study people --csv 'nguoi:\"Nguyễn Văn A\"' > chuc-vu.csv",
    ],
    codes=(0, 2, 3, 4, 5),
)
@question(PeopleRequest)
@option("--csv", "as_csv", is_flag=True, help="Print CSV, for spreadsheets: a line an office.")
@json_option
@archive_option
def people(asked: PeopleRequest, as_csv: bool, as_json: bool, root: Path) -> None:
    """Show whom articles name with an office: each name, its offices with first and last day, and how many articles.

    Days are those of the articles: an office began before the first and goes on after the last. Two persons of one name
    are not told apart.
    """
    with reading(root) as held:
        found = answer(held, asked)
    if not is_printed(found, as_json, as_csv, offices(found), HEAD):
        tell(found)
        told = "{names} names in {articles} articles, {shown} shown"
        say(told, names=number(found.names), articles=number(found.articles), shown=number(len(found.people)))
        table, before = [], ""
        for name, *office in offices(found):
            table.append(("" if name == before else name, *office))
            before = name
        print_table(table, [tr("name"), tr("office"), tr("first day"), tr("last day"), tr("articles")])
    if not found.people:
        raise NothingFound("no article names a person with such an office")
