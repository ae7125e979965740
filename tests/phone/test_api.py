"""The answers about sessions: what there is, what one will be like, how far it is."""

import asyncio
import json
import threading
from typing import Any

import pytest
from starlette.exceptions import HTTPException

from smr_audio import Preferences, parse_hold, parse_talk, units
from smr_audio.errors import BuildError, Location
from smr_audio.profile.model import Length, Profile
from smr_audio.serve import maker, sessions
from smr_audio.serve.catalog import profile_json, read_request
from smr_audio.serve.maker import Planner, ServerContext
from smr_audio.voices.silent import SilentEngine
from tests.doubles import raising
from tests.phone.conftest import SHORT, TOKEN, Heard, MakePhone, Phone


class SlowMaker:
    """Makes nothing until it is let; then it fails, which is as good an end as any."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.made: list[str] = []

    def make(self, name: str, request: Any, progress: Any, on_playable: Any) -> Any:
        self.made.append(name)
        progress("speaking", 1, 4)
        while not self.go.wait(0.01):
            progress("speaking", 1, 4)
        raise BuildError("the voice broke")


def requests(count: int) -> list[dict[str, Any]]:
    return [{**SHORT, "rest_s": number} for number in range(count)]


def states_of(phone: Phone, names: list[str]) -> list[str]:
    return [phone.ask("GET", f"/api/session/{name}").json()["state"] for name in names]


def test_the_library_has_all_that_there_is(heard: Heard) -> None:
    told = heard.phone.ask("GET", "/api/library").json()
    assert told["format"] == "smr-audio/library-1"
    routines = {routine["id"]: routine for routine in told["routines"]}
    techniques = {technique["id"]: technique for technique in told["techniques"]}
    assert routines["hamstrings"]["techniques"]
    assert set(routines["hamstrings"]["techniques"]) <= set(techniques)
    ball = techniques["hamstring-ball-press"]
    assert (ball["muscle"], ball["sides"]) == ("hamstrings", 2)
    assert ball["hold"]["least"] <= ball["hold"]["default"] <= ball["hold"]["most"]
    assert {"id": "foam_roller", "title": "Foam roller", "lang": "en"} in told["tools"]
    assert {one["id"]: one["medical"] for one in told["limits"]}["pregnancy"] is True
    assert {"id": "calves", "title": "Calves", "lang": "en"} in told["muscles"]
    assert {"auto", "silent", "pyttsx3:gmw/en-us"} <= {one["id"] for one in told["voices"]}
    assert told["choices"]["talk"] == ["learn", "follow", "minimal"]
    assert told["choices"]["safety"] == ["full", "short"]
    assert told["ranges"]["sets"] == [1, 20] and told["ranges"]["level"] == [1, 3]
    assert told["ranges"]["minutes"] == [1, 240] and told["ranges"]["muscles"] == [1, 12]
    assert told["profile"] == {}


def test_the_library_says_which_routines_are_short_on_words(heard: Heard) -> None:
    told = heard.phone.ask("GET", "/api/library").json()
    short = [one["id"] for one in told["routines"] if one["short_on_words"]]
    assert short == ["five-minutes", "full-15"]


def test_a_profile_is_told_as_options_and_shapes_sessions(context: ServerContext) -> None:
    asks = Preferences(
        holds=(parse_hold("hamstring-ball-press:left=50"), parse_hold("+5")), sets=2,
        rest=10, tools=("fascia_ball",), limits=("hips",),
        talk=(parse_talk("follow"), parse_talk("hamstring-barbell=learn")), safety="short",
    )  # fmt: skip
    told = profile_json(asks)
    assert told == {
        "sets": 2, "tools": ["fascia_ball"], "limits": ["hips"], "rest_s": 10.0,
        "holds": {"hamstring-ball-press:left": 50, "all": "+5"},
        "talk": {"all": "follow", "hamstring-barbell": "learn"}, "safety": "short",
    }  # fmt: skip
    assert profile_json(Preferences(talk=(parse_talk("follow"),))) == {"talk": "follow"}
    mine = Profile(Preferences(sets=2))
    planned = (Planner(ServerContext(context.library, (), context.cache, mine)), Planner(context))
    body = b'{"routine": "hamstring-ball-press", "voice": "silent"}'
    (name, _, with_profile), (other, _, without) = (planner.plan(body) for planner in planned)
    assert name != other
    assert with_profile.count(b'"kind":"hold"') == 2 * without.count(b'"kind":"hold"')


def test_a_length_of_one_routine_in_the_profile_is_in_no_other_s_way(context: ServerContext) -> None:
    here = Location("mine.yaml", 2, 6)
    silent = Preferences(voice="silent")
    studio = context.studio()
    usual = studio.estimate(studio.load("hamstrings-basic"), silent).plan
    seconds = round(usual.duration_ms / 1000) + 20
    length = Length(seconds * units.TICKS_PER_SECOND, here)
    mine = Profile(silent, lengths={"hamstrings-basic": length})
    planner = Planner(ServerContext(context.library, (), context.cache, mine))
    for routine in planner.catalog.routines:
        planner.plan(maker.json_bytes({"routine": routine}))
    told = json.loads(planner.plan(b'{"routine": "hamstrings-basic"}')[2])
    assert told["plan"]["duration_ms"] == seconds * 1000
    planner.plan(b'{"muscles": ["calves"]}')
    said = rf"the length {units.clock(seconds)} is from your profile \(mine.yaml:2:6\)"
    with pytest.raises(BuildError, match=said):
        planner.plan(b'{"routine": "hamstrings-basic", "sets": 20}')


def test_a_plan_speaks_nothing_and_says_so(
    make_phone: MakePhone, context: ServerContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SilentEngine, "speak", raising(AssertionError("somebody spoke")))
    told = make_phone().plan({"routine": "post-run", "voice": "silent", "rate": 0.77}).json()
    assert (told["ready"], told["missing"] > 20) == (False, True)
    assert told["plan"]["format"] == "smr-audio/plan-1"
    assert told["plan"]["routine"] == "post-run"


def test_a_plan_of_what_was_spoken_is_ready(heard: Heard) -> None:
    told = heard.phone.plan(SHORT).json()
    assert (told["session"], told["ready"], told["missing"]) == (heard.id, True, 0)


def test_an_id_is_of_all_that_decides_the_sound(planner: Planner) -> None:
    def digest(**asked: Any) -> str:
        body = maker.json_bytes({**SHORT, **asked})
        return planner._digest(read_request(body, planner.catalog))

    different = [
        {}, {"sets": 2}, {"rest_s": 9}, {"voice": "pyttsx3:gmw/en-us"}, {"loudness": "loud"},
        {"routine": "hamstrings-basic"}, {"minutes": 5}, {"rate": 1.1}, {"metronome": True},
    ]  # fmt: skip
    found = [digest(**asked) for asked in different]
    assert len(set(found)) == len(different)
    assert digest() == found[0] == digest(sets=None)


def test_a_composed_session_is_made(make_phone: MakePhone) -> None:
    phone = make_phone()
    request = {"muscles": ["calves"], "voice": "silent", "talk": "minimal", "minutes": 4}
    planned = phone.plan(request).json()
    phone.ask("POST", f"/api/session/{planned['session']}")
    told = phone.until_made(planned["session"])
    assert told["state"] == "ready", told
    assert told["plan"]["duration_ms"] == 240_000


def test_a_sound_that_is_asked_for_is_made_as_it_was_planned(make_phone: MakePhone, heard: Heard) -> None:
    phone = make_phone()
    planned = phone.plan(SHORT).json()
    assert planned["ready"] and phone.ask("GET", heard.path).content == heard.sound
    assert phone.until_made(heard.id)["plan"] == planned["plan"]


def test_the_page_is_told_in_words_and_not_in_ids_and_options(heard: Heard) -> None:
    def told(**more: Any) -> dict[str, Any]:
        return heard.phone.plan({"routine": "hamstrings", "voice": "silent", **more}).json()

    refused = told(minutes=1)
    assert refused["error"].startswith("it takes ") and refused["error"].endswith(" at least")
    least = refused["minutes"]
    assert told(minutes=least)["plan"]["duration_ms"] == 60_000 * least
    error = told(tools=["bench"])["error"]
    assert "Hamstrings, roller on the floor is left out because" in error
    warned = told(holds={"all": 15, "hamstring-barbell:right": 20}, sides="left")["warnings"]
    assert warned[0]["text"].startswith("Hamstrings, ")
    assert not [one for one in warned if "--" in one["text"] or "hamstring-" in one["text"]]


def test_sessions_nobody_planned_or_made_are_told_apart(heard: Heard) -> None:
    planned = heard.phone.plan({**SHORT, "sets": 4}).json()["session"]
    for method, path in (
        ("GET", "/api/session/{}"), ("GET", "/download/{}.zip"),
        ("GET", "/download/{}.mp3"), ("GET", "/download/{}.txt"), ("GET", "/cover/{}.png"),
    ):  # fmt: skip
        assert heard.phone.ask(method, path.format("0" * 32)).status_code == 404
        assert heard.phone.ask(method, path.format(planned)).status_code == 409
    assert heard.phone.ask("POST", f"/api/session/{'0' * 32}").status_code == 404


def test_the_queue_is_short_and_the_same_session_is_made_once(make_phone: MakePhone) -> None:
    maker = SlowMaker()
    phone = make_phone(maker)
    names = [phone.plan(request).json()["session"] for request in requests(10)]
    answers = [phone.ask("POST", f"/api/session/{name}") for name in names]
    assert [answer.status_code for answer in answers] == [200] * 9 + [503]
    assert answers[-1].headers["retry-after"] == "5"
    assert phone.ask("POST", f"/api/session/{names[0]}").status_code == 200
    phone.until(lambda: states_of(phone, names[:1]) == ["speaking"])
    assert states_of(phone, names[:3]) == ["speaking", "waiting", "waiting"]
    maker.go.set()
    told = [phone.until_made(name) for name in names[:9]]
    assert {(one["state"], one["error"]) for one in told} == {("failed", "the voice broke")}
    assert maker.made == names[:9]
    assert phone.ask("POST", f"/api/session/{names[9]}").status_code == 200
    assert phone.until_made(names[9])["state"] == "failed"


def test_plans_do_not_wait_for_a_session_under_way(make_phone: MakePhone) -> None:
    maker = SlowMaker()
    phone = make_phone(maker)
    name = phone.plan(SHORT).json()["session"]
    phone.ask("POST", f"/api/session/{name}")
    assert phone.plan({**SHORT, "sets": 3}).status_code == 200
    phone.until(lambda: phone.ask("GET", f"/api/session/{name}").json()["done"] == 1)


def test_a_listener_that_leaves_stops_nobody(make_phone: MakePhone) -> None:
    maker = SlowMaker()
    phone = make_phone(maker)
    name = phone.plan(SHORT).json()["session"]
    phone.ask("POST", f"/api/session/{name}")

    async def leave() -> None:
        listening = asyncio.ensure_future(phone.sessions.made(name))
        await asyncio.sleep(0.02)
        listening.cancel()

    phone.loop.run_until_complete(leave())
    maker.go.set()
    assert phone.until_made(name)["state"] == "failed"
    assert maker.made == [name]


def test_sound_that_takes_too_long_is_to_be_asked_for_later(make_phone: MakePhone) -> None:
    phone = make_phone(SlowMaker())
    name = phone.plan(SHORT).json()["session"]
    phone.ask("POST", f"/api/session/{name}")
    with pytest.raises(HTTPException, match="503"):
        phone.loop.run_until_complete(phone.sessions.made(name, patience_s=0.05))
    assert phone.ask("GET", f"/api/session/{name}").json()["state"] in ("waiting", "speaking")


def test_sessions_make_room_by_their_bytes_and_come_again_from_the_cache(
    make_phone: MakePhone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "MOST_MADE_BYTES", 1)
    phone = make_phone()
    names = [phone.plan(request).json()["session"] for request in requests(3)]
    sounds = []
    for name in names:
        phone.ask("POST", f"/api/session/{name}")
        assert phone.until_made(name)["state"] == "ready"
        sounds.append(phone.ask("GET", f"/audio/{name}.mp3").content)
    assert [name for name, job in phone.sessions._jobs.items() if job.made] == names[-1:]
    assert [phone.ask("GET", f"/audio/{name}.mp3").content for name in names] == sounds


def test_plans_that_nobody_asked_for_since_long_are_forgotten(
    make_phone: MakePhone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "MOST_JOBS", 2)
    phone = make_phone()
    names = [phone.plan(request).json()["session"] for request in requests(3)]
    found = [phone.ask("GET", f"/api/session/{name}").status_code for name in names]
    assert found == [404, 409, 409]


def test_a_made_session_holds_no_sound_but_its_frames(heard: Heard) -> None:
    made = heard.phone.sessions._jobs[heard.id].made
    assert made is not None
    assert made.session.plan.clips._made == {}


def test_too_many_plans_at_once_are_told_to_wait(make_phone: MakePhone, planner: Planner) -> None:
    class SlowPlanner:
        go = threading.Event()
        library = b"{}"
        own_files: dict[str, bytes] = {}  # noqa: RUF012

        def plan(self, body: bytes) -> Any:
            self.go.wait(10)
            return planner.plan(body)

    phone = make_phone(None, SlowPlanner())

    async def many() -> list[int]:
        async def one() -> int:
            answer = await phone.client.post(f"/{TOKEN}/api/plan", json=SHORT)
            return answer.status_code

        asked = [asyncio.ensure_future(one())]
        await asyncio.sleep(0.2)  # it is under way, and none is waiting
        asked += [asyncio.ensure_future(one()) for _ in range(19)]
        await asyncio.sleep(0.2)
        SlowPlanner.go.set()
        return await asyncio.gather(*asked)

    found = phone.loop.run_until_complete(many())
    assert found.count(200) == 17 and found.count(503) == 3
