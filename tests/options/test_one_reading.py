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
from smr_audio.options.choices import Side
from smr_audio.options.kinds import Bells
from smr_audio.options.table import BY_FLAG
from smr_audio.options.values import HoldChange
from smr_audio.profile.model import load_profile
from smr_audio.serve.catalog import Catalog, read_catalog, read_request

BALL = "hamstring-ball-press"
REFUSED = "refused"


def seconds(count: int, side: Side | None = None) -> HoldChange:
    return HoldChange("exact", Fraction(count), None, side)


def times(halves: int) -> HoldChange:
    return HoldChange("times", Fraction(halves, 2))


SAME: list[tuple[str, str, Any]] = [
    ("hold", "45", {}), ("hold", "1m30s", {}), ("hold", f"{BALL}=20", {}), ("hold", "left=20", {}),
    ("hold", "all=20", {}), ("hold", "x1.5", {}), ("hold", "8 passes", {}), ("hold", "400", {}),
    ("hold", "1:30", {"holds": (seconds(90),)}), ("hold", "+50%", {"holds": (times(3),)}),
    ("hold", "45 sec, left=1 min", {"holds": (seconds(45), seconds(60, "left"))}),
    ("hold", "4", REFUSED), ("hold", f"{BALL}=4000", REFUSED), ("hold", "soon", REFUSED),
    ("hold", "1,5x", REFUSED), ("hold", "left=20,left=30", REFUSED),
    ("sets", "2", {"sets": 2}), ("sets", "2.0", {"sets": 2}), ("sets", "2.5", REFUSED),
    ("sets", "0", REFUSED), ("sets", "21", REFUSED), ("sets", "two", REFUSED),
    ("rest", "90", {"rest": 90}), ("rest", "1:30", {"rest": 90}),
    ("rest", "601", REFUSED), ("rest", "-1", REFUSED), ("rest", "25h", REFUSED),
    ("rest-between", "1m", {"rest_between": 60}), ("rest-between", "25h", REFUSED),
    ("switch", "8", {"switch": 8}), ("switch", "soon", REFUSED),
    ("prepare", "10", {"prepare": 10}), ("prepare", "121", REFUSED),
    ("bell", "60", {"bell": Bells((60,), every=True)}),
    ("bell", "20,50", {"bell": Bells((20, 50))}), ("bell", "20,", {"bell": Bells((20,))}),
    ("bell", "0.1", REFUSED), ("bell", "20,22", REFUSED), ("bell", "50,20", REFUSED),
    ("bell", "2h", REFUSED), ("bell", "noon", REFUSED),
    ("sides", "left", {"sides": "left"}), ("sides", "Left", {"sides": "left"}),
    ("sides", "up", REFUSED), ("first", "both", REFUSED), ("first", "right", {"first": "right"}),
    ("extra", "left", {"extra": "left"}),
    ("only", f"{BALL},hamstring-barbell", {"only": (BALL, "hamstring-barbell")}),
    ("passes", "8", {"holds": (HoldChange("passes", Fraction(8)),)}),
    ("pace", "quick", {"pace": "quick"}), ("voice", "silent", {"voice": "silent"}),
    ("loudness", "quiet", {"loudness": "quiet"}), ("cues", "soft", {"cues": "soft"}),
    ("countdown", "both", {"countdown": "both"}), ("countdown", "10", {"countdown": "10"}),
    ("countdown", "Voice 5", {"countdown": "voice 5"}), ("countdown", "61", REFUSED),
    ("countdown", "0", REFUSED), ("countdown", "loud 5", REFUSED),
    ("skip", f"{BALL},hamstring-barbell", {"skip": (BALL, "hamstring-barbell")}),
    ("swap", f"{BALL}=hamstring-ball-chair", {}), ("swap", f"{BALL}={BALL}", REFUSED),
    ("tools", "foam-roller", {"tools": ("foam_roller",)}),
    ("tools", "foam_roller;bench", {"tools": ("foam_roller", "bench")}),
    ("limit", "first-session", {"limits": ("first_session",)}),
    ("level", "3", {"level": 3}), ("level", "4", REFUSED),
    ("dose", "standard", {"dose": "standard"}), ("dose", "huge", REFUSED),
    ("fit", "off", {"fit": 0}), ("fit", "8m", {"fit": 480}), ("fit", "0", REFUSED),
    ("fit", "0.5", REFUSED), ("fit", "25h", REFUSED),
    ("minutes", "0.5", {"fit": 30}), ("minutes", "8", {"fit": 480}),
    ("minutes", "6:30", {"fit": 390}), ("minutes", "0", REFUSED),
    ("minutes", "0.01", REFUSED), ("minutes", "soon", REFUSED),
    ("talk", "learn", {"talk": (TalkChoice("learn"),)}),
    ("talk", "follow", {"talk": (TalkChoice("follow"),)}),
    ("talk", "minimal", {"talk": (TalkChoice("minimal"),)}),
    ("talk", "all=follow", {"talk": (TalkChoice("follow"),)}),
    ("talk", "brief", {"talk": (TalkChoice("follow"),)}),
    ("talk", "Full", {"talk": (TalkChoice("learn"),)}),
    ("talk", "auto", {"talk": (TalkChoice("auto"),)}),
    ("talk", f"{BALL}=full", {"talk": (TalkChoice("learn", BALL),)}),
    ("talk", "loud", REFUSED), ("talk", f"{BALL}=loud", REFUSED), ("talk", "Ball=learn", REFUSED),
    ("safety", "short", {"safety": "short"}), ("safety", "none", REFUSED),
    ("rate", "0.9", {"rate": 0.9}), ("rate", "nan", REFUSED), ("rate", "3", REFUSED),
    ("language", "EN", {"language": "en"}), ("language", "English please", REFUSED),
    ("master", "flat", {"master": "flat"}), ("master", "loud", REFUSED),
    ("metronome", "yes", {"metronome": True}), ("metronome", "maybe", REFUSED),
    ("calls", "all", {"calls": ("all",)}), ("calls", "halfway,none", REFUSED),
    ("calls", "sometimes", REFUSED), ("keep-awake", "high", {"keep_awake": "high"}),
    ("bed", " Rain", {"bed": "rain"}), ("bed-level", "12.5", {"bed_level": 12.5}), ("bed-level", "31", REFUSED),
    ("bitrate", "64k", {"bitrate": "64k"}), ("bitrate", "96", REFUSED), ("bitrate", "320k", REFUSED),
    ("artist", "Jo & Co", {"artist": "Jo & Co"}), ("artist", "x" * 301, REFUSED),
    ("album-title", "Legs", {"album_title": "Legs"}),
]  # fmt: skip


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
    return text if "," in text else f"{{{target}: {value}}}" if equals else json.dumps(text)


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
            assert getattr(expected, field) == getattr(Preferences(**{field: value}), field)


def test_every_option_is_among_them() -> None:
    told = {flag for flag, _, means in SAME if means != REFUSED}
    assert set(BY_FLAG) - told == {"cue-sound"}  # whose path is counted from where it stands
