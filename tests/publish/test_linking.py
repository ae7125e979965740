"""What a page links is what `build` makes: the same bytes after the tag, for any options."""

import hashlib
import json
import random
import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright._impl._driver import compute_driver_executable

from smr_audio import Cache, Preferences, Studio, TalkChoice, parse_hold
from smr_audio.library.library import Library
from smr_audio.library.search import shipped_content
from smr_audio.publish.linking import SCORE_FORMAT
from smr_audio.publish.site import publish
from smr_audio.studio.session import Session
from tests.english import written
from tests.tables import tables

ROUTINES = Library().routine_ids()
ROLLER = "hamstring-roller-floor"
FAST = ("hamstrings", "desk-worker")  # with a gate; with two sets and one-sided work
SCRIPT = """
import { readFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import readline from "node:readline";
const folder = process.argv[1];
const { link, scoreOf, arrange, planOf } = await import(`${folder}/link.mjs`);
const read = async (path, start = 0, end = undefined) =>
  new Uint8Array((await readFile(`${folder}/${path}`)).subarray(start, end));
for await (const line of readline.createInterface({ input: process.stdin })) {
  const [routine, options] = JSON.parse(line);
  try {
    const sha256 = createHash("sha256").update(await link(read, routine, options)).digest("hex");
    const score = await scoreOf(read, routine);
    const plan = planOf(score, arrange(score, options));
    delete plan.talk;
    for (const chapter of plan.chapters) {
      delete chapter.name;
      delete chapter.picture;
    }
    console.log(JSON.stringify({ sha256, plan }));
  } catch (error) {
    console.log(JSON.stringify({ error: error.message }));
  }
}
"""

Asked = tuple[str, dict[str, Any]]


