"""A file held against the plan that it carries."""
