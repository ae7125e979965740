"""A plan for the eye: pictures, covers, texts."""
