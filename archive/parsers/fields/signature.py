"""Takes signature and source credit from the end of a text."""

from __future__ import annotations

import re
from typing import Final

from archive.model import Found
from archive.parsers.blocks.lines import Line
from archive.parsers.document.address import is_file
from archive.parsers.fields import vocabulary as words

_AUTHOR_CLASS: Final = re.compile(r"author|tac-?gia|byline|but-?danh|nguoi-?viet", re.IGNORECASE)
_WORK_BEFORE: Final = re.compile(
    r"^(?i:tin|bài|ảnh|clip|video)(?:\s*(?:,|và|&|-|–)\s*(?i:tin|bài|ảnh|clip|video))*\s+(?=[A-ZĐÂĂÊÔƠƯ]\w)"
)
_CONTACT: Final = re.compile(r"\s*\(?(?:e-?mail\s*:?)?\s*[\w.+-]+@[\w-]+\.[\w.-]+\s*\)?$", re.IGNORECASE)
_INITIALS_BEHIND: Final = re.compile(r"(?<=[a-zà-ỹ])\s+[-–]\s+[A-ZĐ]{2,5}\.?$")
_DASHES: Final = "-–— "
PLAIN_NAME: Final = "last line, a name"
WITH_OFFICE: Final = "last lines, set apart, with the office"
OFFICE: Final = "last lines, set to the right"
_LONGEST_NAME: Final = 12  # words behind a label
_FILE_LINE: Final = 12  # words of a line that offers a file
_LONGEST_LINE: Final = 200  # letters of a name with an address
TAIL = 6  # lines at the end among which signature and credit are looked for


def without_signature(lines: list[Line]) -> tuple[list[Line], Found | None, Found | None]:
    """Takes signature and credit from the end of the text; beside them only lines with a file may stand there."""
    byline = credit = None
    rest = list(lines)
    position = len(rest) - 1
    while position > 0 and len(lines) - position <= TAIL:
        line = rest[position]
        before = rest[position - 1]
        if (credit is None and (credit := credit_in(line)) is not None) or (
            byline is None and (byline := signature_in(line, before)) is not None
        ):
            rest.pop(position)
        elif byline is not None and (more := _further(line, byline)) is not None:
            byline = more
            rest.pop(position)
        elif not _without_contact(line.text) and position > 1 and signature_in(before, rest[position - 2]) is not None:
            rest.pop(position)
        elif line.length > _FILE_LINE or not any(is_file(link.href) for link in line.links):
            break
        position -= 1
    return rest, byline, credit


def _further(line: Line, byline: Found) -> Found | None:
    """The byline where one more line of it stands above: the writer, with a label as those below; the name of whom
    the office signs for.
    """
    label = words.BYLINE_LABEL.match(line.text)
    if label and byline.raw and words.BYLINE_LABEL.match(byline.raw):
        return Found(label["name"].strip(" ."), by="last lines, label", raw=line.text)
    if byline.by == OFFICE and _is_apart(line) and words.is_full_name(line.text):
        return Found(line.text, by=WITH_OFFICE, raw=f"{line.text}\n{byline.raw}")
    return None


def _without_contact(text: str) -> str:
    """A line without the e-mail address behind the name: "Khánh Ly (Email: ly@bao.example)"."""
    return _CONTACT.sub("", text) if "@" in text and len(text) <= _LONGEST_LINE else text


def _is_apart(line: Line) -> bool:
    return line.align == "right" or line.bold or line.italic or bool(_AUTHOR_CLASS.search(line.css))


def credit_in(line: Line) -> Found | None:
    """The source that a line credits: "Nguồn: ...", "Theo ..." where that is all it says."""
    text = line.text
    source = words.SOURCE_LABEL.match(text)
    if source is None or "," in text or len(text.split()) > (16 if ":" in text else 10):
        return None
    return Found(source["name"].strip(' .“”"'), by="last lines, label", raw=text)


def signature_in(line: Line, before: Line) -> Found | None:
    """The author that a line names: after a label, or as a name set apart from the text; no heading does."""
    text = _without_contact(line.text).strip(_DASHES)
    label = words.BYLINE_LABEL.match(text)
    if label and len(label["name"].split()) <= _LONGEST_NAME:
        name = _bare(label["name"].strip(" ."))
        return Found(text if ":" in name else name, by="last lines, label", raw=text)
    apart = _is_apart(line)
    if apart and words.is_name(text):
        return Found(_bare(text), by="last lines, set apart", raw=text)
    name = words.name_before_office(text) if apart else ""
    if name:
        return Found(name, by=WITH_OFFICE, raw=text)
    signs_for = apart and _is_apart(before) and words.is_person(before.text)
    if (line.align == "right" or signs_for) and words.is_office(text):
        return Found(_bare(text), by=OFFICE, raw=text)
    parts = text.replace(" – ", " - ").split(" - ")
    named = words.is_name(text) and all(2 <= len(part.split()) <= 4 for part in parts)
    if (named or words.is_plain_signature(text)) and words.SENTENCE_END.search(before.text):
        return Found(_bare(text), by=PLAIN_NAME, raw=text)
    return None


def _bare(text: str) -> str:
    """A signature without the brackets or dashes around it, the work in front and the office's initials behind it.

    >>> _bare("(Tin, ảnh Ngô Tấm – Thanh Tiến)"), _bare("- Vương Hợp – ĐTT."), _bare("Bài và ảnh")
    ('Ngô Tấm – Thanh Tiến', 'Vương Hợp', 'Bài và ảnh')
    """
    text = text.strip(_DASHES)
    name = text[1:-1].strip() if text.startswith("(") and text.endswith(")") else text
    name = _WORK_BEFORE.sub("", name, count=1)
    role = words.ROLE_BEFORE.match(name)
    name = name[role.end() :] if role and name[role.end() :][:1].isalpha() else name
    return _INITIALS_BEHIND.sub("", name, count=1) or name
