"""Content for smr-audio; nothing runs here."""
