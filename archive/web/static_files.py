"""Our own style sheet and scripts, kept by browsers as long as their address does not change."""

from __future__ import annotations

from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope


class _Static(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        kept = b"v=" in scope["query_string"]  # render.static gives each content an address of its own
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable" if kept else "no-cache"
        return answer


def static_files() -> Mount:
    """The route of the files in static/."""
    return Mount("/static", _Static(packages=[("archive.web", "static")]), name="static")
