"""Text normalization: written text to words that every voice says alike."""
