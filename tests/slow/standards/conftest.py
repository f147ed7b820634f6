"""Lets the suite find the helpers of the quick tests."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
