"""Reads preserved pages into articles, teasers and links: strict on known CMS families, careful on all others."""

from archive.parsers.reading import read_page

__all__ = ["read_page"]
