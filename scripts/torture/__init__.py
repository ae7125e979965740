"""Attempts to break smr-audio: hostile content, mutated code, the packages it stands on."""
