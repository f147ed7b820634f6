"""What differs from Scrapy 2.19's defaults, each line with its reason. "Measured" is on loopback, Scrapy 2.19.0."""

import os

from archive.custody.events import SOFTWARE

BOT_NAME = "baotinh"
SPIDER_LOADER_CLASS = "crawler.spider.RegisterLoader"  # every source of the register is a spider
# Spiders for sites that need code; an operator's own modules are named by BAOTINH_SPIDERS, apart by blanks.
SPIDER_MODULES = ["crawler.spiders", *os.environ.get("BAOTINH_SPIDERS", "").split()]
ITEM_PIPELINES = {"crawler.spiders.Archived": 1000}  # last: what callbacks yield is kept as other pipelines leave it
COMMANDS_MODULE = "crawler.scrapy_commands"  # shell, fetch, parse: one address without the frontier
SCHEDULER = "crawler.frontier.scheduler.Frontier"  # JOBDIR lost 695 of 1,000 pages at one kill -9, and reported success

# Where the archive lies; `-s ARCHIVE=...` and BAOTINH_ARCHIVE say otherwise.
ARCHIVE = os.environ.get("BAOTINH_ARCHIVE", "data")

# The orders of a run are BAOTINH_LIMIT and others, which `baotinh crawl` sets by its options: crawler.frontier.limits.
BAOTINH_ALLOW_LOOPBACK = os.environ.get("BAOTINH_ALLOW_LOOPBACK", "") not in ("", "0")

# The wire
DOWNLOAD_HANDLERS = {
    "http": "crawler.http.capture.CaptureHandler",  # keeps both directions byte for byte
    "https": "crawler.http.capture.CaptureHandler",
    "file": None,  # a file:///... request read a local file and came back as 200 (measured)
    "data": None,
    "ftp": None,
    "s3": None,
}
DOWNLOAD_TIMEOUT = 60.0  # connecting, head and body; the default of 180 s lets one slow page hold a source
BAOTINH_ATTACHMENT_TIMEOUT = 300.0  # a scanned resolution of 30 MB from a small town's server
DOWNLOAD_VERIFY_CERTIFICATES = False  # what a site serves is kept with the verdict on its certificate, not refused
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "vi,en;q=0.5",
    "Accept-Encoding": "gzip",  # every server has it, and every reader of WARC files decodes it
}
USER_AGENT = SOFTWARE  # the frontier adds the operator's contact from archive.toml

# Manners: the frontier hands out what may be asked for now, so Scrapy has nothing left to delay.
CONCURRENT_REQUESTS = 64  # over all hosts
CONCURRENT_REQUESTS_PER_DOMAIN = 64  # each host's number is held by its pace (crawler.frontier.pace)
DOWNLOAD_DELAY = 0  # the same
ROBOTSTXT_OBEY = False  # obeyed by the frontier's gate: Scrapy's let 13 of 16 first requests through (measured)

# Nothing of Scrapy's own between the frontier and the wire: robots, retries, redirects, cookies, compression are either
# the frontier's business or must not be touched; MetaRefresh alone decoded each page in the reactor (0.5 ms of 2.0).
# HttpProxy would let http_proxy bypass the address guard; Referer sent full URLs to other hosts (measured); HttpError
# held 304, 404 and 410 back, which are captures too. Emptied at the base: what is only set to None there is still
# imported (0.5 s of 1.5 s CPU at the start, measured), and what a later Scrapy adds would come by itself.
DOWNLOADER_MIDDLEWARES_BASE: dict[str, int] = {}
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}
# Gone with the rest: a Python shell on 127.0.0.1:6023, an HTTP server on a random port that runs code, a throttle that
# looks at latency only (not at 429, 503 or Retry-After), and counts that the run's report holds in our words.
EXTENSIONS_BASE = {"scrapy.extensions.memusage.MemoryUsage": 0}
EXTENSIONS = {"crawler.progress.Progress": 0}
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
COOKIES_ENABLED = False  # session ids, per-visitor pages

CONCURRENT_ITEMS = 1  # the default starts 100 workers for each response: 1.4-1.9 times the CPU (measured)
WARN_ON_GENERATOR_RETURN_VALUE = False  # looked up for each callback
MEMUSAGE_LIMIT_MB = 1500
LOG_LEVEL = "INFO"
STATS_DUMP = False  # the run's report takes its place
