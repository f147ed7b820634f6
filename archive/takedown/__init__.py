"""Content taken out of use: hidden, sealed apart, or erased; the log tells all, and nothing comes back."""

from archive.takedown.adopt import adopt
from archive.takedown.apply import Lifted, Taken, lift, takedown
from archive.takedown.rewrite import Rewritten, mode_of

__all__ = ["Lifted", "Rewritten", "Taken", "adopt", "lift", "mode_of", "takedown"]
