"""The file: MP3 frames and tags."""
