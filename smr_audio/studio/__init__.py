"""From a routine to a plan, and from a plan to a file."""
