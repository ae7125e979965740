"""Benchmarks: whole commands of smr-audio and what else makes the same session, in one run."""
