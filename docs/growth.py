"""What `make bench-scale` has measured (docs/scaling.json), as docs/scaling.md shows it: a table and a picture."""

from __future__ import annotations

import json
from pathlib import Path

from bench import growth
from bench.growth import Measurement

_MEASURED = Path(__file__).parent / "scaling.json"


def measurements() -> list[Measurement]:
    """The measurements, by stage and size."""
    held = json.loads(_MEASURED.read_text(encoding="utf-8"))
    return [Measurement(**one) for one in held["measurements"]]


def table() -> str:
    """The rows of every stage and size, in Markdown."""
    return growth.table(measurements()) + "\n"


def picture() -> str:
    """The curves, as SVG."""
    return growth.draw(measurements())
