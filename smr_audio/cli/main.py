"""The command `smr-audio`: the table of commands, and the one place that prints errors.

Nothing heavy is imported here, so `smr-audio --help` is fast; a command's module is imported when
it is run.
"""

import contextlib
import gc
import os
import sys
from importlib import import_module
from io import StringIO, TextIOWrapper
from typing import Any, Final

import click

from smr_audio import suggest
from smr_audio.errors import BuildError, ContentError, ShortageError, SmrAudioError
from smr_audio.installed import this_version
from smr_audio.storage.signals import exit_on_signals, stopped_at_once

COMMANDS: Final = {
    "build": "Build the MP3 of a routine or technique.",
    "plan": "Show what a session says and when, without building it.",
    "verify": "Check an MP3 against the plan it carries.",
    "batch": "Build an MP3 for each row of a file.",
    "course": "Build a course of sessions, with a calendar.",
    "serve": "Serve sessions to a phone on the same network.",
    "publish": "Make a site of sessions, with a podcast and hand-outs.",
    "profile": "Show or change your profile, which applies to every session.",
    "new": "Create a technique, routine or course of your own.",
    "picture": "Draw the posture of a technique.",
    "preview": "Build a short preview of one technique.",
    "say": "Show how a voice says a text, and speak it.",
    "check": "Check content files and folders.",
    "list": "List sessions, muscles, tools and more, or describe one.",
    "schema": "Print the JSON Schema of content, for editors.",
    "voices": "List, download or hear voices.",
    "doctor": "Check that everything a build needs works on this machine.",
    "cache": "Show, trim or clear the cache of spoken lines.",
}
"""Every command with its short help; its module is `smr_audio.cli.NAME`."""

INTERRUPTED: Final = 130


class LazyGroup(click.Group):
    """A group that imports a command only to run it or to show its own help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        with stopped_at_once():
            command: click.Command = import_module(f"smr_audio.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = suggest.did_you_mean(args[0], COMMANDS)
            ctx.fail(f"there is no command '{printable(args[0])}'; {near}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _show_version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        click.echo(f"smr-audio, version {this_version()}")
        ctx.exit()


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and exit.",
)
@click.option("--traceback", is_flag=True, help="Show where in the code an error came from.")
def group(traceback: bool) -> None:
    """Compile self-massage routines into voice-guided MP3s, exact to the sample.

    \b
    smr-audio build hamstrings
    smr-audio build hamstrings --hold 45 --skip hamstring-barbell
    smr-audio plan hamstrings-basic --sides left
    """


def main(arguments: list[str] | None = None) -> None:
    # Before numpy is imported: OpenBLAS would start a thread per core, and no matrices are
    # multiplied here. A command also ends before garbage collection pays off.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    gc.set_threshold(100_000)
    exit_on_signals()
    for stream in (sys.stdout, sys.stderr):
        # A console that cannot show a title in Chinese must not make the command fail.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    words = sys.argv[1:] if arguments is None else arguments
    try:
        status = _run(words)
        if sys.stdout is not None:  # it is None where the stream was closed before the start
            sys.stdout.flush()
    except OSError as error:
        if error.filename is not None:
            raise  # about a file, so not about a closed stdout
        status = _lost_output(error)
    gc.freeze()  # what is left need not be looked through at the end
    sys.exit(status)


def _lost_output(error: OSError) -> int:
    """Stdout cannot be written: silent for a closed pipe, with a message for a full disk."""
    # Otherwise Python tries to flush the rest at exit and fails again.
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if not isinstance(error, BrokenPipeError):
        with contextlib.suppress(OSError):
            click.echo(f"Error: cannot write the output: {error.strerror}", err=True)
    return BuildError.exit_status


def _run(words: list[str]) -> int:
    try:
        # Not standalone, click returns the status of a command that asks to exit.
        status = group.main(
            args=[word for word in words if word != "--traceback"], prog_name="smr-audio", standalone_mode=False
        )
    except SmrAudioError as error:
        return _report(error, traceback="--traceback" in words)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        return INTERRUPTED
    except click.ClickException as error:
        shown = StringIO()
        error.show(shown)
        click.echo(printable(shown.getvalue()), err=True, nl=False)
        return error.exit_code
    except Exception as error:
        if shortage := ShortageError.of(error, "stopped half-way"):
            return _report(shortage, traceback="--traceback" in words)
        raise
    return status if isinstance(status, int) else 0


def _report(error: SmrAudioError, *, traceback: bool) -> int:
    if traceback:
        from traceback import print_exc  # slow to import

        print_exc()
    say_error(error)
    return error.exit_status


def say_error(error: SmrAudioError) -> None:
    """Print an error: content problems by place, others marked as errors."""
    click.echo(("" if isinstance(error, ContentError) else "Error: ") + printable(error), err=True)


def printable(text: Any) -> str:
    """Lines of text without control characters, which could steer a terminal."""
    return "\n".join(map(suggest.printable, str(text).split("\n")))
