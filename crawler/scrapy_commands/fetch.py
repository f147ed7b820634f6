"""`scrapy fetch URL`: prints what came; exit code 1 where nothing did."""

from __future__ import annotations

from argparse import Namespace

from scrapy.commands import fetch
from scrapy.http import Response

from crawler.running import Standalone


class Command(Standalone, fetch.Command):
    """Scrapy's own, which ends with 0 whatever came."""

    exitcode = 1

    def _print_response(self, response: Response, opts: Namespace) -> None:
        self.exitcode = 0
        super()._print_response(response, opts)
