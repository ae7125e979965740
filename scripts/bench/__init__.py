"""Benchmarks: smr-audio against what else makes the same session, in one run on one machine."""
