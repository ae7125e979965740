"""Compare a file with the plan that it carries."""
