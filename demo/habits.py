"""The HTML of a body in the habits of its editor: clean, pasted from Word, parted by <br>, in a font of 1996 ..."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from html import escape
from html.entities import codepoint2name

from demo.posts import Block, Post

Address = Callable[[str], str]
"""Gives the address of a picture by its file name."""

Pointer = Callable[[int], str]
"""Gives the line that points to another article by its id."""

# TCVN 5712:1993 (ABC fonts), from a grave on; capitals with accents do not exist in it: the font .VnTimeH drew them.
_TCVN3 = dict(
    zip(
        "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵĂÂÊÔƠƯĐ",
        "µ¶·¸¹¨»¼½¾Æ©ÇÈÉÊË®ÌÎÏÐÑªÒÓÔÕÖ×ØÜÝÞßáâãä«åæçèé¬êëìíîïñòóô\xadõö÷øùúûüýþ¡¢£¤¥¦§",
        strict=True,
    )
)


def body_html(post: Post, address: Address, pointer: Pointer) -> str:
    """The inner HTML of `#news-bodyhtml`, lead repeated and signature added where the post says so."""
    blocks = list(post.blocks)
    if "lead-repeats" in post.quirks:
        blocks.insert(0, Block("paragraph", text=post.lead))
    html = "\n".join(
        pointer(int(block.text)) if block.kind == "see" else _block(block, post.markup, address) for block in blocks
    )
    if post.signature:
        html += f'\n<p style="text-align:right"><strong>{spelled(post.signature, post.markup)}</strong></p>'
    if post.markup == "breaks":
        return f'<div style="text-align:justify">{html}</div>'
    if post.markup == "tcvn3":
        return f'<font face=".VnTime" size="3">{html}</font>'
    return html


def spelled(text: str, markup: str) -> str:
    """`text` escaped, in the letters this editor's program writes."""
    if markup == "nfd":
        return unicodedata.normalize("NFD", escape(text, quote=False))
    if markup == "entities":
        return "".join(_entity(letter) for letter in text)
    if markup == "tcvn3":
        return escape("".join(_TCVN3.get(letter, letter) for letter in text), quote=False)
    if markup == "mojibake":
        return escape(misread(text), quote=False)
    return escape(text, quote=False)


def misread(text: str) -> str:
    """`text` as a program shows it that takes UTF-8 for Windows-1252, undefined bytes passed through."""
    return "".join(bytes([byte]).decode("cp1252", errors="ignore") or chr(byte) for byte in text.encode())


def _entity(letter: str) -> str:
    if letter.isascii():
        return escape(letter, quote=False)
    name = codepoint2name.get(ord(letter))
    return f"&{name};" if name else f"&#{ord(letter)};"


def _block(block: Block, markup: str, address: Address) -> str:
    text = spelled(block.text, markup)
    if block.kind == "picture":
        return _picture(block, text, markup, address(block.name))
    if block.kind == "list":
        return "<ul>\n" + "\n".join(f"<li>{spelled(line, markup)}</li>" for line in block.lines) + "\n</ul>"
    if block.kind == "table":
        rows = ["".join(f"<td>{spelled(cell, markup)}</td>" for cell in line.split(" | ")) for line in block.lines]
        return '<table border="1"><tbody>' + "".join(f"<tr>{row}</tr>" for row in rows) + "</tbody></table>"
    if block.kind == "quote":
        text = f"<em>{text}</em>"
        return f"<blockquote>{_paragraph(text, markup)}</blockquote>"
    if block.kind == "heading":
        text = f"<strong>{text}</strong>"
    return _paragraph(text, markup)


def _paragraph(text: str, markup: str) -> str:
    if markup == "divs":
        return f'<div style="text-align:justify;">{text}</div>\n<div>&nbsp;</div>'
    if markup == "word":
        return (
            '<p class="MsoNormal" style="margin-bottom:6.0pt;text-align:justify;mso-pagination:none">'
            f'<span lang="VI" style="font-size:14.0pt;mso-ansi-language:VI">{text}<o:p></o:p></span></p>'
        )
    if markup == "breaks":
        return f"&nbsp; &nbsp; {text}<br /><br />"
    if markup == "unclosed":
        return f'<p style="text-align:justify"><span>{text}</span></span>'
    return f'<p style="text-align:justify">{text}</p>'


def _picture(block: Block, caption: str, markup: str, src: str) -> str:
    image = f'<img alt="{escape(block.text)}" height="200" src="{src}" width="320" />'
    if not caption:
        return f'<p style="text-align:center">{image}</p>'
    if markup == "word":  # the two-row table, most frequent in provincial papers of 2019-2026
        return (
            '<table align="center" class="image"><tbody>'
            f'<tr><td>{image}</td></tr><tr><td class="image_desc">{caption}</td></tr></tbody></table>'
        )
    if markup in ("divs", "breaks", "unclosed"):
        return f'<p style="text-align:center">{image}</p>\n<p style="text-align:center"><em>{caption}</em></p>'
    return (
        f'<div style="text-align:center">\n<figure class="image" style="display:inline-block">{image}\n'
        f"<figcaption>{caption}</figcaption>\n</figure>\n</div>"
    )
