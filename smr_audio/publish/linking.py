"""What a page needs to link sessions by itself: packs of encoded segments, and a score of each.

A score has every section of a session in all variants, as islands at their frames; the packs hold
the islands' MP3 frames. Packs are named by their content and shared by all sessions: one of what
several techniques need, and two of each technique, the second of what only talk below learn needs.
"""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from operator import attrgetter
from typing import Any, Final, TypeAlias

from smr_audio.errors import BuildError
from smr_audio.library.library import Library
from smr_audio.mp3.frames import ENCODER_DELAY, info_frame
from smr_audio.options.choices import MOST_HOLD_S
from smr_audio.options.values import Bed
from smr_audio.records import dataclass
from smr_audio.session.compile import Compiled
from smr_audio.session.narration import pressure
from smr_audio.session.script import Part
from smr_audio.session.sections import Key
from smr_audio.sound.islands import BED_LOOP_FRAMES, BED_TILES, TILES, Shape
from smr_audio.sound.settings import Ground
from smr_audio.studio.postures import Extras, chapter_extras
from smr_audio.studio.studio import Studio
from smr_audio.studio.variants import BOTH, LEAST_S, Variants
from smr_audio.timeline.schedule import Laid
from smr_audio.timeline.timeline import CueEvent, Event, HoldEvent, RestSpan, SpeechEvent

SCORE_FORMAT: Final = "smr-audio/score-1"
PACKS: Final = "packs/"
_DIGITS: Final = 16
LOOP_PART: Final = 50
"""The frames of each part in which a bed's loop is fetched."""
_NAME_BYTES: Final = 6  # so that JavaScript has it exactly

Owner: TypeAlias = tuple[str, bool]
"""A technique, and whether it is of talk below learn."""


ScorePart: TypeAlias = Shape | int
"""An island, or a tile by its size; 0 and less are the parts of a bed's loop."""


@dataclass(frozen=True, slots=True)
class Packs:
    """Packs by path, and where each segment lies in them: path, first byte, frames, its name.

    The name is a number that its bytes give. By it a phone knows a segment in any later pack.
    """

    files: Mapping[str, bytes]
    places: Mapping[tuple[Ground, ScorePart], tuple[str, int, int, int]]


def why_not(session: Compiled) -> str | None:
    """What keeps a session from being linked with other options, named as an option; or None."""
    layers, steps = session.layers, session.work.selection.steps
    if isinstance(bed := layers.combined.bed, Bed) and bed.is_file:
        return "bed: this session has a sound of your own under it"
    if layers.combined.fit_ticks:
        return "fit: this session was made for one length"
    if any(layers.at(step).combined.extra for step in steps):
        return "extra: one side of this session is worked twice"
    if any(step.own for step in steps) or session.work.selection.interludes:
        return "steps: this session has steps of its own, or lines or pauses between them"
    if any(step.rounds for step in steps):
        return "rounds: this session has rounds"
    if session.work.has_exact_rests:
        return "rest_between: this session has rests of one length between sides or techniques"
    if any(one.ladder for block in session.work.blocks for one in block.passes):
        return "hold: the sets of this session differ in length"
    if any(block.technique.hold.most > MOST_HOLD_S for block in session.work.blocks):
        return "hold: this session may have holds of more than 5 minutes"
    if not all(block.technique.presses for block in session.work.blocks):
        return "mode: this session has exercises without pressure"
    if len({step.technique for step in steps}) < len(steps):
        return "steps: a technique comes twice in this session"
    return None


def why_no_skip(session: Compiled) -> str:
    """What keeps exercises of a session from being left out on a page; empty if nothing does."""
    given = session.layers.combined
    fixed = session.work.selection.swapped or given.tools or given.dose
    return "what is left out changes the others, by tools, limits or a dose" if fixed else ""


