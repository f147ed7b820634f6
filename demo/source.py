"""The sample site as a source of the register, written as an operator would write it."""

from __future__ import annotations

from urllib.parse import urlsplit

from demo.pages import NAME
from demo.posts import SECTIONS

ID = "huyen-uy-lam-khe"


def source_toml(base: str, delay: float = 0.1) -> str:
    """The source file of the sample site served at `base`, with `delay` seconds between two requests.

    The register lets nobody go below one second; only a source whose hosts are all on loopback may.
    """
    listings = ", ".join(f'"/{alias}/"' for alias in SECTIONS)
    return f"""\
# The sample site of baotinh: invented, served on loopback by `python -m demo.serve`.
id       = "{ID}"
name     = "{NAME}"
kind     = "party"
province = "bac-kan"        # as it was: Thái Nguyên since 1 July 2025
status   = "verified"
hosts    = ["{urlsplit(base).netloc}"]

[[layout]]
family = "nukeviet"

[discover]
feeds    = ["/rss/"]
sitemaps = ["/sitemap.xml"]
listings = [{listings}]
pages    = "{{listing}}page-{{page}}/"
article  = ['^/[a-z-]+/[a-z0-9-]+-\\d+\\.html$']
never    = ['^/print/', '^/savefile/', '[?&]nvvithemever=']

[politeness]
delay_seconds = {delay}

[expect]
min_articles_per_crawl = 30
fields                 = {{ headline = 1.0, published = 1.0, lead = 0.9, body = 1.0 }}
"""
