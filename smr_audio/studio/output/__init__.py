"""What a session is written as: a file, an album, a ZIP, lyrics."""
