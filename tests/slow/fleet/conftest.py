"""Lets the suite find the benchmarks' site and the harness of the faults."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parents[2]), str(HERE.parent / "faults")]
