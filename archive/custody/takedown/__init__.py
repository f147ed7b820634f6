"""Content taken out of use: hidden, sealed apart, or erased; the log tells all, and nothing comes back."""

from archive.custody.takedown.apply import LiftDone, TakedownDone, complete, lift, takedown
from archive.custody.takedown.merge import adopt, carry_over, history_of, is_kin, is_needed, numbers
from archive.custody.takedown.plan import Plan, plan
from archive.custody.takedown.tombstones import Rewritten, mode_of

__all__ = [
    "LiftDone",
    "Plan",
    "Rewritten",
    "TakedownDone",
    "adopt",
    "carry_over",
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
