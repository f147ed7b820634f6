"""Proof that the holdings are what they were: files, records, log, index and databases against each other."""

from archive.verify.report import Finding, Level, Problem, Report
from archive.verify.scrub import Scrubbed, scrub
from archive.verify.whole import verify

__all__ = ["Finding", "Level", "Problem", "Report", "Scrubbed", "scrub", "verify"]
