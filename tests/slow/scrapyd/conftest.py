"""Lets the suite find the helpers of the quick tests and of the faults."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent / "faults")]
