"""What one person's phone is served on the local network: a page, an API, any session's MP3."""
