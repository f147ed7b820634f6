"""Surveys several sites, a few at a time, each kept as soon as it is whole; and tells what waits for a person."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from archive.custody.withheld import Withheld
from archive.holdings import Holdings
from archive.sources import Register, Source
from archive.text.urls import url_key
from crawler.scope import on_this_machine
from crawler.survey.look import look_at
from crawler.survey.model import Survey, fresh, keep
from crawler.survey.pages import PageReader
from crawler.survey.verdict import ORDER, Verdict, verdict_of

AGAIN_DAYS: Final = 30.0
"""How long a watch takes a survey for true."""

_TELL_SECONDS: Final = 24 * 3600.0

Told = Callable[[Survey, Verdict], None]


async def survey_all(
    holdings: Holdings, register: Register, sources: Sequence[Source], most: int, told: Told, *, loopback: bool
) -> dict[str, Survey]:
    """Surveys `sources`, at most so many at a time; `told` hears of each. The surveys by source."""
    done: dict[str, Survey] = {}
    withheld = Withheld.load(holdings.root)
    places = asyncio.Semaphore(most)
    reader = PageReader()
    contact = holdings.settings.contact

    async def one(source: Source) -> None:
        async with places:
            looked = await look_at(source.homepage, contact, reader, register, source, loopback=loopback)
        shown = tuple(one for one in looked.survey.articles if not withheld.covers(url_key(one.url)))
        done[source.id] = found = replace(looked.survey, articles=shown)
        keep(holdings.root, found)
        told(found, verdict_of(found, source, register))

    try:
        async with asyncio.TaskGroup() as group:
            for source in sources:
                group.create_task(one(source))
    except BaseExceptionGroup as several:
        raise several.exceptions[0] from None
    finally:
        reader.close()
    return done


@dataclass(frozen=True, slots=True)
class Waiting:
    """The sources that nobody has verified: surveyed once in a while, and told of day after day.

    `sources` gives register and sources anew each time; `say` gets each event as a flat dictionary.
    """

    holdings: Holdings
    sources: Callable[[], tuple[Register, Sequence[Source]]]
    say: Callable[[dict[str, Any]], None]
    loopback: bool = False

    async def tell(self) -> int:
        """Surveys what was not surveyed lately, one site after the other, and says how many sources wait for which
        thing that a person must do; how many these are.
        """
        register, waiting = self.sources()
        waiting = [one for one in waiting if self.loopback or not on_this_machine(one.homepage)]
        known = fresh(self.holdings.root, [one.id for one in waiting], AGAIN_DAYS)
        todo = [one for one in waiting if one.id not in known]
        made = await survey_all(self.holdings, register, todo, 1, self._told, loopback=self.loopback)
        found = known | made
        counts = Counter(verdict_of(found[one.id], one, register).todo for one in waiting)
        numbers = {str(todo): counts[todo] for todo in ORDER if counts[todo]}
        if numbers:
            self.say({"event": "waits for a person", "source": "", "sources": len(waiting), **numbers})
        return len(waiting)

    async def watch(self) -> None:
        """Tells every day, until it is cancelled."""
        while True:
            await self.tell()
            await asyncio.sleep(_TELL_SECONDS)

    def _told(self, survey: Survey, verdict: Verdict) -> None:
        count = len(survey.articles)
        self.say(
            {
                "event": "surveyed",
                "source": survey.source,
                "todo": verdict.todo,
                "why": str(verdict.told),
                "read": count,
            }
        )
