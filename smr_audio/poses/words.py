"""A picture in words, from the same data as its lines."""

from collections.abc import Iterator, Mapping
from typing import Final

from smr_audio.library.library import Library
from smr_audio.library.pose import IN_HANDS, PARTS
from smr_audio.library.schema.lines import DEFAULT_LANGUAGE
from smr_audio.library.technique import Technique
from smr_audio.poses.body import RADIUS, turned
from smr_audio.poses.figure import ARMS, Figure

_STRAIGHT: Final = 25  # degrees at the knee
_LIFTED_CM: Final = RADIUS["trunk"] + 4

Words = Mapping[str, str]


def picture_words(library: Library, language: str) -> Words:
    """The words for pictures in a language; what it lacks is in English.

    Raises MissingError for a language without phrases, ContentError for wrong ones.
    """
    own = library.phrases(language)
    return {**library.phrases(DEFAULT_LANGUAGE).pictures, **own.words, **own.pictures}


def label(technique: Technique, figure: Figure, *, side: str, words: Words) -> str:
    """What a picture shows, as one sentence."""
    pose, move = figure.pose, figure.pose.move
    said = {"side": words[side] if technique.sides == 2 else ""}
    if pose.tool and pose.touches:
        said["tool"] = words[pose.tool.kind]
        said["spot"] = words[pose.touches].format(**said)
    if move.kind == "slide":
        # The words for so many per cent of the touched segment: those of the last step before.
        steps = (max(step for step in PARTS[pose.segment] if step <= at) for at in (move.start, move.end))
        said["start"], said["end"] = (words[f"{pose.segment} {step}"] for step in steps)
    keys = [technique.position, *(key for key in _parts(figure) if key in words)]
    on_hip = pose.works == "trunk" and pose.at < PARTS["trunk"][1]
    if technique.position.startswith("floor-s") and figure.hip[1] > _LIFTED_CM and not on_hip:
        keys.append("lifted")
    parts = ""
    for key in keys:
        then = words[key].format(**said)
        parts = words["join"].format(first=parts, then=then) if parts else then
    on = move.joint or (move.limb.on if move.limb else "")
    kind = f"{move.kind} {on}{' out' * pose.opens}".strip()
    if move.kind == "slide" and said.get("start") == said.get("end"):
        kind = "slide little"
    if move.kind == "leg" and move.limb and move.limb.bend not in (None, pose.limbs["leg"].bend):
        kind = "swing knee"
    moved = words[kind if kind in words else move.kind].format(**said)
    shown = words["picture"].format(view=words[pose.view], parts=parts, moved=moved)
    return " ".join(shown.split())


def _parts(figure: Figure) -> Iterator[str]:
    pose = figure.pose
    arms = [pose.limbs[name] for name in ARMS]
    if pose.works == "leg" and pose.move.kind != "swing":
        thigh, shank, _ = figure.limbs["leg"].angles
        yield "leg straight" if abs(turned(thigh - shank)) < _STRAIGHT else "leg bent"
    if pose.tool is not None:
        hands = IN_HANDS if {arm.on for arm in arms} == {"tool"} else "hand"
        yield f"in {hands}" if pose.tool.on == IN_HANDS else f"on {pose.tool.on}"
    rests = [arm.flat.on for arm in arms if arm.flat]
    if rests:
        yield f"{'forearms' if len(rests) == 2 else 'forearm'} {rests[0]}"
    places = [arm.place for arm in arms if arm.place]
    for on in dict.fromkeys(place.on for place in places):
        found = [place for place in places if place.on == on]
        behind = on == "floor" and len(found) == 2 and all((one.at or 0) < 0 for one in found)
        yield f"{'hands' if len(found) == 2 else 'hand'} {'behind' if behind else on}"
