"""Packs: content in a name space of its own."""