def make_packs(sessions: Collection[Variants], studio: Studio) -> Packs:
    """The packs of one or more sessions, tiles of floor and beds included; those of a bed are its own."""
    owners: dict[tuple[Ground, Shape], dict[Owner | None, None]] = {}
    grounds = dict.fromkeys(ground for variants in sessions for ground in variants.grounds)
    for variants in sessions:
        for owner, laid in _owned(variants):
            for _, shape in variants.islands(laid):
                for ground in variants.grounds:
                    owners.setdefault((ground, shape), {})[owner] = None
    groups: dict[tuple[Ground, Owner | None], list[Shape]] = {(ground, None): [] for ground in grounds}
    for (ground, shape), found in owners.items():
        names = {owner and owner[0] for owner in found}
        pack = None
        if len(names) == 1 and None not in names:
            pack = (str(names.pop()), all(owner and owner[1] for owner in found))
        groups.setdefault((ground, pack), []).append(shape)
    files: dict[str, bytes] = {}
    places: dict[tuple[Ground, ScorePart], tuple[str, int, int, int]] = {}
    for (ground, owner), shapes in groups.items():
        segments = studio.segments(*ground)
        parts: list[tuple[ScorePart, int, bytes]] = []
        if owner is None:
            parts = list(_tiles(segments.tiles()))
        for shape in shapes:
            segment = segments.find(shape)
            if segment is None:
                raise BuildError("the cache has lost sound of this run, or has no room; try again")
            parts.append((shape, shape[0], segment.frames))
        data = b"".join(part for _, _, part in parts)
        path = f"{PACKS}{hashlib.sha256(data).hexdigest()[:_DIGITS]}.bin"
        files[path] = data
        at = 0
        for name, frames, part in parts:
            digest = hashlib.sha256(part).digest()
            places[ground, name] = path, at, frames, int.from_bytes(digest[:_NAME_BYTES], "big")
            at += len(part)
    return Packs(files, places)


