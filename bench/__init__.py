"""Benchmarks: each compares in one run, and prints ratio, spread and machine."""
