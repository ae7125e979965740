"""When: a script placed on an exact timeline."""
