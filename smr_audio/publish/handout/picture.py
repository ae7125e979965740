"""A tall picture in pieces that a sheet of paper takes, cut where a part of the session begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from smr_audio.views.strip.shapes import WIDTH, Box, Picture, TextShape
from smr_audio.views.strip.strip import PAPER

MOST_PX: Final = 900
"""The height of a piece at which its text can still be read when a page shows all of it."""

_BASELINE: Final = 20  # of a heading, from the top of its row


def strips(picture: Picture, *, most_px: int = MOST_PX) -> tuple[Picture, ...]:
    """The pieces from top to bottom; one part of the session is never cut."""
    cuts = _cuts(picture, most_px)
    pieces = [_piece(picture, top, bottom) for top, bottom in pairwise(cuts)]
    if len(pieces) == 1:
        return (picture,)
    return tuple(
        replace(piece, label=f"{picture.label}, piece {number} of {len(pieces)}")
        for number, piece in enumerate(pieces, start=1)
    )


def _cuts(picture: Picture, most_px: int) -> Sequence[float]:
    tops = [
        shape.y - _BASELINE
        for shape in picture.shapes
        if isinstance(shape, TextShape) and shape.kind == "time"
    ]
    cuts = [0.0]
    for top, bottom in pairwise([*tops, picture.height]):
        if bottom - cuts[-1] > most_px and top > cuts[-1]:
            cuts.append(top)
    return [*cuts, picture.height]


def _piece(picture: Picture, top: float, bottom: float) -> Picture:
    height = bottom - top
    paper = Box("paper", 0, 0, WIDTH, height, PAPER)
    inside = (
        replace(shape, y=shape.y - top) for shape in picture.shapes[1:] if top <= shape.y < bottom
    )
    return Picture(height, picture.label, (paper, *inside))
