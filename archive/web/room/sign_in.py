"""The page that asks for the password, and the end of a session."""

from __future__ import annotations

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from archive.web.access import COOKIE
from archive.web.forms import read_form
from archive.web.render import render
from archive.web.room.state import room_of


async def page(request: Request) -> Response:
    """`/sign-in?next=`: the form; sent, a session begins and leads on to `next`."""
    access = room_of(request).access
    if request.method == "GET":
        next_page = _inside(request.query_params.get("next", ""))
        if access.is_signed_in(request):
            return RedirectResponse(next_page, 303)
        return render(request, "sign_in.html", {"next": next_page, "wrong": False})
    form = await read_form(request)
    next_page = _inside(form.get("next", ""))
    identity = await run_sync(access.sign_in, form.get("password", ""))
    if identity is None:
        return render(request, "sign_in.html", {"next": next_page, "wrong": True}, 403)
    return with_session(request, RedirectResponse(next_page, 303), identity)


async def sign_out(request: Request) -> Response:
    """`/sign-out`: the session ends."""
    access = room_of(request).access
    if access.may_send(request, (await read_form(request)).get("token", "")):
        access.end(request)
    answer = RedirectResponse("/", 303)
    answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return answer


def with_session(request: Request, answer: Response, identity: str) -> Response:
    """`answer` with the cookie of the session `identity`."""
    answer.set_cookie(COOKIE, identity, httponly=True, samesite="strict", secure=request.url.scheme == "https")
    return answer


def _inside(address: str) -> str:
    """`address` where it is one of this site's pages, else the first page: a sign-in leads nowhere else.

    >>> _inside("/crawls?page=2"), _inside("//ngoai.example/"), _inside("https://ngoai.example/"), _inside("/\\\\ngoai")
    ('/crawls?page=2', '/', '/', '/')
    """
    inside = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if inside else "/"
