"""Whether all that a build needs works here."""
