"""One reading: whoever passes an option's value on, it means the same or is refused."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import click
import pytest

from smr_audio import ContentError, Preferences, TalkChoice, UsageError
from smr_audio.batch.jobs import Job, read_jobs
from smr_audio.cli.options import SessionCommand
from smr_audio.library.library import Library
from smr_audio.options.holds import HoldChange
from smr_audio.options.kinds import Bells
from smr_audio.options.table import BY_FLAG
from smr_audio.profile.model import load_profile
from smr_audio.serve.catalog import Catalog, read_catalog
from smr_audio.serve.requests import read_request
from tests.tables import tables

REFUSED = "refused"

PASSES = ("passes", "8", {"holds": (HoldChange("passes", Fraction(8)),)})
BELLS: list[tuple[str, str, Any]] = [
    ("bell", "60", {"bell": Bells((60,), every=True)}),
    ("bell", "20,50", {"bell": Bells((20, 50))}), ("bell", "20,", {"bell": Bells((20,))}),
]  # fmt: skip
SAME: list[tuple[str, str, Any]] = [*tables(__file__)["same"], PASSES, *BELLS]


def by_command(flag: str, text: str) -> Preferences:
    found = {}

    @click.command(cls=SessionCommand)
    def command(options: Preferences, **_: Any) -> None:
        found["preferences"] = options

    arguments = [f"--{flag}", text] if flag != "metronome" else []
    if flag == "metronome":
        return Preferences(metronome=BY_FLAG[flag].read([text]))
    try:
        command.main(arguments, standalone_mode=False)
    except click.ClickException as error:
        raise UsageError(error.format_message()) from error
    return found["preferences"]


def by_table(flag: str, text: str, path: Path) -> Preferences:
    lines = {".jsonl": json.dumps({"routine": "x", flag: text}),
             ".csv": f'routine,{flag}\nx,"{text}"\n'}  # fmt: skip
    path.write_text(lines[path.suffix], "utf-8")
    (job,) = read_jobs(path)
    if not isinstance(job, Job):
        raise UsageError(str(job.problems[0]))
    return job.preferences


def by_profile(flag: str, text: str, library: Library, folder: Path) -> Preferences:
    path = folder / "profile.yaml"
    path.write_text(f"kind: profile\n{BY_FLAG[flag].key}: {_yaml(text)}\n", "utf-8")
    profile = load_profile(library, path)
    assert profile is not None
    return profile.stored


def _yaml(text: str) -> str:
    target, equals, value = text.partition("=")
    return f"{{{target}: {value}}}" if equals else text if ";" not in text else json.dumps(text)


def by_page(flag: str, text: str, known: Catalog) -> Preferences:
    body = json.dumps({"routine": "hamstrings", BY_FLAG[flag].json: text})
    return read_request(body.encode(), known).preferences


@pytest.fixture(scope="module")
def library() -> Library:
    return Library()


@pytest.fixture(scope="module")
def known(library: Library) -> Catalog:
    return read_catalog(library)


@pytest.mark.parametrize(("flag", "text", "means"), SAME)
def test_every_door_reads_a_value_alike(
    flag: str, text: str, means: Any, *, library: Library, known: Catalog, tmp_path: Path
) -> None:
    option = BY_FLAG[flag]
    doors = {
        "command": lambda: by_command(flag, text),
        "table": lambda: by_table(flag, text, tmp_path / "jobs.csv"),
        "lines": lambda: by_table(flag, text, tmp_path / "jobs.jsonl"),
        "profile": lambda: by_profile(flag, text, library, tmp_path),
        "page": lambda: by_page(flag, text, known),
    }
    if option.key is None or flag == "only":  # which is about one session
        del doors["profile"]
    if option.json is None:
        del doors["page"]
    found: dict[str, Any] = {}
    for name, door in doors.items():
        try:
            found[name] = door()
        except (UsageError, ContentError):
            found[name] = REFUSED
    expected = means if means == REFUSED else found["command"]
    assert found == dict.fromkeys(doors, expected)
    if means != REFUSED:
        assert expected != Preferences()
        for field, value in means.items():
            wanted = [TalkChoice(*value)] if field == "talk" else value
            found_value = getattr(expected, field)
            assert (list(found_value) if isinstance(value, list) else found_value) == wanted


def test_every_option_is_among_them() -> None:
    told = {flag for flag, _, means in SAME if means != REFUSED}
    assert set(BY_FLAG) - told == {"cue-sound"}  # whose path is counted from where it stands
