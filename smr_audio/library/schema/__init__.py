"""What the keys of content files mean."""
