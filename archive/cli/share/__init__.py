"""Commands that give away: exports and citations, packages, the reading room and replay."""
