"""Routes whose modules are loaded when the first of their addresses is asked for, so that no start waits for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

_ROUTE = "archive.route"


class Later(BaseRoute):
    """The routes that `load` gives, for paths that begin with one of `prefixes`: imports cost half of a start."""

    def __init__(self, prefixes: tuple[str, ...], load: Callable[[], Sequence[BaseRoute]]) -> None:
        self._prefixes = prefixes
        self._load = load
        self._loaded: Sequence[BaseRoute] | None = None

    def routes(self) -> Sequence[BaseRoute]:
        """The routes, loaded."""
        if self._loaded is None:
            self._loaded = self._load()
        return self._loaded

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """The best match among the routes."""
        best: tuple[Match, Scope] = Match.NONE, {}
        if scope["type"] != "http" or not scope["path"].startswith(self._prefixes):
            return best
        for route in self.routes():
            match, child = route.matches(scope)
            if match.value > best[0].value:
                best = match, {**child, _ROUTE: route}
            if match is Match.FULL:
                break
        return best

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Has the route that matched answer."""
        await scope[_ROUTE].handle(scope, receive, send)
