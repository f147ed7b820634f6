"""Reads just enough of an HTTP/1.1 answer to know where it ends; its bytes stay as they came. No input or output here.

The rules are those of RFC 9112 section 6.3, and where a server breaks them, those of a browser: bare LF ends a line, a
bad chunk size or a lying length turns "until here" into "until the connection closes".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from archive.text.numbers import parse_digits
from archive.warc.http import HEAD_LIMIT, Headers, parse_headers, values

Phase = Literal["head", "length", "chunk size", "chunk", "chunk end", "trailer", "until close", "whole", "surplus"]

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/(\d)(?:\.(\d))?[ \t]+(\d{3})(?=[ \t\r\n])", re.IGNORECASE)
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,16})[ \t]*(?:;.*)?")
_LAST_CHUNK = b"0\r\n\r\n"
_HTML_END = re.compile(rb"</(?:html|body)\b", re.IGNORECASE)
_NO_BODY = frozenset((204, 304))
_LINE_LIMIT = 16 << 10  # of a chunk-size or trailer line


@dataclass(slots=True)
class Answer:
    """One answer while it arrives: `data` is the wire, 1xx heads and surplus bytes included.

    `status` is 0 until a final HTTP head has come, and for good where the peer does not speak HTTP. `defects` names, in
    short stable words, each rule of HTTP the answer broke.
    """

    data: bytearray = field(default_factory=bytearray)
    status: int = 0
    headers: Headers = ()
    phase: Phase = "head"
    reusable: bool = False  # whether the connection may carry another request after this answer
    defects: list[str] = field(default_factory=list)
    _position: int = 0  # up to where `data` is understood
    _start: int = 0  # where the head being read begins
    _need: int = 0  # bytes of body or chunk still to come

    @property
    def whole(self) -> bool:
        """Whether the answer has ended by its own framing."""
        return self.phase in ("whole", "surplus")

    @property
    def surplus(self) -> int:
        """How many bytes came after the end of the answer."""
        return len(self.data) - self._position if self.whole else 0

    def feed(self, data: bytes) -> bool:
        """Takes bytes of the wire, however they are cut; gives back whether the answer is whole."""
        self.data += data
        while self._step():
            pass
        if self.phase == "whole" and self.surplus:
            self.phase = "surplus"
            self.reusable = False
            self.defects.append("surplus")
        return self.whole

    def end(self) -> bool:
        """Says that the peer has closed; gives back whether the answer is whole all the same.

        Where the connection's end is the answer's, a page without the end of HTML is suspected of being cut; where
        chunks have become unreadable, only a last chunk says that all of it has come.
        """
        self.reusable = False
        if self.phase == "until close" and ("bad chunk" not in self.defects or self.data.endswith(_LAST_CHUNK)):
            self.phase = "whole"
            if self._ends_early():
                self.defects.append("no end of html")
            self._position = len(self.data)
        elif self.phase == "trailer" and self._position == len(self.data):
            self.defects.append("no final blank line")
            self.phase = "whole"
        return self.whole

    def _step(self) -> bool:
        """Reads one more part of the answer; False where it takes more bytes, or none."""
        match self.phase:
            case "head":
                return self._head()
            case "length" | "chunk":
                return self._body()
            case "chunk size" | "chunk end" | "trailer":
                return self._line()
            case _:
                return False

    def _head(self) -> bool:
        status = _STATUS.match(self.data, self._start)
        if status is None:
            # Not HTTP, or not yet: the whole first line must be there before that can be said.
            if len(self.data) - self._start > _LINE_LIMIT or b"\n" in self.data[self._start :]:
                self._lose("not http")
            return False
        # Back by three, for the end of a head may lie on the border of two reads.
        found = _HEAD_END.search(self.data, max(status.end(), self._position - 3))
        if found is None:
            self._position = len(self.data)
            if len(self.data) - self._start > HEAD_LIMIT:
                self.status = int(status[3])
                self._lose("endless head")
            return False
        head = bytes(self.data[status.end() : found.end()])
        self._position = found.end()
        code = int(status[3])
        if 100 <= code < 200 and code != 101:
            self._start = self._position
            if self._start > HEAD_LIMIT:
                self._lose("endless head")
            return True
        self.status = code
        self.headers = parse_headers(head.partition(b"\n")[2])
        self._frame(code, modern=(status[1], status[2]) >= (b"1", b"1"))
        return True

    def _frame(self, status: int, *, modern: bool) -> None:
        """Decides how the body ends (RFC 9112 section 6.3) and whether the connection lives on."""
        wishes = ",".join(values(self.headers, "connection")).lower()
        self.reusable = (modern and "close" not in wishes) or "keep-alive" in wishes
        coding = ",".join(values(self.headers, "transfer-encoding")).lower()
        lengths = {part.strip() for value in values(self.headers, "content-length") for part in value.split(",")}
        if status in _NO_BODY:
            self.phase = "whole"
        elif coding:
            self.phase = "chunk size" if coding.split(",")[-1].strip() == "chunked" else "until close"
        elif not lengths or status == 101:
            self.phase = "until close"
        elif len(lengths) == 1 and (length := parse_digits(lengths.pop())) is not None:
            self._need = length
            self.phase = "length" if self._need else "whole"
        else:
            self._lose("bad length")
        self.reusable = self.reusable and self.phase != "until close"

    def _body(self) -> bool:
        taken = min(self._need, len(self.data) - self._position)
        self._need -= taken
        self._position += taken
        if self._need:
            return False
        self.phase = "whole" if self.phase == "length" else "chunk end"
        return self.phase != "whole"

    def _line(self) -> bool:
        end = self.data.find(b"\n", self._position)
        if end < 0:
            if len(self.data) - self._position > _LINE_LIMIT:
                self._lose("bad chunk")
            return False
        line = bytes(self.data[self._position : end]).rstrip(b"\r")
        if self.phase == "trailer":
            self._position = end + 1
            self.phase = "trailer" if line else "whole"
            return bool(line)
        if self.phase == "chunk end" and not line:
            self._position = end + 1
            self.phase = "chunk size"
            return True
        size = _CHUNK_SIZE.fullmatch(line)
        if self.phase == "chunk end" or size is None:
            self._lose("bad chunk")
            return False
        self._position = end + 1
        self._need = int(size[1], 16)
        self.phase = "chunk" if self._need else "trailer"
        return True

    def _ends_early(self) -> bool:
        """Whether this is a page of HTML, in no coding that would show it, whose end is missing."""
        if "html" not in ",".join(values(self.headers, "content-type")).lower() or self.status in _NO_BODY:
            return False
        coded = values(self.headers, "content-encoding")
        return not coded and _HTML_END.search(self.data, self._position) is None

    def _lose(self, defect: str) -> None:
        """Gives the framing up: whatever comes until the connection closes belongs to the answer."""
        self.defects.append(defect)
        self.phase = "until close"
        self.reusable = False
