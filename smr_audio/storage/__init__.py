"""Files, locks, temporary folders and the cache."""
