"""What commands say of files that a dead process left open."""

from __future__ import annotations

from archive.cli.output import say
from archive.warc.recover import Recovered


def tell(done: Recovered) -> None:
    """Says what became of a file that was left open."""
    say("{file}: left open by a process that died; {outcome}", file=done.file, outcome=done.outcome)
    if done.cut_bytes:
        say("  {bytes} bytes cut at {at}, kept in {tail}", bytes=done.cut_bytes, at=done.cut_at, tail=done.tail)
