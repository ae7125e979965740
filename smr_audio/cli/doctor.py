"""`smr-audio doctor`: what a build needs from this machine, and how to fix what fails."""

from dataclasses import asdict

import click

from smr_audio.cli.main import printable
from smr_audio.cli.options import json_option
from smr_audio.cli.output import mark, print_json
from smr_audio.doctor.checks import examine
from smr_audio.errors import BuildError, MissingError


@click.command("doctor")
@json_option
def command(as_json: bool) -> int:
    """Try a real voice, the encoder, folders and whatever else a build needs.

    Says how to fix what fails.
    """
    findings = []
    for finding in examine():
        findings.append(finding)
        if not as_json:
            word = mark(finding.ok, "warn" * finding.warning)
            click.echo(f"{word}  {finding.name:<8} {printable(finding.detail)}")
            if finding.fix:
                click.echo(f"                to fix it: {printable(finding.fix)}")
    if as_json:
        print_json([asdict(finding) for finding in findings])
    failed = [finding for finding in findings if not finding.ok]
    missing = any(finding.missing for finding in failed)
    return (MissingError if missing else BuildError).exit_status if failed else 0
