"""CDXJ: one line per capture, sorted by bytes, to find a capture of a URL without reading the WARC files.

    vn,baobackan)/tin/hoi-nghi 20261124030000 {"url": ..., "mime": ..., "status": ..., "digest": ..., "length": ...,
                                               "offset": ..., "filename": ...}

Lines as webrecorder's CDXJ 0.1.0 and cdxj-indexer have them, so that pywb and others read them. Offsets and lengths are
of the compressed response record.
"""

from __future__ import annotations

import hashlib
import heapq
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote_to_bytes

from archive.custody.manifest import digest_of
from archive.disk import in_turn, make_folder, opened, refused, replace_file, sync_folder
from archive.errors import DamageError
from archive.model import StoredCapture
from archive.warc import http
from archive.warc.http import Part
from archive.warc.members import OPEN
from archive.warc.reader import scan

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_WWW = re.compile(r"www\d*\.")
_KEPT = bytes(byte for byte in range(0x21, 0x7F) if byte not in b"#%")
_ESCAPES = {bytes((byte,)): b"%%%02x" % byte for byte in range(256) if byte not in _KEPT}
_ESCAPED = re.compile(b"[^" + re.escape(_KEPT) + b"]")
_PORTS = {"http": "80", "https": "443"}
_SESSION = tuple(
    re.compile(rb"^(.*)(?:%b)(?:&(.*))?$" % name, re.DOTALL)
    for name in (
        rb"jsessionid=[0-9a-z]{32}",
        rb"phpsessid=[0-9a-z]{32}",
        rb"sid=[0-9a-z]{32}",
        rb"aspsessionid[a-z]{8}=[a-z]{24}",
        rb"cfid=[^&]+&cftoken=[^&]+",
    )
)
_ASP_SESSION = re.compile(rb"^(.*/)\((?:[0-9a-z]{24}|(?:[a-z]\([0-9a-z]{24}\))+)\)/([^?]+\.aspx.*)$", re.DOTALL)


def surt(url: str) -> str:
    """The sort key of `url`; a URL without "://" (urn:, dns:) is its own key, in lower case."""
    text = re.sub(r"[\t\r\n]", "", url).strip(" ")
    scheme = _SCHEME.match(text)
    if scheme is None:
        return text.lower()
    rest = text[scheme.end() :].partition("#")[0]
    authority = re.split(r"[/?]", rest, maxsplit=1)[0]
    path, mark, query = rest[len(authority) :].partition("?")
    key = _host(authority, scheme[1].lower()) + ")" + _path(path)
    arguments = _query(query) if mark else ""
    return f"{key}?{arguments}" if arguments else key


def _host(authority: str, scheme: str) -> str:
    address = authority.rpartition("@")[2]
    host, _, port = address.partition("]")[2].partition(":") if address.startswith("[") else address.partition(":")
    if address.startswith("["):
        labels = [address[1:].partition("]")[0].lower()]
    else:
        labels = [label for label in _ascii(host).split(".") if label]
        labels = _WWW.sub("", ".".join(labels), count=1).split(".")[::-1]
    number = port.lstrip("0")
    return ",".join(labels) + (f":{number}" if number and number != _PORTS.get(scheme) else "")


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode().lower() if not host.isascii() else host.lower()
    except UnicodeError:
        return _escape(host.encode("utf-8", "replace")).lower()


def _path(path: str) -> str:
    kept: list[bytes] = []
    for segment in _unescape(path).split(b"/"):
        if segment == b".." and kept and kept[-1] != b"..":
            kept.pop()
        elif segment not in {b"", b"."}:
            kept.append(segment)
    folded = (b"/" + b"/".join(kept)).lower()  # ASCII letters only: the two bytes of "Đ" stay
    session = _ASP_SESSION.match(folded)
    return _escape(session[1] + session[2] if session else folded)


def _query(query: str) -> str:
    arguments: bytes = _unescape(query).lower()
    for session in _SESSION:
        found = session.match(arguments)
        if found:
            arguments = found[1] + (found[2] or b"")
    ordered: list[bytes] = sorted(arguments.split(b"&"), key=_name_first)
    return _escape(b"&".join(ordered))


def _name_first(argument: bytes) -> tuple[bytes, bytes, bytes]:
    return argument.partition(b"=")


def _unescape(text: str) -> bytes:
    # again and again, for escapes that were escaped
    data = text.encode("utf-8", "surrogateescape")
    while (plain := unquote_to_bytes(data)) != data:
        data = plain
    return data


def _escape(data: bytes) -> str:
    return _ESCAPED.sub(lambda found: _ESCAPES[found[0]], data).decode()


FOLDER = "index"
MERGED = "index/archive.cdxj"
SUMS = "index/sha256sums.txt"
OWN_DIGEST = b"# digest of the lines above: "

