"""The cover of a session."""
