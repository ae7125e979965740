"""Files, locks, leftovers and the cache: all that touches the disk."""
