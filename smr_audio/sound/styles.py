"""The styles a voice can be mastered in, known without importing what masters."""

from __future__ import annotations

from typing import Final

from smr_audio.library.choices import MASTERS, Master

__all__ = ["MASTERS", "MASTER_FORMAT", "Master"]

MASTER_FORMAT: Final = 1  # raise it when the same speech would be mastered otherwise
