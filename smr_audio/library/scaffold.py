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
short: {en: "the calf roller"}   # the name within a sentence
limb: leg                     # leg, foot, arm or side, as in "Left leg, get ready."
mode: roll                    # roll, roll_small, press_move or still
pace: 15                      # passes a minute, for the metronome
level: 1                      # how hard, 1 to 3
not_for: []                   # limits such as knees or pregnancy, see docs/content.md
cap: 6                        # most pressure out of ten
hold: {least: 20, default: 30, most: 120}   # seconds
sets: 1

# {side} is the side being worked, {other} the other one, {press} the pressure out of ten. then_s is
# the silence after a line, in which a person does what it said: count it out with the tool in your
# hands. First what will be done, then the set-up, with no weight on the tool before `load`.
move:
  - {en: "You will roll from just below the knee to just above the Achilles."}
  - {en: "Push with the {other} foot, four seconds each way."}
setup:
  - {en: "Sit on the floor, the roller in front of you, level with your calves.", then_s: 5}
  - {en: "Hands behind you. {other} knee bent, foot flat.", then_s: 3}
# The one line that puts weight on: the last before "Get ready", on each side.
load: {en: "{side} calf on the roller, hips up, {press} at most.", then_s: 3}
# Said in the hold, where there is room, in this order; boundary, nerve and stop are always said.
# `at: half` says a line at half of the hold, `at: 10` after ten seconds.
coaching:
  boundary: {en: "Not behind the knee, not the Achilles."}
  stop: {en: "Tingling? Hips down."}
  breath: {en: "Breathe out slowly."}
  relax: {en: "Let the foot hang loose."}
switch:
  - {en: "Hips down. {other} calf off, knee bent, foot flat.", then_s: 4}
  - {en: "Roller level with the {side} calf. Hands behind you.", then_s: 3}
finish:
  - {en: "Hips down. Take the leg off, and push the roller away.", then_s: 4}
# For those who have done it, with `--talk follow`; what is not here is said as above.
follow:
  setup:
    - {en: "Sit, roller level with the {side} calf, {other} foot flat.", then_s: 6}
  move: {en: "Knee to Achilles, and back."}     # what to do, at the start of each hold
  switch:
    - {en: "Hips down, swap legs.", then_s: 5}
  finish:
    - {en: "Hips down, roller away.", then_s: 3}
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
