"""Rewrites a preserved page so that every address in it leads to the archive, never to the live web.

Pure functions of text. The wire bytes are not touched: what is served beside this, at `id_`, is what was captured.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urljoin

from lxml import etree, html

Address = Callable[[str], str]
"""Gives the replay address of an absolute http(s) URL."""

_EMBEDDED = {  # attribute -> elements on which it loads something by itself; "*" for all
    "src": {"*"},
    "background": {"*"},
    "poster": {"video"},
    "data": {"object"},
    "href": {"link", "image", "use"},
}
_FOLLOWED = {"href": {"a", "area"}, "action": {"form"}, "formaction": {"button", "input"}, "cite": {"*"}}
_ACTING = frozenset({"refresh", "content-security-policy", "set-cookie"})  # meta http-equiv: they act without a script
# None of these goes back over what it has taken: 800 KB of "url(" alone held the process for more than a minute.
_CSS_URL = re.compile(r"""(url\(\s*+)(["']?+)([^"'()]++)(\2\s*+\))""", re.IGNORECASE)
_CSS_IMPORT = re.compile(r"""(@import\s++)(["'])([^"']++)(\2)""", re.IGNORECASE)
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_SRCSET_URL = re.compile(r"[\s,]*+(\S++)")
_SRCSET_REST = re.compile(r"([^,]*+),?")


def rewrite_html(text: str, url: str, embedded: Address, followed: Address) -> str:
    """The page `text`, captured at `url`, with `embedded` addresses for what loads by itself and `followed` for links.

    Links open in the top window, so that the banner follows. Scripts stay in the markup and are stopped by the content
    security policy; meta refresh and `base` are taken out, for they would act without a script.
    """
    text = _DECLARATION.sub("", text, count=1)  # of an encoding that decoded text has no longer
    if not text.strip():
        return text
    root = html.document_fromstring(text)
    base = url
    for element in _all(root, "base"):
        base = urljoin(url, element.get("href") or "")
        element.drop_tree()
    for element in _all(root, "meta"):
        if element.get("http-equiv", "").strip().lower() in _ACTING:
            element.drop_tree()
    for element in root.iter(etree.Element):
        _rewrite_element(element, base, embedded, followed)
    return f"<!DOCTYPE html>\n{html.tostring(root, encoding='unicode')}"


def rewrite_css(text: str, url: str, embedded: Address) -> str:
    """The style sheet `text`, captured at `url`, its `url(...)` and `@import` leading to the archive."""

    def replaced(match: re.Match[str]) -> str:
        target = _absolute(match[3].strip(), url)
        return match[0] if target is None else f"{match[1]}{match[2]}{embedded(target)}{match[4]}"

    return _CSS_IMPORT.sub(replaced, _CSS_URL.sub(replaced, text))


def _all(root: html.HtmlElement, tag: str) -> list[html.HtmlElement]:
    return [element for element in root.iter(tag) if isinstance(element, html.HtmlElement)]


def _rewrite_element(element: html.HtmlElement, base: str, embedded: Address, followed: Address) -> None:
    tag = element.tag
    for attribute, value in element.items():
        if attribute == "style":
            element.set("style", rewrite_css(value, base, embedded))
        elif attribute in ("srcset", "imagesrcset"):
            element.set(attribute, _rewrite_srcset(value, base, embedded))
        elif attribute in ("ping", "integrity", "nonce"):
            del element.attrib[attribute]
        else:
            name = attribute.rpartition(":")[2]  # xlink:href
            for table, address in ((_FOLLOWED, followed), (_EMBEDDED, embedded)):
                if tag in table.get(name, ()) or "*" in table.get(name, ()):
                    target = _absolute(value, base)
                    if target is not None:
                        element.set(attribute, address(target))
                    break
    if tag in ("a", "area", "form"):
        element.set("target", "_top")
    elif tag == "style" and element.text:
        element.text = rewrite_css(element.text, base, embedded)


def _rewrite_srcset(value: str, base: str, embedded: Address) -> str:
    parts = []
    position = 0
    while match := _SRCSET_URL.match(value, position):
        url, position, size = match[1].rstrip(","), match.end(), ""
        if url == match[1] and (rest := _SRCSET_REST.match(value, position)):
            size, position = rest[1].strip(), rest.end()
        target = _absolute(url, base)
        parts.append(f"{embedded(target) if target else url} {size}".rstrip())
    return ", ".join(parts)


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
