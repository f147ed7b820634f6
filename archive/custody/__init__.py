"""Proof of what is kept: events, manifest, seals, verification, takedowns, packages, certificate, rebuild, recovery."""
