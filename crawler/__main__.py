"""`python -m crawler SOURCE...`: `baotinh crawl` where no entry point is installed; each crawl of `watch` is one."""

from __future__ import annotations

import sys

import click

from archive.cli.command import language_option
from archive.cli.program import Program
from crawler.commands.crawl import crawl


class _Alone(Program):
    """A program with one command."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        """The command `crawl`."""
        return crawl


if __name__ == "__main__":
    _Alone("baotinh", params=[language_option()]).main(["crawl", *sys.argv[1:]])
