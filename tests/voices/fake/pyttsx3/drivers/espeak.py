"""Imported by the worker, used by none."""
