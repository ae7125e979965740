"""Print how much of each routine is work: a Markdown table by level of talk, in seconds.

Usage: python scripts/shares.py [--voice NAME] [--language CODE] [ROUTINE...]

`load` is the longest time from the end of a line that puts weight on to the start of its hold,
`talk` the largest part of a hold that is talk.
"""

from __future__ import annotations

import sys

import click

from smr_audio import Preferences, Studio
from smr_audio.options.choices import TALKS
from smr_audio.options.talk import TalkChoice
from smr_audio.timeline.timeline import Timeline


@click.command()
@click.option("--voice", default="auto")
@click.option("--language", default="en")
@click.argument("names", nargs=-1)
def main(voice: str, language: str, names: tuple[str, ...]) -> None:
    studio = Studio()
    print("|routine|talk|length|work|first hold|load|talk in holds|\n|---|---|---|---|---|---|---|")
    for name in names or studio.library.routine_ids():
        for level in TALKS:
            options = Preferences(voice=voice, language=language, talk=(TalkChoice(level),))
            print(f"|{name}|{level}|{_row(studio.plan(studio.load(name), options).timeline)}|")
            sys.stdout.flush()


def _row(timeline: Timeline) -> str:
    holds, length_s = timeline.holds, timeline.end_tick / 125
    work_s = sum(one.end_tick - one.start_tick for one in holds) / 125
    loads = [event.end_tick for event in timeline.speech if event.role == "load"]
    waits = [
        min(hold.start_tick - end for end in loads if end <= hold.start_tick) for hold in holds
    ]
    talk = [
        sum(
            event.end_tick - event.start_tick
            for event in timeline.speech
            if hold.start_tick <= event.start_tick < hold.end_tick
        )
        / (hold.end_tick - hold.start_tick)
        for hold in holds
    ]
    minutes, seconds = divmod(round(length_s), 60)
    return (
        f"{minutes}:{seconds:02}|{work_s / length_s:.1%}|{holds[0].start_tick / 125:.1f}|"
        f"{max(waits) / 125:.1f}|{max(talk):.0%}"
    )


if __name__ == "__main__":
    main()
