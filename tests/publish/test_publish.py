"""Publishing again, stopped half-way, beside other files: the folder is always one whole site."""

import json
import sys
import tempfile
from pathlib import Path

import pytest

from smr_audio import BuildError, MissingError, Preferences, UsageError, parse_talk
from smr_audio.publish import staging
from smr_audio.publish.site import SiteReport
from smr_audio.publish.staging import read_ledger
from tests.publish.conftest import Publish, tree, write_routine
from tests.sampling import sampled


def statuses(report: SiteReport) -> dict[str, set[str]]:
    """The paths by what became of them."""
    found: dict[str, set[str]] = {"written": set(), "unchanged": set(), "removed": set()}
    for file in report.files:
        found[file.status].add(file.path)
    return found


def test_two_fresh_runs_give_the_same_bytes_in_whatever_order(tmp_path: Path, put: Publish) -> None:
    put(tmp_path / "a", "odd", "two")
    put(tmp_path / "b" / "deep", "two", "odd", "two")
    assert tree(tmp_path / "a") == tree(tmp_path / "b" / "deep")
    assert len(tree(tmp_path / "a")) > 20


def test_the_report_names_every_file_and_a_second_run_writes_nothing(tmp_path: Path, put: Publish) -> None:
    report = put(tmp_path / "a")
    sizes = {file.path: file.bytes for file in report.files}
    found = {name: len(data) for name, data in tree(tmp_path / "a").items()}
    assert found.pop(".site.json") > 0
    assert sizes == found
    assert statuses(report)["written"] == set(sizes)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "a").rglob("*")}
    report = put(tmp_path / "a")
    assert statuses(report)["unchanged"] == {file.path for file in report.files}
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "a").rglob("*")} == before


def test_a_changed_routine_is_made_anew_and_no_other(site: Path, content: Path, put: Publish) -> None:
    write_routine(content, "odd", hold=60)
    written = statuses(put(site))["written"]
    assert {name for name in written if not name.startswith("packs/")} == {
        "audio/odd.mp3", "sounds/odd.mp3", "covers/odd.png", "plans/odd.json", "handouts/odd.html",
        "transcripts/odd.vtt", "chapters/odd.json", "scores/odd.json", "sessions.json", "feed.xml",
        "sw.js", "covers.png",
    }  # fmt: skip
    assert tree(site) == fresh(site, put)


def fresh(site: Path, put: Publish, *targets: str, **how: object) -> dict[str, bytes]:
    """What is published beside it, where there was nothing."""
    put(site.with_name("fresh"), *targets, **how)
    return tree(site.with_name("fresh"))


@pytest.mark.slow
def test_options_that_change_the_sound_change_the_site(site: Path, put: Publish) -> None:
    options = Preferences(voice="silent", talk=(parse_talk("minimal"),))
    assert "audio/odd.mp3" in statuses(put(site, options=options))["written"]
    assert tree(site) == fresh(site, put, options=options)


def test_a_damaged_file_is_made_anew(site: Path, put: Publish) -> None:
    good = tree(site)
    (site / "plans" / "odd.json").write_bytes(b"x")
    (site / "covers" / "two.png").unlink()
    written = statuses(put(site))["written"]
    assert written == {"plans/odd.json", "covers/two.png"}
    assert tree(site) == good


@pytest.mark.slow
def test_a_routine_that_is_left_out_goes_and_what_is_not_ours_stays(site: Path, put: Publish) -> None:
    for name in ("CNAME", "audio/own.mp3", "robots.txt"):
        (site / name).write_bytes(b"mine")
    report = put(site, "odd")
    removed = statuses(report)["removed"]
    assert {name for name in removed if not name.startswith("packs/")} == {
        "audio/two.mp3", "sounds/two.mp3", "covers/two.png", "plans/two.json", "handouts/two.html",
        "transcripts/two.vtt", "chapters/two.json", "scores/two.json",
    }  # fmt: skip
    left = tree(site)
    assert [left.pop(name) for name in ("CNAME", "audio/own.mp3", "robots.txt")] == [b"mine"] * 3
    assert left == fresh(site, put, "odd")


@pytest.mark.slow
def test_pictures_of_postures_come_and_go_with_their_sessions(site: Path, content: Path, put: Publish) -> None:
    picture = "poses/hamstring-ball-press-left.svg"  # both sessions have it
    (site / picture).unlink()
    assert picture in statuses(put(site))["written"]
    assert statuses(put(site, "two"))["unchanged"] >= {picture}
    path = content / "routines" / "two.yaml"
    text = path.read_text("utf-8").replace("hamstring-ball-press", "hamstring-ball-chair")
    path.write_text(text, encoding="utf-8")
    assert picture in statuses(put(site, "two"))["removed"]
    (site / picture).parent.mkdir(exist_ok=True)
    (site / picture).write_bytes(b"mine")
    with pytest.raises(BuildError, match="is no file of this site"):
        put(site)
    assert (site / picture).read_bytes() == b"mine"


def test_a_file_that_somebody_changed_is_not_removed(site: Path, put: Publish) -> None:
    (site / "handouts" / "odd.html").write_bytes(b"edited")
    report = put(site, "two")
    assert (site / "handouts" / "odd.html").read_bytes() == b"edited"
    assert "handouts/odd.html" not in statuses(report)["removed"]


@pytest.mark.slow
def test_without_an_address_there_is_no_feed_and_no_code(site: Path, put: Publish) -> None:
    report = put(site, address=None)
    assert report.feed is None
    assert "feed.xml" in statuses(report)["removed"]
    assert not (site / "feed.xml").exists()
    assert all(b"example.org" not in data for data in tree(site).values())


