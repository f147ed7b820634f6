"""A CDXJ index packed in blocks that can be opened alone, and the list of blocks: index.cdx.gz and index.idx.

The form that cdxj-indexer writes and replay programs read ("cdxj-gzip-1.0"): 300 lines a gzip member.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from isal import isal_zlib

LINES = 300
FORMAT = "cdxj-gzip-1.0"


def write_zipnum(lines: Path, data: Path, keys: Path) -> None:
    """Packs the sorted CDXJ file `lines` into `data` and writes the list of its blocks to `keys`."""
    with lines.open("rb") as stream, data.open("wb") as packed, keys.open("wb") as listed:
        listed.write(f"!meta 0 {json.dumps({'format': FORMAT, 'filename': data.name})}\n".encode())
        offset = 0
        while block := list(islice(stream, LINES)):
            member = isal_zlib.compress(b"".join(block), 3, 31)
            first = block[0].partition(b"{")[0].strip().decode()
            about = {"offset": offset, "length": len(member), "digest": f"sha256:{hashlib.sha256(member).hexdigest()}"}
            listed.write(f"{first} {json.dumps({**about, 'filename': data.name})}\n".encode())
            packed.write(member)
            offset += len(member)


def read_zipnum(data: bytes, keys: bytes) -> Iterator[bytes]:
    """Every line of a packed index, opened block by block as `keys` lists them."""
    for line in keys.splitlines()[1:]:
        about = json.loads(line[line.index(b"{") :])
        block = data[about["offset"] : about["offset"] + about["length"]]
        yield from isal_zlib.decompress(block, 31).splitlines(keepends=True)
