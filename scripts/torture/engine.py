"""Every way in which an engine can fail, in real workers: found out, tried twice, named, not kept.

A technique of one line that is spoken by a stand-in for pyttsx3 (the tests' own), which does what
the words tell it to. The command, its workers and the proofs are the real ones.
"""

import os
import re
import shutil
from typing import Final

from torture.driver import Run
from torture.victim import ROOT, Place

FAULTS: Final = {
    "it hangs here": "did not end",
    "it crashes here": "SIGSEGV|died",
    "it exits here": "status 1|died",
    "it murders its keeper": "died",
    "it raises an error": "buffer full",
    "it grows and grows": "no more memory",
    "it floods the disk": "File too large",
    "it says nothing here": "no sound file",
    "it leaves garbage here": "no known sound",
    "it leaves pieces of it": "holds other data",
    "it leaves a header": "does not open",
    "it lies of its length": "holds other data",
    "it is cut short here": "too short",
    "it is cut": "breaks off",
    "it is silence here": "no sound",
    "it is even noise": "noise or hum",
    "it is clipped all over": "clipped",
}
"""What a line tells the engine to do, and what the message has to say of it."""
MENDED: Final = ("it crashes once", "it says nothing once", "it leaves pieces once",
                 "it hangs once")  # fmt: skip
FINE: Final = ("it is big aiff", "it is sowt aiff", "it is slower speech")
_LINE: Final = 15
_TECHNIQUE: Final = """\
kind: technique
id: faulty
name: {{en: "Faulty"}}
about: {{en: "One line that the engine fails at."}}
muscle: hamstrings
tools: [foam_roller]
position: standing-bench
mode: roll_small
level: 1
sides: 1
cap: 5
hold: {{least: 20, default: 20, most: 60}}
sets: 1
setup:
  - {{en: "{text}.", then_s: 2}}
move:
  - {{en: "Roll on.", then_s: 2}}
load: {{en: "Lean on it.", then_s: 2}}
coaching:
  boundary: {{en: "Stay on muscle."}}
finish:
  - {{en: "Done.", then_s: 2}}
"""
_COMMAND: Final = """
import sys
from smr_audio.voices import espeak, system
from smr_audio.voices.engine import Voice
espeak.voices = lambda data: (Voice("pyttsx3", "fake/one", "One", ("en-us",)),)
if sys.argv[1] == "once":
    espeak.is_used_here = lambda: False
system.SystemEngine.__init__.__kwdefaults__["limit_s"] = 2.0
from smr_audio.cli.main import main
main(sys.argv[2:])
"""


def run(run: Run) -> None:
    """Every fault by both kinds of worker; the second round builds with the cache of the first."""
    for number in range(run.count):
        for way in ("forks", "once"):
            for index, text in enumerate((*FAULTS, *MENDED, *FINE)):
                if run.is_over:
                    return
                if "murders" in text and way == "once":
                    continue  # its keeper would be the command itself
                one(text, way, Place(run.folder / f"{way}-{index}").made(), number + 1, run)


def one(text: str, way: str, place: Place, times: int, run: Run) -> None:
    """One fault: how the build ended, how often the line was said, what was kept."""
    said = text[0].upper() + text[1:]
    content = place.folder / "faulty.yaml"
    content.write_text(_TECHNIQUE.format(text=said), encoding="utf-8")
    state = place.folder / "state"
    state.mkdir(exist_ok=True)
    words = (way, "build", "faulty.yaml", "--voice", "pyttsx3:fake/one",
             "--no-profile", "-o", "out/a.mp3")  # fmt: skip
    process = place.start(
        words, python=("-c", _COMMAND), FAKE_STATE=str(state),
        PYTHONPATH=os.pathsep.join([str(ROOT / "tests" / "voices" / "fake"), str(ROOT)]),
    )  # fmt: skip
    status, told = process.wait(timeout=120), place.said()
    log = state / f"{said}.".replace(" ", "-")
    attempts = len(log.read_text()) if log.exists() else 0
    built = (place.out / "a.mp3").exists()
    broken = place.untidy()
    if "Traceback" in told:
        broken.append(told[-400:])
    if text in FAULTS:
        if status != 1 or built:
            broken.append(f"status {status}, {'built' if built else 'not built'}: {told[-300:]}")
        if not re.search(rf"faulty\.yaml:{_LINE}:\d+: .*(?:{FAULTS[text]})", told):
            broken.append(f"not named: {told[-300:]}")
        if attempts != 2 * times:
            broken.append(f"said {attempts} times in {times} builds")
    elif status or not built:
        broken.append(f"status {status}: {told[-300:]}")
    outcome = "named" if text in FAULTS else "mended" if text in MENDED else "accepted"
    run.tally.judge(f"{text} ({way})", broken, outcome)
    if text not in FAULTS:
        shutil.rmtree(place.folder)
    shutil.rmtree(place.out, ignore_errors=True)
