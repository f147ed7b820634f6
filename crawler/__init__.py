"""Crawls the sources of the register politely and hands every answer over to the archive."""
