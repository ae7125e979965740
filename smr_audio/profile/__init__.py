"""Whom sessions are for, in a file of their own."""
