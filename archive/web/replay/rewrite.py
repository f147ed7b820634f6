"""Rewrites a preserved page so that every address in it leads to the archive, never to the live web.

Pure functions of text. The wire bytes are not touched: what is served beside this, at `id_`, is what was captured.
What could lead out by one click is dropped, not repaired: an address is let through because it is known to stay
here, never because nothing is known against it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urljoin

from lxml import etree, html

from archive.opening.requisites import srcset
from archive.text.stylesheet import readdressed

Address = Callable[[str], str]
"""Gives the replay address of an absolute http(s) URL."""

_EMBEDDED = {  # attribute -> elements on which it loads something by itself; "*" for all
    "src": {"*"},
    "background": {"*"},
    "poster": {"video"},
    "data": {"object"},
    "href": {"link", "image", "use"},
}
_FOLLOWED = {"action": {"form"}, "formaction": {"button", "input"}, "cite": {"*"}, "href": {"*"}}
_ACTING = frozenset({"refresh", "content-security-policy", "set-cookie"})  # meta http-equiv: they act without a script
_ANIMATING = frozenset({"animate", "set", "animatetransform", "animatemotion", "animatecolor", "discard"})
_GONE = frozenset({"ping", "integrity", "nonce", "srcdoc", "target", "formtarget", "crossorigin", "attributionsrc"})
_CONTACT = re.compile(r"(?:mailto|tel|sms):", re.IGNORECASE)  # another program's, and no place on the web
_OPENING = re.compile(r"<(?=[A-Za-z/])")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")


def rewrite_html(
    text: str, url: str, embedded: Address, followed: Address, holds: Callable[[str], bool] = lambda _: True
) -> str:
    """The page `text`, captured at `url`, with `embedded` addresses for what loads by itself and `followed` for links.

    Links open in the top window, so that the banner follows. Of a picture in several sizes those stay that the archive
    `holds`. Scripts stay in the markup and are stopped by the content security policy; comments, animations, documents
    within attributes, meta refresh and `base` are taken out, for they would act, or lead out, without a script.
    """
    text = _DECLARATION.sub("", text, count=1)  # of an encoding that decoded text has no longer
    if not text.strip():
        return text
    root = html.document_fromstring(text, parser=html.HTMLParser(remove_comments=True, remove_pis=True))
    base = url
    for element in _all(root, "base"):
        base = urljoin(url, element.get("href") or "")
        element.drop_tree()
    for element in _all(root, "meta"):
        if element.get("http-equiv", "").strip().lower() in _ACTING:
            element.drop_tree()
    animating = [one for tag in _ANIMATING for one in _all(root, tag)]
    for element in animating:
        element.drop_tree()  # SMIL: what it sets an `href` to leads out with one click
    for element in root.iter(etree.Element):
        _rewrite_element(element, base, embedded, followed, holds)
    return f"<!DOCTYPE html>\n{html.tostring(root, encoding='unicode')}"


def rewrite_css(text: str, url: str, embedded: Address) -> str:
    """The style sheet `text`, captured at `url`, its `url(...)` and `@import` leading to the archive."""

    def address(said: str) -> str | None:
        target = _absolute(said, url)
        return embedded(target) if target else None

    return readdressed(text, address)


def _all(root: html.HtmlElement, tag: str) -> list[html.HtmlElement]:
    return [element for element in root.iter(tag) if isinstance(element, html.HtmlElement)]


def _rewrite_element(
    element: html.HtmlElement, base: str, embedded: Address, followed: Address, holds: Callable[[str], bool]
) -> None:
    tag = element.tag
    for attribute, value in element.items():
        name = attribute.rpartition(":")[2].lower()  # xlink:href
        if name == "style":
            element.set(attribute, rewrite_css(value, base, embedded))
        elif name in ("srcset", "imagesrcset"):
            _rewrite_srcset(element, attribute, base, embedded, holds)
        elif name in _GONE:
            del element.attrib[attribute]
        else:
            for table, address in ((_EMBEDDED, embedded), (_FOLLOWED, followed)):
                if tag in table.get(name, ()) or "*" in table.get(name, ()):
                    _readdress(element, attribute, value, base, address)
                    break
    if tag in ("a", "area", "form"):
        element.set("target", "_top")
    elif tag in ("style", "script") and element.text:
        text = rewrite_css(element.text, base, embedded) if tag == "style" else element.text
        # Raw text to our parser, and to browsers markup within <svg>, <math> or <select>. As an escape of CSS it says
        # the same in strings and addresses, where alone style sheets have it; scripts run nowhere.
        element.text = _OPENING.sub(r"\\3c ", text)


def _readdress(element: html.HtmlElement, attribute: str, value: str, base: str, address: Address) -> None:
    """Gives an attribute the address of its target in the archive; what has none, and is not known to stay, goes."""
    target = _absolute(value, base)
    if target is not None:
        element.set(attribute, address(target))
    elif not _stays(value, embedded=attribute.rpartition(":")[2].lower() in ("src", "data")):
        del element.attrib[attribute]


def _stays(value: str, *, embedded: bool) -> bool:
    """Whether an address that leads nowhere on the web may stand as it is: "https:song.example" leads out."""
    value = value.strip()
    if not value or value.startswith("#") or _CONTACT.match(value):
        return True
    return value[:11].lower() == "data:image/" and embedded


def _rewrite_srcset(
    element: html.HtmlElement, attribute: str, base: str, embedded: Address, holds: Callable[[str], bool]
) -> None:
    found = [(target, size) for url, size in srcset(element.get(attribute) or "") if (target := _absolute(url, base))]
    held = [(target, size) for target, size in found if holds(target)]
    if not held and (element.get("src") or element.tag == "source"):
        del element.attrib[attribute]  # `src` is shown instead
        return
    element.set(attribute, ", ".join(f"{embedded(target)} {size}".rstrip() for target, size in held or found))


def _absolute(value: str, base: str) -> str | None:
    """The absolute http(s) address of `value`; None for fragments, `data:`, `mailto:`, `javascript:` and the like."""
    value = value.strip()
    if not value or value.startswith("#"):
        return None
    try:
        target = urljoin(base, value)
    except ValueError:
        return None
    return target if target.startswith(("http://", "https://")) else None