def linked(folder: Path, asked: Iterable[Asked]) -> list[dict[str, Any]]:
    node = compute_driver_executable()[0]
    text = "".join(f"{json.dumps(each)}\n" for each in asked)
    run = subprocess.run(
        [node, "--input-type=module", "-e", SCRIPT, str(folder)],
        input=text, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [json.loads(line) for line in run.stdout.splitlines()]


def preferences(options: dict[str, Any]) -> Preferences:
    """The same options as `build` takes them."""
    holds = options.get("hold", {})
    talk = options.get("talk", {})
    talk = {"*": talk} if isinstance(talk, str) else talk
    return Preferences(
        voice="silent",
        holds=tuple(parse_hold(f"{key}={n}" if key != "*" else str(n)) for key, n in holds.items()),
        talk=tuple(TalkChoice(level, None if key == "*" else key) for key, level in talk.items()),
        sides=options.get("sides"), first=options.get("first"),
        skip=tuple(options.get("skip", ())), safety=options.get("safety"),
    )  # fmt: skip


def any_options(score: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    blocks, levels = score["blocks"], ("learn", "follow", "minimal", "auto")
    ids = [block["technique"] for block in blocks]
    hold = {"*": rng.choice(range(10, 130, 5))} if rng.random() < 0.5 else {}
    for block in blocks:
        for target in ("", ":left", ":right"):
            if rng.random() < 0.3:
                hold[block["technique"] + target] = rng.choice(block["seconds"])
    talk = {name: rng.choice(levels) for name in ("*", *ids) if rng.random() < 0.4}
    every = {
        "hold": hold,
        "sides": rng.choice(("both", "left", "right")),
        "first": rng.choice(("left", "right")),
        "skip": rng.sample(ids, rng.randrange(len(ids))),
        "talk": rng.choice((talk, rng.choice(levels))),
        "safety": rng.choice(("full", "short")),
    }
    return {name: value for name, value in every.items() if rng.random() < 0.6}


def sha256_of_sound(studio: Studio, session: Session) -> str:
    data = b"".join(studio.file_of(session, cover=False, manifest=False).pieces())
    tag = 10 + sum(data[6 + i] << 7 * (3 - i) for i in range(4))
    return hashlib.sha256(data[tag:]).hexdigest()


def check_equal(folder: Path, studio: Studio, routines: Sequence[str], count: int) -> None:
    rng = random.Random(20)
    asked: list[Asked] = []
    for name in routines:
        score = json.loads((folder / "scores" / f"{name}.json").read_text("utf-8"))
        asked += [(name, {}), *((name, any_options(score, rng)) for _ in range(count))]
    for (name, options), found in zip(asked, linked(folder, asked), strict=True):
        session = studio.link(studio.load(name), preferences(options))
        assert found.get("sha256") == sha256_of_sound(studio, session), (name, options, found)
        plan = session.plan.as_json()
        assert found["plan"] == {key: plan[key] for key in found["plan"]}, (name, options)


@pytest.fixture(scope="module")
def studio(common_cache: Path) -> Studio:
    return Studio(cache=Cache(common_cache))


@pytest.fixture(scope="module")
def folder(studio: Studio, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("linked") / "public"
    publish(folder, FAST, Preferences(voice="silent"), studio=studio)
    return folder


def test_what_is_linked_is_what_is_built(folder: Path, studio: Studio) -> None:
    """Ten sets of options of two routines: the slow test has a hundred of each."""
    check_equal(folder, studio, FAST, 10)


@pytest.mark.slow
def test_every_routine_is_linked_as_it_is_built(studio: Studio, tmp_path: Path) -> None:
    publish(tmp_path / "site", ROUTINES, Preferences(voice="silent"), studio=studio)
    check_equal(tmp_path / "site", studio, ROUTINES, 100)


def test_a_site_with_a_bed_links_with_it_and_without(studio: Studio, tmp_path: Path) -> None:
    usual = Preferences(voice="silent", bed="rain")
    publish(tmp_path / "site", [ROLLER], usual, studio=studio)
    asked = [{}, {"bed": "rain", "hold": {"*": 45}}, {"bed": "off"}, {"bed": "brown"}]
    *found, refused = linked(tmp_path / "site", [(ROLLER, options) for options in asked])
    assert refused["error"] == "bed: brown: it must be one of off, rain"
    for options, each in zip(asked, found, strict=False):
        bed = replace(preferences(options), bed=options.get("bed", "rain"))
        session = studio.link(studio.load(ROLLER), bed)
        assert each["sha256"] == sha256_of_sound(studio, session)
        assert session.product.encoded == 0


def test_the_example_of_the_docs_links(folder: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "publish.md").read_text("utf-8")
    [example] = re.findall(r"```js\n(.*?)```", page, re.DOTALL)
    node = compute_driver_executable()[0]
    subprocess.run([node, "--input-type=module", "-e", example], cwd=folder.parent, check=True)
    options = {"hold": {"hamstring-barbell:left": 25}, "talk": "follow"}
    [found] = linked(folder, [("hamstrings", options)])
    data = (folder.parent / "left-25.mp3").read_bytes()
    assert hashlib.sha256(data).hexdigest() == found["sha256"]


def test_every_hold_can_be_linked(folder: Path) -> None:
    score = json.loads((folder / "scores" / "hamstrings.json").read_text("utf-8"))
    asked: list[Asked] = []
    for block in score["blocks"]:
        most = Library().technique(block["technique"]).hold.most
        assert {*range(10, most + 1, 5), most} <= {*block["seconds"]}
        asked += [("hamstrings", {"hold": {block["technique"]: n}}) for n in block["seconds"]]
    assert [found for found in linked(folder, asked) if "error" in found] == []


ALL = ("hamstring-roller-floor", "hamstring-barbell", "hamstring-ball-press")
REFUSED = tables(__file__)["refused"]


def test_what_cannot_be_linked_is_named(folder: Path) -> None:
    found = linked(folder, [("hamstrings", options) for options, _ in REFUSED])
    for (options, start), one in zip(REFUSED, found, strict=True):
        assert one.get("error", "").startswith(start), (options, one)
    unknown = linked(folder, [("../hamstrings", {})])
    assert unknown[0]["error"].startswith("routine: ")


def test_a_pack_that_is_cut_off_is_told(folder: Path, tmp_path: Path) -> None:
    broken = tmp_path / "site"
    shutil.copytree(folder, broken)
    for path in (broken / "packs").iterdir():
        path.write_bytes(path.read_bytes()[:-5000])
    [found] = linked(broken, [("hamstrings", {})])
    assert "is cut off" in found["error"]
    score = broken / "scores" / "hamstrings.json"
    score.write_text(score.read_text("utf-8").replace(SCORE_FORMAT, "smr-audio/score-9"), "utf-8")
    assert linked(broken, [("hamstrings", {})]) == [{"error": "routine: hamstrings is of another version"}]


def test_a_session_of_a_fixed_length_says_why_it_cannot_be_changed(studio: Studio, tmp_path: Path) -> None:
    options = Preferences(voice="silent", fit=10 * 60)
    publish(tmp_path, ["hamstrings"], options, studio=studio)
    assert linked(tmp_path, [("hamstrings", {})]) == [{"error": "fit: this session was made for one length"}]


def test_where_a_dose_is_given_nothing_can_be_left_out(studio: Studio, tmp_path: Path) -> None:
    publish(tmp_path, ["hamstrings"], Preferences(voice="silent", dose="article"), studio=studio)
    (told,) = linked(tmp_path, [("hamstrings", {"skip": ["hamstring-barbell"]})])
    assert told["error"].endswith("what is left out changes the others, by tools, limits or a dose")
    (listed,) = json.loads((tmp_path / "sessions.json").read_text("utf-8"))["sessions"]
    assert listed["whole"] and not listed["fixed"]  # so no page offers it


def test_what_was_asked_of_publish_is_what_is_absent(studio: Studio, tmp_path: Path) -> None:
    given: dict[str, Any] = {"hold": {"*": 45}, "sides": "left", "talk": "follow"}
    publish(tmp_path, ["hamstrings"], preferences(given), studio=studio)
    usual = json.loads((tmp_path / "sessions.json").read_text("utf-8"))["options"]
    assert usual == {"sides": "left", "talk": "follow"}  # which the page shows as chosen
    asked: list[Asked] = [("hamstrings", options) for options in (
        {}, {"sides": "both"}, {"hold": {"hamstring-barbell": 20}}, {"talk": "learn"},
    )]  # fmt: skip
    for (_, options), found in zip(asked, linked(tmp_path, asked), strict=True):
        holds = {**given["hold"], **options.get("hold", {})}  # not named: as it was published
        wanted = preferences({**given, **options, "hold": holds})
        plan = studio.link(studio.load("hamstrings"), wanted).plan
        assert found["plan"]["events"] == plan.as_json()["events"], options


OWN = """\
kind: routine
id: own
title: Own
about: "Press gently."
safety: full
steps: [{technique: calf-roller-seated}, {technique: odd, %s}%s]
"""


def own_site(steps: tuple[str, str], studio: Studio, tmp_path: Path) -> Studio:
    """Publish, as `site`, a routine whose second technique is shortest with 12 seconds."""
    shipped = (shipped_content() / "techniques/hamstring-ball-press.yaml").read_text("utf-8")
    odd = shipped.replace("id: hamstring-ball-press", "id: odd").replace("least: 20", "least: 12")
    written(tmp_path / "content", "techniques/odd.yaml", odd)
    written(tmp_path / "content", "routines/own.yaml", OWN % steps)
    studio = Studio(content=[tmp_path / "content"], cache=studio.cache)
    publish(tmp_path / "site", ["own"], Preferences(voice="silent"), studio=studio)
    return studio


@pytest.mark.slow
def test_a_step_has_a_hold_for_the_side_that_it_leaves_out(studio: Studio, tmp_path: Path) -> None:
    own = own_site(("hold: {left: 40, right: 25}, sides: left, sets: 2", ""), studio, tmp_path)
    check_equal(tmp_path / "site", own, ["own"], 5)
    asked: list[dict[str, Any]] = [{"sides": "right"}, {"hold": {"odd": 12}}]
    for options, found in zip(asked, linked(tmp_path / "site", [("own", o) for o in asked]), strict=True):
        plan = own.link(own.load("own"), preferences(options)).plan
        assert found["plan"]["events"] == plan.as_json()["events"], options


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        (("sets: 2", ", {technique: odd, hold: 45}"), "steps: a technique comes twice"),
        (("extra: left", ""), "extra: one side of this session is worked twice"),
        (("switch: 20", ""), "rest_between: this session has rests of one length"),
        (("hold: [20, 30]", ""), "hold: the sets of this session differ in length"),
    ],
)
def test_a_session_that_cannot_be_changed_is_published(
    steps: tuple[str, str], why: str, studio: Studio, tmp_path: Path
) -> None:
    own_site(steps, studio, tmp_path)
    [found] = linked(tmp_path / "site", [("own", {})])
    assert found["error"].startswith(why)
    [listed] = json.loads((tmp_path / "site" / "sessions.json").read_text("utf-8"))["sessions"]
    assert listed["fixed"]


def test_a_second_run_leaves_scores_and_packs(folder: Path, studio: Studio) -> None:
    report = publish(folder, FAST, Preferences(voice="silent"), studio=studio)
    assert {file.status for file in report.files} == {"unchanged"}
