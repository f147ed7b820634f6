"""Proof that the holdings are what they were: files, records, log, index and databases against each other."""

from archive.custody.verify.fixity import Finding, Level, Problem, Report
from archive.custody.verify.run import verify
from archive.custody.verify.scrub import Scrubbed, scrub

__all__ = ["Finding", "Level", "Problem", "Report", "Scrubbed", "scrub", "verify"]
