"""The ID3 tag: written, read back by other code."""
