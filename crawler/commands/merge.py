"""`baotinh merge`: brings the archives of other machines into this one."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from archive.cli.command import archive_option, command, json_option
from archive.cli.opening import for_writing
from archive.cli.output import print_json, say
from archive.messages.language import spoken


@command("merge", examples=["baotinh merge /mnt/shard-1 /mnt/shard-2"], codes=(0, 2, 4, 5))
@click.argument("shards", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="SHARD...")
@json_option
@archive_option
def merge(shards: tuple[Path, ...], as_json: bool, root: Path) -> None:
    """Bring SHARD (complete archives, as other machines have crawled them) into this archive.

    WARC files are copied with their digests checked, captures read, frontiers united. Merging again changes nothing,
    and the order of shards changes nothing.
    """
    from crawler import merge as merging

    holdings = for_writing(root)
    done = []
    for shard in list(merging.shards(list(shards))):
        merged = merging.merge(holdings, shard)
        done.append(merged)
        if not as_json:
            message = "{shard}: {files} files, {captures} captures, {new} new articles, {urls} URLs"
            say(
                message,
                shard=merged.shard,
                files=merged.files,
                captures=merged.captures,
                new=merged.new,
                urls=merged.urls,
            )
            for note in merged.notes:
                say("{note}", note=spoken(note))
    if as_json:
        print_json([asdict(one) for one in done])
