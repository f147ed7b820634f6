"""`baotinh`: the archive on the command line, one module per command."""

from archive.cli.program import main

__all__ = ["main"]
