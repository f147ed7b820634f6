"""Reads preserved pages into articles, teasers and links: by evidence, with what is known of the CMS and the site."""

from archive.parsers.reading import read_page

__all__ = ["read_page"]
