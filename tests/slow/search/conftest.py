"""Lets the slow tests use the corpus and the reference of the quick ones."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
