"""Voices in processes of their own, supervised."""
