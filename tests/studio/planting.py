"""Plant faults in a good file, on the level of its MP3 frames where that can be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from smr_audio import Cache, Preferences, Studio, parse_hold, parse_talk
from smr_audio.mp3.codec import encode_pieces
from smr_audio.mp3.frames import bytes_per_frame, info_frame
from smr_audio.mp3.id3 import Tags, tag_bytes
from smr_audio.sound.floor import floor_for
from smr_audio.sound.islands import Island, tiles_for
from smr_audio.sound.render import render_island
from smr_audio.studio.session import Session, manifest_of, session_tags
from smr_audio.units import ms_of_ticks
from tests.mp3.signals import decode_mp3

KBPS = 96
SIZE = bytes_per_frame(KBPS)
FLOOR = floor_for("low")
WISHES = Preferences(
    holds=(parse_hold("12"),), talk=(parse_talk("follow"),), sides="left", pace="quick",
    voice="en-us",
)  # fmt: skip


@dataclass(frozen=True)
class Bed:
    """A good session and the parts of its file: tag, Info frame, frames."""

    studio: Studio
    session: Session
    tags: Tags
    frames: bytes

    @classmethod
    def made(cls, cache: Path) -> Bed:
        studio = Studio(cache=Cache(cache))
        session = studio.link(studio.load("hamstring-ball-press"), WISHES)
        clips, speech = session.plan.clips, session.plan.timeline.speech
        clips.fetch([clips.sound_of(text) for event in speech for _, text in event.sentences])
        frames = b"".join(session.stream.pieces(0, (session.stream.frames + 1) * SIZE))
        cover = studio.cover(session.plan)
        tags = session_tags(session.plan, studio.library, cover=cover)
        return cls(studio, session, tags, frames)

    def file(
        self,
        frames: bytes | None = None,
        *,
        info: bytes | None = None,
        kbps: int = KBPS,
        length_ms: int | None = None,
        **other: Any,
    ) -> bytes:
        """The file with something else in place of a part of it; `other` is of its tags."""
        frames = self.frames if frames is None else frames
        tags = replace(self.tags, **other)
        length_ms = length_ms or ms_of_ticks(self.session.plan.timeline.end_tick)
        tag = tag_bytes(tags, length_ms=length_ms, manifest=manifest_of(self.session, self.tags))
        count = len(frames) // bytes_per_frame(kbps)
        return tag + (info or info_of(count, kbps=kbps)) + frames

    def island(self, wanted: str) -> Island:
        """The island that a cue or a sentence stands in alone."""
        clips = self.session.plan.clips
        names = {clips.sound_of_cue(event.cue): str(event.cue)
                 for event in self.session.plan.timeline.cues}  # fmt: skip
        names |= {clips.sound_of(text): text for event in self.session.plan.timeline.speech
                  for _, text in event.sentences}  # fmt: skip
        for island in self.session.product.islands:
            if [names[placed.sound] for placed in island.placed] == [wanted]:
                return island
        raise LookupError(wanted)

    def samples(self, sound: str) -> NDArray[np.int16]:
        return self.session.plan.clips.clip(sound).samples

    def put(self, frames: bytes, *, at: int) -> bytes:
        """The frames of the session with others from frame `at` on."""
        return self.frames[: at * SIZE] + frames + self.frames[at * SIZE + len(frames) :]

    def changed(
        self, wanted: str, change: Callable[[NDArray[np.int16]], NDArray[np.int16]], *, late_ticks: int = 0
    ) -> bytes:
        """The file with the sound of one island changed, and encoded as it was."""
        island = self.island(wanted)
        frames, sounds = island.shape
        piece = render_island(
            (frames, tuple((tick + late_ticks, sound) for tick, sound in sounds)), ground=FLOOR.tile(frames),
            samples_of=lambda sound: change(self.samples(sound)),
        )  # fmt: skip
        (encoded,) = encode_pieces([piece], floor=FLOOR, kbps=KBPS)
        return self.file(self.put(encoded, at=island.start_frame))

    def floored(self, wanted: str) -> bytes:
        """The file with floor where an island was, from the tiles it is linked of."""
        island = self.island(wanted)
        tiles = self.session.tiles
        floor = b"".join(tiles[size] for size in tiles_for(island.frames))
        return self.file(self.put(floor, at=island.start_frame))

    def gap(self, least: int = 140) -> int:
        """The frame that a long stretch of nothing but floor begins at."""
        islands = self.session.product.islands
        for one, following in pairwise(islands):
            if following.start_frame - one.end_frame > least:
                return one.end_frame + 10
        raise LookupError("no gap")

    def in_gap(self, piece: NDArray[np.int16]) -> bytes:
        """The file with some sound in a long pause."""
        (encoded,) = encode_pieces([piece], floor=FLOOR, kbps=KBPS)
        return self.file(self.put(encoded, at=self.gap()))

    def in_gap_of(self, change: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> bytes:
        """The file with the floor of a long pause changed."""
        changed = change(FLOOR.tile(128).astype(np.float64))
        return self.in_gap(np.clip(np.rint(changed), -32768, 32767).astype(np.int16))

    def hold_gap(self, frames: int) -> int:
        """A frame within the first hold from which so many are floor."""
        hold = self.session.plan.timeline.holds[0]
        islands = self.session.product.islands
        for one, following in pairwise(islands):
            inside = hold.start_tick < one.end_frame * 3 < hold.end_tick
            if inside and following.start_frame - one.end_frame > frames + 6:
                return one.end_frame + 3
        raise LookupError("no gap in the hold")

    def encoded_again(self, path: Path, *, gain_db: float = 0.0, kbps: int = KBPS) -> bytes:
        """The whole file decoded, made louder, and encoded as one piece."""
        path.write_bytes(self.file())
        louder = decode_mp3(path).astype(np.float64) * 10 ** ((gain_db + 0.446) / 20)
        whole = np.clip(np.rint(louder), -32768, 32767).astype(np.int16)
        piece = np.concatenate([whole, FLOOR.stretch(1)])
        (encoded,) = encode_pieces([piece], floor=FLOOR, kbps=kbps)
        return self.file(encoded, kbps=kbps)


def info_of(count: int, *, kbps: int = KBPS, delay: int = 576, padding: int = 576) -> bytes:
    return info_frame(kbps=kbps, frames=count, delay=delay, padding=padding)
