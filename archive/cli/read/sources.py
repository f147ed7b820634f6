"""`baotinh sources`: the register of sources, listed, shown and checked; the commands of one source stand under it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from archive.cli.command import archive_option, archive_root, command, json_option, option
from archive.cli.opening import reading, register_of
from archive.cli.output import print_json, print_table, say
from archive.cli.program import Gathering
from archive.errors import ArchiveError, NothingFound
from archive.holdings import SETTINGS, Holdings
from archive.learning import golden
from archive.messages.language import number, tr
from archive.places import PROVINCES_63, now, province
from archive.sources import Register, Source, read_source
from archive.store.samples import sample


@click.group(
    "sources",
    cls=Gathering,
    homes={"archive.cli.read.learn": "learn", "archive.cli.keep.verify": "certificate"},
    invoke_without_command=True,
    examples=["baotinh sources", "baotinh sources check", "baotinh sources verify ca-mau-bao"],
    codes=(0, 2, 3),
)
@click.pass_context
def sources(context: click.Context) -> None:
    """List, add, survey, check, learn and verify the sites that can be crawled, one TOML file each."""
    if context.invoked_subcommand is None:
        context.invoke(list_sources, province_name="", status="", as_json=False, root=archive_root(context))


@command(
    "list", examples=["baotinh sources list --province 'Thái Nguyên'", "baotinh sources list --json"], codes=(0, 2, 3)
)
@option("--province", "province_name", default="", metavar="NAME", help="Only sources of this province, old or new.")
@option("--status", default="", metavar="WORD", help="Only these: verified, unverified, excluded or closed.")
@json_option
@archive_option
def list_sources(province_name: str, status: str, as_json: bool, root: Path) -> None:
    """List the sources: shipped ones and your own. 'unverified' is a first guess that nobody has checked."""
    ids = _provinces(province_name)
    found = [
        source
        for source in _register(root).all()
        if (not ids or source.province in ids) and (not status or source.status == status)
    ]
    if not found:
        raise NothingFound("no source of that kind in the register")
    if as_json:
        print_json([_short(source) for source in found])
    else:
        rows = [(s.id, s.name, s.kind, s.province, s.status, s.homepage) for s in found]
        print_table(rows, ["id", *map(tr, ("name", "kind", "province", "status", "homepage"))])


@command("show", examples=["baotinh sources show thai-nguyen-dang"], codes=(0, 2))
@click.argument("source_id", metavar="ID")
@json_option
@archive_option
def show_source(source_id: str, as_json: bool, root: Path) -> None:
    """Show one source as its file describes it."""
    source = _register(root).get(source_id)
    fit = _fit(root, source)
    if as_json:
        layouts = [layout.family for layout in source.layouts]
        print_json(_short(source) | {"file": source.file, "layouts": layouts, "fit": fit})
    else:
        if fit is not None:
            say("the learnt layout fits {share} of the articles read last", share=f"{number(round(100 * fit))}%")
        click.echo(f"# {source.file}")
        click.echo(Path(source.file).read_text(encoding="utf-8").rstrip())


@command("check", examples=["baotinh sources check", "baotinh sources check --renew my-source.toml"], codes=(0, 1, 2))
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True))
@option("--renew", is_flag=True, help="Keep what is read now as what is right: look at the differences first.")
@archive_option
def check_sources(files: tuple[Path, ...], renew: bool, root: Path) -> None:
    """Check source files: the ones given, else the whole register. The first fault ends with file and key named.

    The golden pages beside them are read again with today's parsers; each field that differs is a line, and the exit
    code is 1, or with --renew they are written anew. Nothing is fetched.
    """
    found = Register.of(read_source(path) for path in files).all() if files else _register(root).all()
    say("valid sources: {count}", count=number(len(found)))
    pages = [(source, file) for source in found for file in golden.goldens(source)]
    differing = [golden.differences(source, file) for source, file in pages]
    for one in (difference for several in differing for difference in several):
        click.echo(tr("{file}: {field}: was {was}, is now {now}", **asdict(one)))
    if renew:
        changed = [page for page, several in zip(pages, differing, strict=True) if several]
        for source, file in changed:
            golden.renew(source, file)
        say("golden pages renewed: {count}", count=number(len(changed)))
        return
    if any(differing):
        raise ArchiveError("golden pages read differently: {count}", count=number(sum(map(bool, differing))))
    if pages:
        say("golden pages read as before: {count}", count=number(len(pages)))


for _one in (list_sources, show_source, check_sources):
    sources.add_command(_one)


def _register(root: Path) -> Register:
    # the register can be read before there is an archive: that is when one chooses
    return register_of(Holdings.open(root) if (root / SETTINGS).is_file() else None)


def _fit(root: Path, source: Source) -> float | None:
    """The share of the articles read last whose pages the learnt layout fits; None where none is learnt or held."""
    if source.layouts[-1].learned is None or not (root / SETTINGS).is_file():
        return None
    if not Holdings.open(root).database.exists():
        return None
    with reading(root) as db:
        found = sample(db, source.id)
    return round(found.fit, 3) if found.fit is not None else None


def _provinces(name: str) -> frozenset[str]:
    if not name:
        return frozenset()
    unit = province(name)
    return frozenset({unit.id} | {old.id for old in PROVINCES_63 if now(old.id) == unit.id})


def _short(source: Source) -> dict[str, object]:
    return {
        "id": source.id,
        "name": source.name,
        "kind": source.kind,
        "province": source.province,
        "status": source.status,
        "verified_on": source.verified_on.isoformat() if source.verified_on else None,
        "verified_by": source.verified_by,
        "homepage": source.homepage,
        "hosts": [host.name for host in source.hosts],
    }
