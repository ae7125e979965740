"""YAML in: routines, techniques and phrases, read strictly."""
