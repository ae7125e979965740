"""`smr-audio batch`: an MP3 for each row of a file."""

from contextlib import nullcontext
from pathlib import Path

import click

from smr_audio.batch.jobs import STATUSES, BatchReport
from smr_audio.batch.processes import cluster
from smr_audio.batch.run import build_many
from smr_audio.cli.options import PATH, OutputType, content_option, json_option, option
from smr_audio.cli.output import say, say_warnings, show, shown_progress
from smr_audio.errors import BuildError, UsageError

MOST_SHOWN = 20


@click.command("batch")
@click.argument("jobs", metavar="JOBS", type=PATH)
@option(
    "-o --output DIR", "The folder for the MP3s and report.json; created if needed.", required=True, type=OutputType()
)
@option("--jobs workers N", "How many to build in parallel; one per core by default.", type=click.IntRange(1))
@option("--again", "Build every row again, even if nothing changed.")
@option("--scheduler ADDRESS", "Build on the Dask cluster of tcp://host:8786, whose workers see the same folders.")
@content_option
@json_option
def command(
    *,
    jobs: Path,
    output: Path,
    workers: int | None,
    again: bool,
    scheduler: str | None,
    content: tuple[Path, ...],
    as_json: bool,
) -> int:
    """Build an MP3 for each row of a table, .csv, .tsv or .jsonl.

    A row is a routine, a name for the file, and any of the options of `build`. Files that are
    up to date are not built again, so a batch that was stopped can be continued.
    """
    if scheduler is not None and workers is not None:
        raise UsageError("--jobs is for this machine; leave it out with --scheduler")
    place = nullcontext((None, workers)) if scheduler is None else cluster(scheduler)
    with place as (executor, hands), shown_progress() as progress:
        report = build_many(
            jobs, output, content=content, executor=executor, workers=hands, again=again, progress=progress
        )
    tell(report)
    show(summary(report), report.as_json, as_json=as_json)
    return BuildError.exit_status if report.failed else 0


def tell(report: BatchReport) -> None:
    """The first rows that failed, and the first warnings; one of every row is told once."""
    say_first([str(result.error) for result in report.failed], "that failed", report)
    texts = [set(result.warnings) for result in report.results if result.status != "failed"]
    shared = set.intersection(*texts) if texts[1:] else set()
    say_warnings((*report.warnings, *sorted(shared)))
    own = ((result.place or result.name, text) for result in report.results for text in result.warnings)
    say_first([f"Warning: {of}: {text}" for of, text in own if text not in shared], "warnings", report)


def say_first(texts: list[str], what: str, report: BatchReport) -> None:
    for text in texts[:MOST_SHOWN]:
        say(text)
    if len(texts) > MOST_SHOWN:
        say(f"and {len(texts) - MOST_SHOWN} more {what}, all in {report.path}")


def summary(report: BatchReport) -> str:
    counts = (f"{report.count(status):,} {status}" for status in STATUSES)
    seconds = report.elapsed_s
    took = f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"
    rate = f" ({report.built_per_second:.1f} a second)" if report.count("built") else ""
    return f"{', '.join(counts)} in {took}{rate}"
