"""Brings what other tools and other people kept into the archive: WARC, WACZ, saved HTML, Scrapy JSON Lines."""
