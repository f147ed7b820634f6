"""What commands say of files that a dead process left open."""

from __future__ import annotations

from archive.cli.output import say
from archive.cli.words import number
from archive.warc.recover import Recovered


def tell(done: Recovered) -> None:
    """Says what became of a file that was left open."""
    say("{file}: left open by a process that died; {outcome}", file=done.file, outcome=done.outcome)
    if done.cut_bytes:
        cut, at = number(done.cut_bytes), number(done.cut_at)
        say("  {bytes} bytes cut at {at}, kept in {tail}", bytes=cut, at=at, tail=done.tail)
