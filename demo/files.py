"""The pictures and documents of the sample site, drawn from their names: the repository needs no binary files."""

from __future__ import annotations

import struct
import zlib
from hashlib import blake2b

WIDTH, HEIGHT = 320, 200

LOGO = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" width="96" height="96">
<rect width="96" height="96" rx="12" fill="#b3261e"/><path d="M8 76 34 34 52 60 66 42 90 76Z" fill="#ffd54f"/></svg>
"""


def png(name: str) -> bytes:
    """A PNG of 320 x 200: hills before a sky, another picture for every name, the same for the same name."""
    seed = blake2b(name.encode(), digest_size=8).digest()
    sky, near, far = (
        _colour(seed[i], base) for i, base in ((0, (150, 180, 205)), (1, (40, 95, 45)), (2, (85, 130, 95)))
    )
    rows = bytearray()
    ridge = [_ridge(x, seed) for x in range(WIDTH)]
    for y in range(HEIGHT):
        rows.append(0)  # filter type None
        for far_top, near_top in ridge:
            rows.append(2 if y >= near_top else 1 if y >= far_top else 0)
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)),
        (b"PLTE", sky + far + near),
        (b"IDAT", zlib.compress(bytes(rows), 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def pdf(lines: tuple[str, ...]) -> bytes:
    """A PDF 1.4 of one page with `lines` on it; letters beyond Latin-1 are left out, for it embeds no font."""
    text = b"".join(b"(%s) Tj T*\n" % _escaped(line) for line in lines)
    stream = b"BT /F1 12 Tf 16 TL 72 770 Td\n" + text + b"ET"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    )
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, len(out))
    return bytes(out) + b"xref\n0 %d\n0000000000 65535 f \n" % count + table + trailer


def _colour(byte: int, base: tuple[int, int, int]) -> bytes:
    return bytes(min(255, max(0, part + byte % 41 - 20)) for part in base)


def _ridge(x: int, seed: bytes) -> tuple[int, int]:
    # Two broken lines with corners every 40 points: heights out of the seed, drawn straight between them.
    corner, along = divmod(x, 40)
    tops = [(seed[i % 8] * 7 + i * 31) % 70 for i in (corner, corner + 1, corner + 3, corner + 4)]
    between = [first + (second - first) * along // 40 for first, second in (tops[:2], tops[2:])]
    return 60 + between[0], 110 + between[1]


def _escaped(line: str) -> bytes:
    text = line.encode("latin-1", errors="ignore")
    return text.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
