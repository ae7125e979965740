"""The session as a strip of time."""
