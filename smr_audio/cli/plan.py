"""`smr-audio plan`: what a session says and when."""

from collections.abc import Iterator
from pathlib import Path

import click

from smr_audio import units
from smr_audio.cli import output
from smr_audio.cli.main import printable
from smr_audio.cli.options import (
    PICTURE,
    OutputType,
    SessionCommand,
    json_option,
    option,
    profile_option,
    target_argument,
)
from smr_audio.options.preferences import Preferences
from smr_audio.studio.plan import Plan
from smr_audio.timeline.timeline import Chapter, CueEvent, Event, HoldEvent, SpeechEvent
from smr_audio.views.transcript import parts


@click.command("plan", cls=SessionCommand)
@target_argument
@option("--picture FILE", "Draw the session as a strip of time: an .svg or .png file.", type=PICTURE)
@option(
    "--text FILE", "Write a transcript with times as Markdown: an .md or .txt file.", type=OutputType(".md", ".txt")
)
@option("--why", "Show where each value came from instead.")
@profile_option
@json_option
def command(
    target: str | None,
    picture: Path | None,
    text: Path | None,
    *,
    muscles: tuple[str, ...] | None,
    why: bool,
    no_profile: bool,
    content: tuple[Path, ...],
    as_json: bool,
    options: Preferences,
) -> None:
    """Show what a session says and when, without building it.

    Lengths come from the voice, so lines that are not cached are spoken; --voice silent estimates.
    With --picture or --text, the files' paths are printed instead of the table.
    """
    studio = output.open_studio(content, no_profile=no_profile)
    with output.shown_progress() as progress:
        routine = output.session_of(studio, target, muscles, options, progress=progress)
        plan = studio.plan(routine, options, progress=progress)
    if files := [path for path in (picture, text) if path]:
        from smr_audio.views.files import save_picture, save_text  # not for a plain plan

        for path in files:
            (save_picture if path is picture else save_text)(plan, path)
    if plan.compiled.layers.short_on_words:
        output.say(output.SHORT_ON_WORDS)
    if as_json:
        output.print_json(plan.as_json(why=why))
        return
    output.say_warnings(plan.warnings)
    shown = map(printable, files) if files else why_table(plan) if why else table(plan)
    click.echo("\n".join(shown))


def table(plan: Plan) -> Iterator[str]:
    """A plan as lines of text: a heading for each chapter, a line for each event."""
    length = units.clock(round(plan.duration_ms / 1000))
    yield output.styled(f"{printable(plan.script.title)}  {length}  {plan.voice.id}", bold=True)
    for part in parts(plan.timeline):
        at = _at(part.start_tick)
        if isinstance(part, Chapter):
            yield from ("", output.styled(f"{at}  {part.title}", bold=True))
        else:
            kind, text = _row(part)
            yield f"{at}  {kind:<9} {printable(text)}"


def why_table(plan: Plan) -> Iterator[str]:
    """Every value of a session with where it came from: a heading for each technique."""
    shown: str | None = ""
    for reason in plan.why:
        if reason.technique != shown:
            if shown != "":
                yield ""
            shown = reason.technique
            yield output.styled(shown or f"{plan.script.routine} ({plan.voice.id})", bold=True)
        what = f"{reason.what} {reason.side}" if reason.side else reason.what
        trail = "; then ".join(str(origin) for origin in reason.trail)
        yield f"  {what:<13} {printable(reason.value):<28} {printable(trail)}"


def _row(event: Event) -> tuple[str, str]:
    if isinstance(event, SpeechEvent):
        return event.role, event.text
    if isinstance(event, CueEvent):
        return "cue", f"* {event.cue}"
    seconds = (event.end_tick - event.start_tick) // units.TICKS_PER_SECOND
    if isinstance(event, HoldEvent):
        side = f" {event.side}" if event.side else ""
        rounds = "".join(f", round {number}" for number in event.rounds)
        return "hold", f"{seconds} s, {event.technique}{side}, set {event.set}{rounds}"
    return event.kind, f"{seconds} s" + (" to pause and set up" if event.kind == "gate" else "")


def _at(tick: int) -> str:
    tenths = tick * 10 // units.TICKS_PER_SECOND
    minutes, rest = divmod(tenths, 600)
    return f"{minutes:>3}:{rest // 10:02}.{rest % 10}"
