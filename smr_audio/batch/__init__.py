"""An MP3 for each of many jobs."""
