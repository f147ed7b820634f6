"""`scrapy parse URL`: the article that the source's spider reads, and the links; exit code 1 without an answer."""

from __future__ import annotations

from argparse import Namespace

from scrapy.commands import parse

from crawler.running import Standalone


class Command(Standalone, parse.Command):
    """Scrapy's own, which ends with 0 whatever came."""

    def run(self, args: list[str], opts: Namespace) -> None:
        """Fetches and reads; items and links are printed."""
        super().run(args, opts)
        if not self.first_response:
            self.exitcode = 1
