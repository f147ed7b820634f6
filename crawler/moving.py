"""Notices that a whole site has moved: most answers of one of its hosts lead to one host outside. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

ENOUGH = 3
"""Redirects from which a site may have moved; fewer only where nothing else was answered."""


@dataclass(frozen=True, slots=True)
class Move:
    """`redirects` of the `answers` of `host` in a run lead to `target`, outside the source; none was followed."""

    host: str
    target: str
    redirects: int
    answers: int
    url: str  # one of them
    location: str  # where that one leads

    def told(self) -> str:
        """The move in a sentence, with an example."""
        return (
            f"{self.host} seems to have moved to {self.target}: {self.redirects} of {self.answers} answers lead there,"
            f" as {self.url} to {self.location}; nothing was followed"
        )

    def lines(self, day: str) -> tuple[str, ...]:
        """What to add to the source file, once a person has seen that it is the same newspaper; `day` is YYYY-MM-DD."""
        return ("[[host]]", f'name  = "{self.target}"', f"since = {day}")


def moves(
    redirects: Mapping[tuple[str, str], int], answers: Mapping[str, int], examples: Mapping[tuple[str, str], str]
) -> tuple[Move, ...]:
    """The moves in the counts of a run: redirects out of the source by host and target, answers by host.

    `examples` hold a URL and its target, parted by a blank, for each pair.
    """
    found = []
    for (host, target), number in sorted(redirects.items()):
        every = answers.get(host, 0)
        if 2 * number > every and (number >= ENOUGH or number == every):
            url, _, location = examples[host, target].partition(" ")
            found.append(Move(host, target, number, every, url, location))
    return tuple(found)
