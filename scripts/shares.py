"""Print how much of each routine is work, by level of talk: a Markdown table, times in seconds.

Usage: python scripts/shares.py [LANGUAGE [ROUTINE...]]

`load` is the longest wait from a line that puts weight on to its hold, `talk` the most in a hold.
"""

import sys

from smr_audio import Preferences, Studio, load_profile, parse_talk
from smr_audio.options.choices import TALKS
from smr_audio.timeline.timeline import Timeline
from smr_audio.units import TICKS_PER_SECOND, clock


def row(timeline: Timeline) -> str:
    holds, speech, end = timeline.holds, timeline.speech, timeline.end_tick
    work = sum(hold.end_tick - hold.start_tick for hold in holds)
    waits, talk = [], []
    for hold in holds:
        loads = [line.end_tick for line in speech if line.role == "load"]
        waits.append(hold.start_tick - max(at for at in loads if at <= hold.start_tick))
        inside = [line for line in speech if hold.start_tick <= line.start_tick < hold.end_tick]
        said = sum(line.end_tick - line.start_tick for line in inside)
        talk.append(said / (hold.end_tick - hold.start_tick))
    first_s, wait_s = (ticks / TICKS_PER_SECOND for ticks in (holds[0].start_tick, max(waits)))
    length = clock(round(end / TICKS_PER_SECOND))
    return f"{length}|{work / end:.1%}|{first_s:.1f}|{wait_s:.1f}|{max(talk):.0%}|"


studio, (language, *names) = Studio(profile=load_profile()), sys.argv[1:] or ["en"]
print("|routine|talk|length|work|first hold|load|talk|\n|---|---|---|---|---|---|---|")
for name in names or studio.library.routine_ids():
    for level in TALKS:
        options = Preferences(language=language, talk=(parse_talk(level),))
        timeline = studio.plan(studio.load(name), options).timeline
        print(f"|{name}|{level}|{row(timeline)}", flush=True)
