"""`scrapy shell URL`: a Python prompt with the answer as `response`."""

from __future__ import annotations

from scrapy.commands import shell

from crawler.running import Standalone


class Command(Standalone, shell.Command):
    """Scrapy's own; it reads local files too, as its documentation says."""

    handlers = Standalone.handlers | {"file": "scrapy.core.downloader.handlers.file.FileDownloadHandler"}
