"""Content files to begin with: commented, whole, and right as they stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SCHEMA_NAME: Final = "schema.json"

_TECHNIQUE: Final = """\
# A technique: one exercise with one tool. Change the words; the comments may go.
# `smr-audio preview techniques/NAME.yaml` speaks it, `smr-audio check` says what is wrong.
kind: technique
id: NAME
name: {en: "TITLE"}
# Why it is done so. Shown by `list`, never spoken. Claim only what docs/evidence.md allows.
about: {en: "Pressure massage with a foam roller. May help you move more freely for a short while."}
muscle: calves                # a word in phrases/en.yaml: muscles
tools: [foam_roller]          # words in phrases/en.yaml: tools, in the order of fetching them
position: floor-seated        # standing ones get a notice to keep eyes open
sides: 2                      # 2: left, then right. 1: both at once, and then no `switch`
limb: leg                     # as in "Left leg, get ready."
mode: roll                    # roll, roll_small or press_move
pace: 15                      # passes a minute, for the metronome
level: 1                      # how hard, 1 to 3
not_for: []                   # limits such as knees or pregnancy, see docs/content.md
cap: 6                        # most pressure out of ten
hold: {least: 20, default: 30, most: 120}   # seconds
sets: 1

# In the order in which it is said: first what will be done, then how to get there.
# {side} is the side being worked, {other} the other one. then_s is the silence after a line, in
# which a person does what it said: count it out with the tool in your hands.
move:
  - {en: "You will roll from below the knee to above the heel cord, four seconds each way."}
setup:
  - {en: "Sit on the floor, the roller in front of you.", then_s: 5}
  - {en: "{side} calf over the roller, {other} foot flat, hands behind you.", then_s: 6}
# The one line that puts weight on, so the last. {press} is the most pressure out of ten.
load: {en: "Lift your hips, {press} at most.", then_s: 2.5}
# Said in the hold, where there is room, in this order; boundary, nerve and stop are always said.
coaching:
  boundary: {en: "Off the hollow of the knee."}
  nerve: {en: "Hips down if tingling."}
  breath: {en: "Breathe out slowly."}
  relax: {en: "Let the foot hang loose."}
# {side} is the one that comes now. `load` is said after it.
switch:
  - {en: "Hips down, {other} leg off, {side} calf over the roller.", then_s: 7}
finish:
  - {en: "Hips down, roller away.", then_s: 3}
# Shorter lines for those who have done it. `move` is said first in the hold.
follow:
  setup:
    - {en: "Calf over the roller, other foot flat, hands behind.", then_s: 5}
  move: {en: "Four seconds each way."}
"""

_ROUTINE: Final = """\
# A routine: techniques in order. `smr-audio list techniques` names all there are.
# `smr-audio build routines/NAME.yaml` makes the MP3, `smr-audio check` says what is wrong.
kind: routine
id: NAME
title: {en: "TITLE"}
# Why it is as it is. Shown by `list`, never spoken.
about: {en: "A short session for the back of the thighs."}
safety: full                  # or short: the check at the beginning
settings: {pace: normal}      # for all steps: pace, talk, rest, hold, voice and more
steps:
  - {technique: hamstring-roller-floor, hold: 30, sets: 2}
  - {technique: calf-roller-seated, hold: 30}
"""

_COURSE: Final = """\
# A course: sessions over weeks. `smr-audio course courses/NAME.yaml` makes a folder of MP3s with
# a calendar; docs/courses.md has all of it.
kind: course
id: NAME
title: {en: "TITLE"}
about: {en: "Three sessions a week for four weeks."}
weeks: 4
days: [mon, wed, fri]         # or every: other_day
sessions: [hamstrings-basic]  # ids of routines or techniques, in turn
# growth:                     # with --grow only
#   - {from_week: 3, hold: "+5"}
"""

SCAFFOLDS: Final[Mapping[str, str]] = {
    "technique": _TECHNIQUE,
    "routine": _ROUTINE,
    "course": _COURSE,
}
"""By kind of file."""


def scaffold(kind: str, name: str) -> str:
    """The file of a new technique, routine or course, with a line naming its schema to editors."""
    title = name.replace("-", " ").capitalize()
    modeline = f"# yaml-language-server: $schema=../{SCHEMA_NAME}\n"
    return modeline + SCAFFOLDS[kind].replace("NAME", name).replace("TITLE", title)
