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
    "hold": "Seconds of work: least, default and most.",
    "least": "Fewest seconds advised.",
    "default": "Seconds where nothing else is said.",
    "most": "Most seconds advised.",
    "sets": "Sets of each side where nothing else is said; 1 if not given.",
    "grade": "How good the evidence is: A, B or C (the default).",
    "refs": "Keys of evidence.yaml that it rests on.",
    "finding": "mixed or no_change, where trials of this were not all for it.",
    "avoid": "Places not to press.",
    "gate": "Lines for what takes as long as it takes, before “Pause me”.",
    "move": "Lines that say what the movement will be; they come before the set-up.",
    "easier": "Lines after those: how to make it easier.",
    "setup": "Lines that set it up, in order, without weight on the tool.",
    "load": "The one line after which there is weight on the tool; the last of each side.",
    "follow": "Shorter lines for those who have done it: setup, move, switch, finish and gate.",
    "coaching": "Lines in the hold, by name, in order of rotation. nerve, boundary and stop come "
    "first and are never left out.",
    "switch": "Lines for changing sides; {side} is the one that comes.",
    "finish": "Lines for coming off.",
    "at": "When in the hold a line of coaching is said: half, or seconds from its start.",
    "then_s": "Seconds of silence after the line, in which a person does what it said.",
    "speed": "How fast the line is spoken, as a factor on the usual: 0.85 to 1.",
    "safety": "In a line true: said at every level of talk; short: so, unless the whole check was "
    "asked. In a routine full (the default) or short: the check at its beginning.",
    "sound": "A recording to use in place of a voice; its path counts from this file's folder.",
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
    "units": "What follows a number, and how it is said.",
}
"""By key, whatever file it stands in."""