def _tiles(tiles: Mapping[int, bytes]) -> Iterator[tuple[int, int, bytes]]:
    """Tiles by size, with their frames and bytes; a loop in parts of `LOOP_PART`, from 0 down."""
    for size, data in tiles.items():
        if size != BED_LOOP_FRAMES:
            yield size, size, data
            continue
        part_bytes = LOOP_PART * len(data) // size
        for number in range(size // LOOP_PART):
            yield -number, LOOP_PART, data[number * part_bytes :][:part_bytes]


def _owned(variants: Variants) -> Iterator[tuple[Owner | None, Laid]]:
    for key, (_, laid) in variants.sections.items():
        match key:
            case (_, str(name), "learn" | "follow" | "minimal" as talk, *_):
                yield (name, talk != "learn"), laid
            case _:
                yield None, laid
    yield from ((None, laid) for laid in variants.announcements.values())
    for (name, level, _, _), one in variants.holds.items():
        for laid in (one.laid, one.before):
            yield (name, level != "learn"), laid


def no_score(reason: str) -> bytes:
    """What stands in for a score where there is none."""
    return json.dumps({"format": SCORE_FORMAT, "cannot": reason}).encode() + b"\n"


def score_json(variants: Variants, packs: Packs, library: Library) -> bytes:
    """The score of a session, for `link.mjs`."""
    made = _Score(variants, packs, chapter_extras(variants.given, library))
    given = variants.given
    words = given.narration.wording
    kbps = variants.clips.settings.kbps
    info = info_frame(kbps=kbps, frames=0, delay=ENCODER_DELAY, padding=ENCODER_DELAY)
    value = {
        "format": SCORE_FORMAT,
        "id": given.script.routine,
        "title": given.script.title,
        "language": given.script.language,
        "kbps": kbps,
        "info": info.hex(),
        "talk": given.talk.as_json(),
        "safety": {"given": given.layers.combined.safety, "learn": given.narration.routine.safety},
        "fixed": {"skip": reason} if (reason := why_no_skip(given)) else {},
        "blocks": [
            {
                "technique": block.technique.id,
                "least": LEAST_S,
                "most": block.technique.hold.most,
                "given": {one.side or "": one.hold_s for one in block.passes},
                "seconds": variants.seconds[block.technique.id],
                "muscle": block.technique.muscle,
                "gate": bool(block.technique.gate),
                "floor": block.technique.on_the_floor,
                "leg": block.technique.muscle in words.defaults.leg_muscles,
                "press": pressure(words, block.technique),
                "helps": block.technique.finding != "no_change",
                "tools": variants.tools[block.technique.id],
            }
            for block in variants.sides[BOTH]
        ],
        "sides": {
            "|".join(mode): [[[one.side, one.turn] for one in block.passes] for block in blocks]
            for mode, blocks in variants.sides.items()
        },
        "about": {
            "ruler": variants.lengths.of(variants.ruler),
            "then": variants.ruler.then_ticks,
            "lines": {s: made.number(laid) for s, laid in variants.announcements.items()},
        },
        "sections": {
            _text(key): made.number(laid, next((i for i in one.items if isinstance(i, Part)), None))
            for key, (one, laid) in variants.sections.items()
        },
        "holds": {
            _text(key): [made.number(one.laid), made.number(one.before), one.after]
            for key, one in variants.holds.items()
        },
        **made.as_json(),
    }
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


class _Score:
    """Numbers what is laid, with the texts, chapters and segments that it names."""

    def __init__(self, variants: Variants, packs: Packs, extras: Extras) -> None:
        self._variants = variants
        self._packs = packs
        self._extras = extras
        self._laid: dict[str, int] = {}
        self._texts: dict[str, int] = {}
        self._segments: dict[ScorePart, int] = {size: number for number, size in enumerate(TILES)}

    def number(self, laid: Laid, part: Part | None = None) -> int:
        islands: list[int] = []
        for start, shape in self._variants.islands(laid):
            islands += (start, self._segment(shape))
        events = sorted((*laid.rests, *laid.events), key=attrgetter("start_tick"))
        value: list[Any] = [laid.end_tick, islands, [*map(self._event, events)]]
        if part is not None:
            more = self._extras(part.title, part.technique, part.side)
            value.append([part.title, part.technique, part.side, more])
        return self._laid.setdefault(json.dumps(value, ensure_ascii=False), len(self._laid))

    def _segment(self, shape: ScorePart) -> int:
        return self._segments.setdefault(shape, len(self._segments))

    def _event(self, event: Event | RestSpan) -> list[int]:
        """Its kind as a number, its span in ticks from the section's start, and what it is."""
        span = (event.start_tick, event.end_tick)
        if isinstance(event, SpeechEvent):
            return [0, *span, self._text(event.text), self._text(event.role)]
        if isinstance(event, CueEvent):
            return [1, *span, self._text(event.cue)]
        if isinstance(event, RestSpan):
            return [4, *span, self._text(event.between)]
        return [2, *span, event.set] if isinstance(event, HoldEvent) else [3, *span]

    def _text(self, text: str) -> int:
        return self._texts.setdefault(text, len(self._texts))

    def as_json(self) -> dict[str, Any]:
        *beds, floor = self._variants.grounds
        return {
            **self._table(floor),
            "texts": list(self._texts),
            "laid": list(map(json.loads, self._laid)),
            **({"bed": self._table(beds[0])} if beds else {}),
        }

    def _table(self, ground: Ground) -> dict[str, Any]:
        """The packs and segments of a ground; the tiles of a bed come last."""
        *_, bed = ground
        sizes = [*range(0, -BED_LOOP_FRAMES // LOOP_PART, -1), *BED_TILES[1:]] if bed else TILES
        shapes: list[ScorePart] = [*self._segments, *(sizes if bed else ())]
        paths = list(self._packs.files)
        none = (paths[0], 0, 0, 0)  # a tile of another ground
        used = [self._packs.places.get((ground, shape), none) for shape in shapes]
        first = len(shapes) - len(sizes) if bed else 0
        return {
            "packs": paths,
            "segments": [n for path, *place in used for n in (paths.index(path), *place)],
            "tiles": {size: first + number for number, size in enumerate(sizes)},
            **({"name": bed.sound, "part": LOOP_PART} if bed else {}),
        }


def _text(key: Key) -> str:
    return "|".join("" if one is None else str(int(one) if isinstance(one, bool) else one) for one in key)