_JSON = json.JSONEncoder(ensure_ascii=False).encode  # json.dumps makes an encoder for each line
_OPEN_FILES = 200
_AT_ONCE = 50_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: `timestamp` has 14 digits (17 with milliseconds), `filename` is what the index was made with."""

    key: str
    timestamp: str
    url: str
    mime: str
    status: int
    digest: str
    length: int
    offset: int
    filename: str


def line_of(stored: StoredCapture, filename: str = "", part: Part = http.part) -> bytes:
    """The CDXJ line of a capture, with its line feed; `filename` stands for the place's own file where given."""
    wire = part(stored.capture.response)
    fields = {
        "url": stored.capture.url,
        "mime": "warc/revisit" if stored.revisit_of else http.media_type(wire.headers)[0] or "unk",
        "status": str(wire.status),
        "digest": stored.payload_digest,
        "length": str(stored.place.length),
        "offset": str(stored.place.offset),
        "filename": filename or stored.place.file,
    }
    stamp = stored.capture.began.strftime("%Y%m%d%H%M%S")
    return f"{surt(stored.capture.url)} {stamp} {_JSON(fields)}\n".encode("utf-8", "replace")


def parse_line(line: bytes) -> Entry:
    """The entry of a CDXJ line, numbers as numbers or strings; raises DamageError where it is none."""
    try:
        key, stamp, rest = line.decode().rstrip("\n").split(" ", 2)
        fields = json.loads(rest)
        return Entry(
            key,
            stamp,
            fields["url"],
            fields["mime"],
            int(fields.get("status") or 0),
            fields["digest"],
            int(fields["length"]),
            int(fields["offset"]),
            fields["filename"],
        )
    except (ValueError, KeyError, TypeError) as error:
        raise DamageError("no line of a CDXJ index: {line}", line=repr(line[:80])) from error


def write_sorted(path: Path, content: Iterable[bytes], at_once: int = _AT_ONCE) -> None:
    """Makes `path` a file of the lines `content`, sorted; memory for `at_once` of them. Raises StorageError."""
    stretches: list[Path] = []
    source = iter(content)
    while stretch := sorted(islice(source, at_once)):
        if len(stretch) < at_once and not stretches:
            write_lines(path, stretch)
            return
        stretches.append(path.with_name(f"{path.name}.stretch-{len(stretches)}"))
        write_lines(stretches[-1], stretch)
    merge(stretches, path)
    for stretch_path in stretches:
        stretch_path.unlink()


def build(root: Path) -> Path:
    """The path of the archive's index, made or brought up to date: a file per closed WARC, and all of them merged.

    A closed WARC never changes, so only new ones are read. Memory: 50,000 lines. Raises StorageError.
    """
    make_folder(root / ".lock")
    with in_turn(root / ".lock" / "index"):
        return _build(root)


def _build(root: Path) -> Path:
    parts: list[Path] = []
    for path in sorted(root.glob("warc/*/*.warc.gz")):
        part = part_of(root, path)
        if not part.exists():
            make_folder(part.parent)
            write_sorted(part, (line_of(stored) for stored in scan(path)))
        parts.append(part)
    target = root / MERGED
    make_folder(target.parent)
    merge(parts, target)
    there = {path for path in (root / FOLDER).rglob("*") if path.is_file()}
    for stale in there - {target, root / SUMS, *parts}:  # of a file that a takedown has replaced, or left by a crash
        stale.unlink()
    _put_sums(root, {path: digest_of(path)[7:] for path in (target, *parts)})
    return target


def _put_sums(root: Path, sums: Mapping[Path, str]) -> None:
    lines = "".join(f"{digest}  {path.relative_to(root).as_posix()}\n" for path, digest in sums.items())
    replace_file(root / SUMS, with_own_digest(lines.encode()))


def _listed(root: Path) -> dict[Path, str] | None:
    """The digest of each file of the index as `build` has noted it; None where that note is missing or was changed."""
    path = root / SUMS
    data = path.read_bytes() if path.exists() else b""
    lines = data.partition(OWN_DIGEST)[0]
    if not data or with_own_digest(lines) != data:
        return None
    return {root / line[66:]: line[:64] for line in lines.decode().splitlines()}


def change(root: Path, file: str, gone: Set[int] = frozenset(), more: Iterable[bytes] = ()) -> None:
    """Takes the lines of what lay at the offsets `gone` of the WARC `file` out of the index, and puts `more` in.

    Where there is no index of the file nothing is done; one that is not as it was built is built again. Costs a copy
    of the index, 0.02 s per 100,000 captures. Raises StorageError.
    """
    target, part = root / MERGED, part_of(root, root / file)
    if not (root / FOLDER).exists():
        return
    make_folder(root / ".lock")
    with in_turn(root / ".lock" / "index"):
        listed = _listed(root)
        if listed is not None and part not in listed and not part.exists():
            return
        try:
            old = part.read_bytes().splitlines(keepends=True)
            out = {line for line in old if parse_line(line).offset in gone}
            sums = dict(listed or {})
            for path in (target, part):
                sums[path] = _edit(path, out, {*more} - {*old}, sums.get(path, ""))
        except (DamageError, FileNotFoundError):  # after a crash here, too
            for path in [root / name for name in changed(root)] if listed else (root / FOLDER).rglob("*.cdxj"):
                path.unlink(missing_ok=True)
            part.unlink(missing_ok=True)
            _build(root)
        else:
            _put_sums(root, sums)


