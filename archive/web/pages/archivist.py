"""The page that asks for the password, and the end of a session."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from typing import Final
from urllib.parse import quote

from anyio.to_thread import run_sync
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from archive.messages.message import Message
from archive.web.access import COOKIE
from archive.web.pages.state import room_of
from archive.web.parameters import read_form
from archive.web.render import render


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


# Keeps pages for the archivist, and the forms on them for those pages alone.

Page = Callable[[Request], Awaitable[Response]]
_ONLY: Final = Message(
    "This page is the archivist's: open it on the machine that runs the archive, or sign in with the password."
)


def archivist_only(page: Page) -> Page:
    """`page`, for who is archivist; another reader is asked for the password, or told that there is none to give."""

    @wraps(page)
    async def guarded(request: Request) -> Response:
        access = room_of(request).access
        if access.is_archivist(request):
            return await page(request)
        if access.rules.password_hash and request.method == "GET":
            target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(f"/sign-in?next={quote(target, safe='')}", 303)
        raise HTTPException(403, _ONLY)

    return guarded


def render_form(request: Request, template: str, values: Mapping[str, object], status: int = 200) -> Response:
    """A page with a form: in it `token` is what the form must carry; its session begins here where there is none."""
    access = room_of(request).access
    held = access.session_of(request)
    session = held or access.begin()
    answer = render(request, template, {**values, "token": access.token(session)}, status)
    return answer if held else with_session(request, answer, session)


async def read_own_form(request: Request) -> dict[str, str]:
    """The fields of a form that one of our own pages has sent; raises HTTPException 403 for any other."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise HTTPException(403, Message("this form was sent by another site"))
    form = await read_form(request)
    if not room_of(request).access.may_send(request, form.get("token", "")):
        raise HTTPException(403, Message("this form has grown old: open its page again"))
    return form
