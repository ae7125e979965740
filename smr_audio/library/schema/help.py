"""What each key that people write means, in a line, for editors to show. `docs/` has it all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

HELP: Final[Mapping[str, str]] = {
    # Every file
    "kind": "What this file is.",
    "id": "Its name: a-z, 0-9 and hyphens; in a content folder the file's name without .yaml.",
    "about": "Why it is as it is, in allowed claims. Shown and not said.",
    # A technique
    "name": "Said and shown, at most 60 characters.",
    "muscle": "The muscle it is for, a word of phrases/en.yaml: muscles. The dose goes by it.",
    "tools": "What to fetch, in order: words of phrases/en.yaml: tools.",
    "tool_options": "What serves in place of the first tool while every line stays true.",
    "position": "How the body is. The standing ones get the notice to keep eyes open.",
    "sides": "2 (left, then right) or 1 (both at once).",
    "short": "The name within a sentence, as “the floor roller”; a routine's title as it is said.",
    "limb": "leg, foot, arm or side (the default), as in “Left leg, get ready.”",
    "mode": "roll, roll_small, press_move or still.",
    "pace": "Beats a minute for the metronome, 5 to 60.",
    "eyes_closed_ok": "true if eyes may be shut; false if not given.",
    "level": "How hard, 1 to 3.",
    "for_whom": "Whom it suits, as a text.",
    "not_for": "Whom it may not suit: ids of limits, such as hips or pregnancy.",
    "variations": "Ids of other techniques for the same muscle, the best first.",
    "cap": "Most pressure out of ten, 1 to 7.",
    "hold": "Seconds of work: least, default and most; the default alone is enough.",
    "least": "Fewest seconds advised.",
    "default": "Seconds where nothing else is said.",
    "most": "Most seconds advised.",
    "sets": "Sets of each side where nothing else is said; 1 if not given.",
    "grade": "How good the evidence is: A, B or C (the default).",
    "refs": "Keys of evidence.yaml that it rests on.",
    "finding": "mixed or no_change, where trials of this were not all for it.",
    "avoid": "Places not to press.",
    "gate": "Lines for what takes as long as it takes, before “Pause me”.",
    "move": "Lines that say what the movement will be; they come before the set-up. In a "
    "pose press, {slide: [10, 80]}, {swing: knee, to: 90}, {sink: 10} or {arm: {hand: wall 180}}.",
    "easier": "Lines after those: how to make it easier.",
    "setup": "Lines that set it up, in order, without weight on the tool.",
    "load": "The one line after which there is weight on the tool; the last of each side.",
    "follow": "Shorter lines for those who have done it: setup, move, switch, finish and gate.",
    "coaching": "Lines in the hold, by name or as a list, in order of rotation. nerve, boundary "
    "and stop come first and are never left out.",
    "switch": "Lines for changing sides; {side} is the one that comes.",
    "finish": "Lines for coming off.",
    "at": "When in the hold a line of coaching is said: half, or seconds from its start. In a "
    "pose where the tool is, in per cent of the segment.",
    "then_s": "Seconds of silence after the line, in which a person does what it said.",
    "speed": "How fast the line is spoken, as a factor on the usual: 0.85 to 1.",
    "safety": "In a line: true to say it at every level of talk, short likewise but not after the "
    "whole check. In a routine: the check at its beginning, full (the default) or short.",
    "sound": "A recording to use in place of a voice; its path counts from this file's folder.",
    "pose": "Its posture, for a picture; see poses.md.",
    # A pose
    "view": "side (the default), front, or above, of a body that lies.",
    "support": "What body or tool is on besides the floor: chair, bench, table, wall or rack; "
    "with a height in cm in place of the usual, {bench: 50}.",
    "hips": "What they rest on, or how high the hip joints are in cm; left out where they rest on "
    "the tool.",
    "trunk": "Its direction: 90 upright, 0 face down, 180 on the back.",
    "head": "Its direction; that of the trunk if not given.",
    "leg": "The leg that is worked, or nearer.",
    "other_leg": "The other leg.",
    "legs": "Both legs.",
    "arm": "The arm that is worked, or nearer.",
    "other_arm": "The other arm.",
    "arms": "Both arms.",
    "foot": "Where it stands: floor 40 is 40 cm in front of the hips; or on the other knee.",
    "heel": "What the heel lies on; the foot is up.",
    "thigh": "Its direction: 0 forward, -90 down.",
    "shank": "Its direction: -90 down.",
    "knee": "How far it bends; 0 is straight.",
    "ankle": "How far the toes are pulled up.",
    "hand": "Where it is: floor -40, wall 120, rack 120, head, hip, chest, knee or tool.",
    "rest": "What the forearm lies on.",
    "upper_arm": "Its direction: 0 forward, -90 down.",
    "forearm": "Its direction: 0 forward, -90 down.",
    "elbow": "How far it bends; 0 is straight.",
    "wrist": "How far it bends.",
    "out": "How far the limb is turned out of the picture, in degrees; not a shank or forearm "
    "whose direction is given.",
    "tool": "The tool and what carries it: roller on floor, ball on wall, stick in hands.",
    "touches": "Where the tool is on the body, such as calf.",
    "height": "Its height in cm; of a rack that of the bar.",
    "from": "Where it begins, in cm from the hips.",
    "to": "Where it ends, in cm from the hips; of a swing the bend at its other end.",
    "slide": "From where to where the tool goes, in per cent of the segment.",
    "swing": "The joint that moves: knee, ankle, elbow or wrist.",
    "sink": "How many cm the body goes down along the wall.",
    # A routine
    "title": "Said and shown.",
    "steps": "Techniques in order, 1 to 60.",
    "technique": "A technique's id.",
    "settings": "For the whole session, unless a step says otherwise.",
    # A course
    "weeks": "How many weeks, 1 to 52.",
    "every": "day or other_day.",
    "days": "Days of the week: mon to sun.",
    "sessions": "Ids of routines or techniques, in turn.",
    "growth": "Stages for --grow: from_week on, hold and sets.",
    "from_week": "The week it holds from, counted from 1.",
    # A pack
    "version": "Of the pack, as text.",
    "author": "Who made it.",
    "license": "Under which licence it may be used.",
    "languages": "Those of its texts; each needs phrases, its own or the shipped ones.",
    # Phrases and lexicon
    "language": "Its code, as en or pt-br; the file's name.",
    "iso639_2": "The language's three letters in ISO 639-2, for the file's tag.",
    "lines": "What a session says, by name.",
    "titles": "Titles of chapters.",
    "words": "In phrases left, right and the limbs; in a lexicon words and what is said for them.",
    "muscles": "How muscles are written for people.",
    "pictures": "Words for the pictures of techniques.",
    "page": "What the phone's page says, by name, as in pages/en.yaml.",
    "units": "What follows a number, and how it is said.",
}
"""By key, whatever file it stands in."""