@pytest.mark.parametrize("name", ["index.html", "audio/odd.mp3", "sw.js", "audio"])
def test_a_file_of_somebody_else_is_not_written_over(tmp_path: Path, put: Publish, name: str) -> None:
    site = tmp_path / "a"
    (site / name).parent.mkdir(parents=True)
    (site / name).write_bytes(b"mine")
    with pytest.raises(BuildError, match=r"is no file of this site|cannot write"):
        put(site)
    assert tree(site) == {name: b"mine"}


def broken_after(monkeypatch: pytest.MonkeyPatch, function: str, calls: int) -> None:
    """Have a function of the stage fail the next time after so many calls."""
    whole, done = getattr(staging, function), [0]

    def broken(*arguments: object, **named: object) -> object:
        done[0] += 1
        if done[0] > calls:
            raise KeyboardInterrupt
        return whole(*arguments, **named)

    monkeypatch.setattr(staging, function, broken)


@pytest.mark.parametrize("calls", sampled([4, 0, 7], 3))
def test_a_run_that_is_stopped_while_it_writes_leaves_the_old_site(
    site: Path, content: Path, put: Publish, monkeypatch: pytest.MonkeyPatch, calls: int
) -> None:
    before = tree(site)
    write_routine(content, "odd", hold=45)
    with monkeypatch.context() as patched:
        broken_after(patched, "write_file", calls)
        with pytest.raises(KeyboardInterrupt):
            put(site)
    assert tree(site) == before
    put(site)
    assert tree(site) == fresh(site, put)


@pytest.mark.parametrize("kept", sampled([5, 0, 12], 3))
def test_the_next_run_completes_one_that_was_killed_while_it_moved_files(
    tmp_path: Path, put: Publish, monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    """The first run: the pages come last, so none names a file that is not there yet."""
    site, moved = tmp_path / "a", [0]
    whole = Path.replace

    def replace(path: Path, target: Path) -> Path:
        moved[0] += 1
        if moved[0] > kept:
            raise KeyboardInterrupt
        return whole(path, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", replace)
        with pytest.raises(KeyboardInterrupt):
            put(site)
    found = tree(site)
    assert len(found) == kept + 1  # and the ledger of what is to come
    assert not {"index.html", "sessions.json", "feed.xml", "sw.js"} & set(found)
    put(site, "two")
    assert tree(site) == fresh(site, put, "two")


def test_a_ledger_from_elsewhere_leads_to_no_file_outside(tmp_path: Path, site: Path, put: Publish) -> None:
    outside = tmp_path / "precious.txt"
    outside.write_bytes(b"mine")
    ledger = json.loads((site / ".site.json").read_bytes())
    stamp = ledger["files"]["audio/odd.mp3"]
    for name in ("../precious.txt", str(outside), "audio/../../precious.txt", ".."):
        ledger["files"][name] = stamp
    (site / ".site.json").write_text(json.dumps(ledger), encoding="utf-8")
    found = read_ledger(site)
    assert found is not None and not [name for name in found.files if "precious" in name]
    put(site, "two")
    assert outside.read_bytes() == b"mine"


@pytest.mark.parametrize("text", sampled(["{", "", "[]", '{"format": "other"}', "null"], 3))
def test_a_damaged_ledger_makes_the_folder_somebody_elses(site: Path, put: Publish, text: str) -> None:
    (site / ".site.json").write_text(text, encoding="utf-8")
    before = tree(site)
    with pytest.raises(BuildError, match=r"is no file of this site .*\.site\.json.* damaged"):
        put(site)
    assert tree(site) == before


def test_a_file_in_the_way_of_a_known_site_is_said_so(tmp_path: Path, put: Publish) -> None:
    put(tmp_path / "a", "odd")
    (tmp_path / "a" / "audio" / "two.mp3").write_bytes(b"mine")
    with pytest.raises(BuildError, match="is no file of this site; move it, or name another"):
        put(tmp_path / "a")


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="needs another disk")
def test_a_folder_on_another_disk_is_refused_before_anything_is_moved(tmp_path: Path, put: Publish) -> None:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as elsewhere:
        (tmp_path / "site").mkdir()
        (tmp_path / "site" / "audio").symlink_to(elsewhere)
        with pytest.raises(BuildError, match="on another disk"):
            put(tmp_path / "site")
        assert [path.name for path in (tmp_path / "site").iterdir()] == ["audio"]


def test_two_runs_do_not_share_a_folder(tmp_path: Path, put: Publish) -> None:
    with staging.staged(tmp_path / "a", []), pytest.raises(BuildError, match="another run"):
        put(tmp_path / "a")


def test_routines_of_one_id_are_refused(tmp_path: Path, content: Path, put: Publish) -> None:
    path = str(content / "routines" / "odd.yaml")
    with pytest.raises(UsageError, match="are both called odd"):
        put(tmp_path / "a", "odd", path)
    assert not (tmp_path / "a").exists()


def test_what_is_wrong_with_one_session_says_with_which(tmp_path: Path, put: Publish) -> None:
    options = Preferences(voice="silent", fit=1)
    with pytest.raises(BuildError, match=r"^odd: "):
        put(tmp_path / "a", options=options)
    assert tree(tmp_path / "a") == {}


def test_without_segno_an_address_says_what_to_install(
    tmp_path: Path, put: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "segno", None)
    with pytest.raises(MissingError, match="extra 'phone'; install it with: "):
        put(tmp_path / "a")
    assert not (tmp_path / "a").exists()
    put(tmp_path / "a", address=None)
