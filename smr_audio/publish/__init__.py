"""Sessions as a static site with a podcast."""
