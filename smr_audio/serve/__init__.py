"""Sessions over HTTP, for a phone."""
