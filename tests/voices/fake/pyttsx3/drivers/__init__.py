"""Drivers of the stand-in."""
