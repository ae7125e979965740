"""A session on paper."""
