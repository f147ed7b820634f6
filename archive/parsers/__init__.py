"""Reads preserved pages into articles, teasers and links: by the evidence of the page, with what is known of its CMS and site."""

from archive.parsers.reading import read_page

__all__ = ["read_page"]
