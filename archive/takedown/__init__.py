"""Content taken out of use: hidden, sealed apart, or erased; the log tells all, and nothing comes back."""

from archive.takedown.apply import Lifted, Taken, lift, takedown
from archive.takedown.rewrite import Rewritten

__all__ = ["Lifted", "Rewritten", "Taken", "lift", "takedown"]
