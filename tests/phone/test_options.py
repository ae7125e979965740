"""What a phone may ask for: ids, numbers, a few words; everything else is refused in a sentence."""

import json
from typing import Any

import pytest

from smr_audio import Composition, Preferences, Swap, TalkChoice, UsageError, parse_hold, parse_talk
from smr_audio.serve.catalog import read_request
from smr_audio.serve.maker import Planner
from tests.phone.conftest import SHORT, Heard
from tests.tables import tables

BALL = "hamstring-ball-press"
LONG = "x" * 10_000
TOO_LONG = [
    ({LONG: 2}, "there is no option"), ({"routine": LONG}, "10000 letters"),
    ({"holds": {LONG: 20}}, "too long"), ({"sides": LONG}, "too long"),
    ({"talk": LONG}, "too long"), ({"skip": [BALL] * 65}, "64 at most"),
]  # fmt: skip


def read(planner: Planner, **asked: Any) -> Preferences:
    body = json.dumps({"routine": "hamstrings", **asked}).encode()
    return read_request(body, planner.catalog).preferences


def test_every_option_becomes_what_the_command_line_makes_of_it(planner: Planner) -> None:
    found = read(
        planner, holds={"hamstring-barbell": 20, f"{BALL}:right": 45}, sets=2, rest_s=12.5,
        sides="left", first="right", extra="left", skip=[BALL], only=["hamstring-barbell"],
        swaps={BALL: "hamstring-ball-chair"}, tools=["bench", "all"], limits=["hips"], level=2,
        dose="standard", minutes=7.5, pace="quick", talk={"all": "follow", BALL: "learn"},
        safety="full", rate=0.9, voice="silent", metronome=True, countdown="voice",
        calls=["halfway"], loudness="loud", cues="soft", language="en",
    )  # fmt: skip
    assert found == Preferences(
        holds=(parse_hold("hamstring-barbell=20"), parse_hold(f"{BALL}:right=45")), sets=2,
        rest=12.496, sides="left", first="right", extra="left", skip=(BALL,),
        only=("hamstring-barbell",), swaps=(Swap(BALL, "hamstring-ball-chair"),),
        tools=("bench", "all"), limits=("hips",), level=2, dose="standard",
        fit=7 * 60 + 30, pace="quick",
        talk=(parse_talk("follow"), parse_talk(f"{BALL}=learn")), safety="full", rate=0.9,
        voice="silent", metronome=True, countdown="voice", calls=("halfway",), loudness="loud",
        cues="soft", language="en",
    )  # fmt: skip


@pytest.mark.parametrize(("older", "now"), [("full", "learn"), ("brief", "follow")])
def test_levels_of_talk_that_older_pages_stored_are_taken(planner: Planner, older: str, now: str) -> None:
    assert read(planner, talk=older) == Preferences(talk=(TalkChoice(now),))


def test_muscles_make_a_composition_and_null_leaves_open(planner: Planner) -> None:
    body = b'{"muscles": ["calves", "hamstrings"], "sets": null}'
    request = read_request(body, planner.catalog)
    assert (request.target, request.preferences) == (
        Composition(("calves", "hamstrings")), Preferences()
    )  # fmt: skip


@pytest.mark.parametrize(("asked", "words"), [*tables(__file__)["refused"], *TOO_LONG])
def test_anything_else_is_refused_in_a_sentence(planner: Planner, asked: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(planner, **asked)
    assert words in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("body", [
    b"", b"null", b"[]", b'"hamstrings"', b"{", b"\xff\xfe", b'{"routine": "hamstrings"',
    b'{"routine": "hamstrings", "rate": NaN}', b'{"routine": "hamstrings", "rate": Infinity}',
    b"[" * 16_000, b'{"sets": ' + b"9" * 15_000 + b"}",
    b'{"routine": "hamstrings", "routine": "pre-lift"}',
    b'{"routine": "hamstrings", "rate": 1e999}',
])  # fmt: skip
def test_what_is_no_object_of_options_is_refused(planner: Planner, body: bytes) -> None:
    with pytest.raises(UsageError):
        read_request(body, planner.catalog)


@pytest.mark.parametrize(("asked", "words"), [
    ({**SHORT, "sets": 99}, "sets must be 1 to 20, not 99"),
    ({"routine": "hamstrings", "voice": "silent", "minutes": 1}, "it takes "),
    ({"routine": "full-body", "voice": "silent", "sets": 3, "rest_s": 600}, "the most here"),
], ids=["an option", "a length that cannot be", "days"])  # fmt: skip
def test_a_refusal_is_a_400_with_one_sentence(heard: Heard, asked: dict[str, Any], words: str) -> None:
    answer = heard.phone.plan(asked)
    told = ["error", "minutes"] if "minutes" in asked else ["error"]
    assert (answer.status_code, list(answer.json())) == (400, told)
    assert words in answer.json()["error"] and "--" not in answer.json()["error"]


@pytest.mark.parametrize("number", [10**400, -(10**400)], ids=["above", "below"])
@pytest.mark.parametrize("name", ["sets", "level", "minutes", "rest_s", "rate", "hold"])
def test_a_number_of_hundreds_of_digits_is_a_400(heard: Heard, name: str, number: int) -> None:
    asked = {"holds": {BALL: number}} if name == "hold" else {name: number}
    answer = heard.phone.plan({**SHORT, **asked})
    assert answer.status_code == 400
    assert "is out of every range" in answer.json()["error"]
