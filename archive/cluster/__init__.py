"""Many archives asked as one (shards), and many machines reading one (Spark): an optional extra."""

from __future__ import annotations

import glob
import os
from pathlib import Path


def is_several(path: Path | str) -> bool:
    """Whether `path` means several archives: a pattern (`*`, `?`, `[`), or paths parted by colons.

    What is there under just this name is one archive.
    """
    return (glob.has_magic(str(path)) or os.pathsep in str(path)) and not Path(path).exists()
