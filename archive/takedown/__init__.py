"""Content taken out of use: hidden, sealed apart, or erased; the log tells all, and nothing comes back."""

from archive.takedown.adopt import adopt
from archive.takedown.apply import Lifted, Taken, complete, lift, takedown
from archive.takedown.carry import carry, history_of, is_kin, is_needed, numbers
from archive.takedown.plan import Plan, plan
from archive.takedown.stretches import Rewritten, mode_of

__all__ = [
    "Lifted",
    "Plan",
    "Rewritten",
    "Taken",
    "adopt",
    "carry",
    "complete",
    "history_of",
    "is_kin",
    "is_needed",
    "lift",
    "mode_of",
    "numbers",
    "plan",
    "takedown",
]
