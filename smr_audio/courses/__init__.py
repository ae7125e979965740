"""A course as a folder and a calendar."""
