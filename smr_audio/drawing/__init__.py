"""A plan for the eye: the session as a strip of time, SVG or PNG, and as text."""
