"""Every slow suite, whole and in a process of its own, and one table of what came of it: `make everything`.

    python -m release.everything [SUITE ...]

It fails where a suite fails or dies, and where a test is skipped without a reason in `tests/slow/skips.toml`: a suite
that left out what it is for has shown nothing.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
import tomllib
import xml.etree.ElementTree as ElementTree  # the report that our own pytest has written
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
SKIPS = ROOT / "tests" / "slow" / "skips.toml"
VARIABLES = {
    "standards": {"BAOTINH_STANDARDS": "build/standards/bin", "BAOTINH_PYWB": "build/pywb/bin"},
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a suite; `unexcused` are its skipped tests that no reason allows, each with its own."""

    suite: str
    passed: int
    failed: int
    skipped: int
    seconds: float
    unexcused: tuple[str, ...] = ()
    died: str = ""

    @property
    def good(self) -> bool:
        """Whether all of it passed, or is allowed to be skipped."""
        return bool(self.passed) and not (self.failed or self.unexcused or self.died)


def suites() -> tuple[str, ...]:
    """The suites: the folders of tests/slow."""
    return tuple(sorted(path.parent.name for path in SKIPS.parent.glob("*/test_*.py") if path.is_file()))


def allowed(path: Path = SKIPS) -> dict[str, str]:
    """The patterns of reasons for which a test may be skipped, each with why that may be."""
    return {one["reason"]: one["because"] for one in tomllib.loads(path.read_text(encoding="utf-8"))["skip"]}


def run(suite: str, folder: Path, skips: Mapping[str, str], variables: Mapping[str, str]) -> Outcome:
    """Runs the tests in `folder` in a process of their own, which prints as pytest does."""
    with tempfile.TemporaryDirectory() as kept:
        report = Path(kept) / "report.xml"
        began = time.monotonic()
        command = [sys.executable, "-m", "pytest", "-q", "-rs", f"--junitxml={report}", str(folder)]
        code = subprocess.run(command, cwd=ROOT, env={**os.environ, **variables}, check=False).returncode  # noqa: S603
        seconds = time.monotonic() - began
        if not report.exists():
            return Outcome(suite, 0, 0, 0, seconds, died=f"ended with code {code} and left no report")
        return outcome_of(suite, ElementTree.parse(report).getroot(), code, seconds, skips)  # noqa: S314


def outcome_of(suite: str, report: ElementTree.Element, code: int, seconds: float, skips: Mapping[str, str]) -> Outcome:
    """What pytest's `report` and exit `code` tell."""
    passed = failed = skipped = 0
    unexcused = []
    for case in report.iter("testcase"):
        skip = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif skip is None:
            passed += 1
        else:
            skipped += 1
            reason = skip.get("message") or ""
            if reason == "collection skipped":  # of a module: what is wrong stands below
                reason = " ".join((skip.text or "").split())
            if not any(re.fullmatch(pattern, reason) for pattern in skips):
                unexcused.append(f"{case.get('classname')}::{case.get('name')}: {reason}")
    died = "" if code in (0, 1) or failed else f"pytest ended with code {code}"
    return Outcome(suite, passed, failed, skipped, seconds, tuple(unexcused), died)


def table(outcomes: Sequence[Outcome]) -> str:
    """The outcomes, one a line, and below each what is wrong with it."""
    lines = [f"{'suite':<14}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}"]
    for one in outcomes:
        row = f"{one.suite:<14}{one.passed:>8}{one.failed:>8}{one.skipped:>9}{one.seconds:>9.0f}"
        lines.append(row + ("" if one.good else "  FAILED"))
        lines += [f"    skipped without a reason in {SKIPS.name}: {what}" for what in one.unexcused]
        lines += [f"    {one.died}"] if one.died else []
        lines += ["    nothing in it ran"] if not (one.passed or one.failed or one.died) else []
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    """Runs the suites named, or all of them; exit code 1 where one is not good, 2 where there is none of the name."""
    chosen = tuple(arguments) or suites()
    if unknown := [name for name in chosen if name not in suites()]:
        print(f"no suite {', '.join(unknown)}; there are {', '.join(suites())}", file=sys.stderr)
        return 2
    outcomes = []
    for name in chosen:
        print(f"\n== {name}", flush=True)
        outcomes.append(run(name, SKIPS.parent / name, allowed(), VARIABLES.get(name, {})))
    print("\n" + table(outcomes))
    return 0 if all(one.good for one in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