def _edit(path: Path, out: Set[bytes], new: Set[bytes], told: str) -> str:
    """Takes the lines `out` from the file of sorted lines at `path` and puts `new` in; its digest, in hex, afterwards.

    Only where a line goes or comes is it looked at. Raises DamageError where it had another digest than `told`.
    """
    was, becomes = hashlib.sha256(), hashlib.sha256()

    def pieces(stream: BinaryIO) -> Iterator[bytes]:
        size, done = os.fstat(stream.fileno()).st_size, 0
        for line in sorted(out | new):
            at = _halve(stream, size, line)
            stream.seek(at)
            while (found := stream.readline()) and found < line:
                at = stream.tell()
            yield from copied(stream, done, at)
            done = at
            if found == line and line in out:
                was.update(line)
                done += len(line)
            if line in new:
                becomes.update(line)
                yield line
        yield from copied(stream, done, size)
        if was.hexdigest() != told:
            raise DamageError("{path}: not as it was built", path=path)

    def copied(stream: BinaryIO, start: int, end: int) -> Iterator[bytes]:
        stream.seek(start)
        while (left := end - start) > 0 and (piece := stream.read(min(left, 1 << 20))):
            start += len(piece)
            was.update(piece)
            becomes.update(piece)
            yield piece

    with path.open("rb") as stream:
        write_lines(path, pieces(stream))
    return becomes.hexdigest()


def tally(line: bytes) -> int:
    """A number for `line`; the sum over lines tells whether two heaps hold the same ones, in whatever order."""
    return int.from_bytes(hashlib.sha256(line).digest(), "big")


def holds(path: Path, total: int) -> bool:
    """Whether the lines of the file at `path` are sorted, and their tallies sum up to `total`; memory for one line."""
    last = b""
    with path.open("rb") as stream:
        for line in stream:
            if line < last:
                return False
            total, last = total - tally(line), line
    return total == 0


def with_own_digest(lines: bytes) -> bytes:
    """`lines` with a last line that holds their digest, and that `sha256sum -c` passes over as a comment."""
    return lines + OWN_DIGEST + hashlib.sha256(lines).hexdigest().encode() + b"\n"


def changed(root: Path) -> tuple[str, ...]:
    """The files of the index that are not as `build` left them; () for none, and where there is no index."""
    if not (root / SUMS).exists():
        return ()
    listed = _listed(root)
    if listed is None:
        return (SUMS,)
    stale = (path for path, digest in listed.items() if not path.exists() or digest_of(path) != f"sha256:{digest}")
    return tuple(path.relative_to(root).as_posix() for path in stale)


def part_of(root: Path, path: Path) -> Path:
    """Where the index lines of the WARC file at `path` lie: index/<source>/<name>.cdxj."""
    return root / FOLDER / path.parent.name / (path.name.removesuffix(OPEN).removesuffix(".warc.gz") + ".cdxj")


def find_entries(index: Path, url: str) -> tuple[Entry, ...]:
    """The entries of `url` in the CDXJ file `index`, oldest first; found by halving, in about 25 reads of a line."""
    key = surt(url).encode() + b" "
    found: list[Entry] = []
    with opened(index, os.O_RDONLY) as descriptor, os.fdopen(os.dup(descriptor), "rb") as stream:
        stream.seek(_halve(stream, os.fstat(descriptor).st_size, key))
        for line in stream:
            if line.startswith(key):
                found.append(parse_line(line))
            elif line > key:
                break
    return tuple(found)


def _halve(stream: BinaryIO, size: int, key: bytes) -> int:
    # the start of a line, with only lines < key before it, and at most one such line behind it
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        stream.seek(middle)
        if middle:
            stream.readline()
        line = stream.readline()
        if line and line < key:
            low = stream.tell()
        else:
            high = middle
    return low


def merge(parts: list[Path], target: Path) -> None:
    """Writes the lines of the sorted files `parts` into `target`, sorted; a few files at once, for few may be open."""
    if len(parts) > _OPEN_FILES:
        groups = [parts[start : start + _OPEN_FILES] for start in range(0, len(parts), _OPEN_FILES)]
        halfway = [target.with_name(f"{target.name}.{number}") for number in range(len(groups))]
        for group, path in zip(groups, halfway, strict=True):
            merge(group, path)
        merge(halfway, target)
        for path in halfway:
            path.unlink()
        return
    with ExitStack() as stack:
        write_lines(target, heapq.merge(*(stack.enter_context(part.open("rb")) for part in parts)))


def write_lines(path: Path, content: Iterable[bytes]) -> None:
    """Makes `path` a file of `content`, durably, whole or not at all; raises StorageError."""
    temporary = path.with_name(path.name + ".new")
    try:
        with temporary.open("wb") as stream:
            stream.writelines(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.rename(path)
        sync_folder(path.parent)
    except OSError as error:
        raise refused(path, error) from error
