"""Learns a site's layout from its own pages and from what it says of them elsewhere: field by field, by arbitration."""

from archive.parsers.site.learning.arbitration import learn
from archive.parsers.site.learning.training import Example, Learned, SiteEvidence, Support, Told, TrainingPage

__all__ = ["Example", "Learned", "SiteEvidence", "Support", "Told", "TrainingPage", "learn"]
