"""The law of growth: `python -m bench.scale [--sizes 10000,100000,1000000]`.

For each size a synthetic archive is made, and each stage runs over it in a process of its own, so that its memory is
its own (the most the process and its children held, sampled, or the process's own high-water mark if that is more;
without pages of files, sampled).
Start-up and imports are not in the times, generated text neither. Prints time a unit, memory, and the exponent fitted
to each stage's total; writes scale.json, scale.md and scale.svg. Exit code 1 where a stage is worse than n log n, or
needs more memory for each article.

1,000,000 articles take about 12 GB and hours; 5,000,000 (`--sizes ...,5000000`) five times that.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from bench.growth import Measurement, broken, draw, table
from bench.measure import run

RUNS = ("frontier", "articles", "search", "trends", "captures", "verify", "reread", "merge")
"""What `bench.stages` runs, each needing what the ones before it made."""
MADE = ("frontier.sqlite", "search.sqlite", "data", "merged")


def sizes_of(text: str) -> list[int]:
    """The sizes that "1000,10000" names, ascending, each once. Raises argparse.ArgumentTypeError."""
    try:
        sizes = sorted({int(part.replace("_", "")) for part in text.split(",")})
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text}: numbers parted by commas, as 1000,10000") from error
    if sizes[0] < 1000:
        raise argparse.ArgumentTypeError(f"{sizes[0]}: at least 1000, or start and noise are all that is measured")
    return sizes


def runs_of(text: str) -> list[str]:
    """The runs that "articles,search" names, in the order they need each other. Raises argparse.ArgumentTypeError."""
    unknown = set(text.split(",")) - set(RUNS)
    if unknown:
        raise argparse.ArgumentTypeError(f"{', '.join(sorted(unknown))}: runs are {', '.join(RUNS)}")
    return [name for name in RUNS if name in text.split(",")]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures all sizes and reports them; exit code 1 where a stage is worse than n log n."""
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--sizes", type=sizes_of, default=[10_000, 100_000, 1_000_000], help="default: 10^4, 10^5, 10^6"
    )
    parser.add_argument("--runs", type=runs_of, default=RUNS, help=f"default: {','.join(RUNS)}")
    parser.add_argument("--beside", type=Path, help="scale.json of an earlier run, reported together with this one")
    parser.add_argument("--folder", type=Path, help="where archives are made, and removed again")
    parser.add_argument("--made", type=Path, help="a folder with what earlier runs of one size made; it stays")
    parser.add_argument("--output", type=Path, default=Path("build"), help="for scale.json, scale.md, scale.svg")
    options = parser.parse_args(arguments)
    if options.made and len(options.sizes) > 1:
        parser.error("--made holds what was made of one size: name that alone with --sizes")
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    machine += f", SQLite {sqlite3.sqlite_version}, load {os.getloadavg()[0]:.1f} when it began"
    print(machine, flush=True)
    earlier = json.loads(options.beside.read_text(encoding="utf-8")) if options.beside else {}
    found = [Measurement(**one) for one in earlier.get("measurements", ())]
    disk: dict[str, dict[str, int]] = earlier.get("bytes", {})
    for size in options.sizes:
        with _folder(options.made, options.folder) as folder:
            for stage in options.runs:
                for one in measure(stage, size, folder):
                    found.append(one)
                    memory = f"{one.rss / 1e6:8,.0f} MB, {one.own / 1e6:,.0f} its own"
                    print(f"{one.size:>10,}  {one.stage:18}{one.each:12,.0f} us{memory}", flush=True)
                disk[str(size)] = _weighed(folder)
                report(found, disk, machine, options.output)  # a run of hours may be broken off
    print(f"\n{table(found)}\n\nbytes on disk: {json.dumps(disk)}")
    missed = broken(found)
    for line in missed:
        print(f"grows too fast: {line}")
    return 1 if missed else 0


def measure(stage: str, size: int, folder: Path) -> list[Measurement]:
    """What `stage` cost in a process of its own; what it made stays in `folder` for the stages after it."""
    log, answer = folder / "log", folder / "answer.json"
    answer.unlink(missing_ok=True)
    cost = run([sys.executable, "-m", "bench.stages", stage, str(size), str(folder), str(answer)], log)
    laps = json.loads(answer.read_text())
    return [Measurement(**{**lap, "rss": max(cost.rss, lap["rss"]), "own": cost.own}, size=size) for lap in laps]


def report(found: Sequence[Measurement], disk: dict[str, dict[str, int]], machine: str, folder: Path) -> None:
    """Writes scale.json, scale.md and scale.svg into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    value = {"machine": machine, "bytes": disk, "measurements": [asdict(one) for one in found]}
    (folder / "scale.json").write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")
    (folder / "scale.md").write_text(f"{machine}\n\n{table(found)}\n", encoding="utf-8")
    (folder / "scale.svg").write_text(draw(found), encoding="utf-8")


@contextmanager
def _folder(made: Path | None, beside: Path | None) -> Iterator[Path]:
    """Where the archives of a size are: in a folder that stays, or in one that goes with the block."""
    if made is not None:
        yield made
        return
    with tempfile.TemporaryDirectory(prefix="baotinh-scale-", dir=beside) as name:
        yield Path(name)


def _weighed(folder: Path) -> dict[str, int]:
    """Bytes of each thing made in `folder`."""
    return {
        path.name: sum(one.stat().st_size for one in (path.rglob("*") if path.is_dir() else (path,)) if one.is_file())
        for path in sorted(folder.iterdir())
        if path.name in MADE
    }


if __name__ == "__main__":
    raise SystemExit(main())
