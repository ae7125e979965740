"""A technique's posture, solved from its pose, measured and drawn."""
