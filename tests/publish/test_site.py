"""A published site: its files agree with each other, and work wherever they lie."""

import json
import re
import struct
from dataclasses import replace
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from smr_audio import verify
from smr_audio.mp3.id3 import read_tag
from smr_audio.publish.site import page_files, worker
from smr_audio.publish.staging import FileStamp
from tests.drawing.made_up import WORDS
from tests.publish.links import all_links


def sessions_of(site: Path) -> list[dict[str, object]]:
    value = json.loads((site / "sessions.json").read_bytes())
    assert value["format"] == "smr-audio/site-1"
    assert value["title"] == 'Gym <&"> club'
    return list(value["sessions"])


def test_the_list_says_of_each_session_what_a_page_needs(made: Path) -> None:
    sessions = sessions_of(made)
    assert [one["id"] for one in sessions] == ["hamstrings", "odd", "two"]
    for one in sessions:
        name = one["id"]
        plan = json.loads((made / str(one["plan"])).read_bytes())
        assert plan["format"] == "smr-audio/plan-1"
        assert (plan["routine"], plan["title"]) == (name, one["title"])
        assert plan["duration_ms"] == one["duration_ms"]
        assert (made / str(one["audio"])).stat().st_size == one["bytes"]
        assert one["audio"] == f"audio/{name}.mp3"
        assert one["cover"] == f"covers/{name}.png"
        assert one["handout"] == f"handouts/{name}.html"
    assert sessions[0]["muscles"] == ["hamstrings"]
    assert "Foam roller" in sessions[0]["tools"]  # type: ignore[operator]
    assert sessions[1]["title"] == 'Odd <&" title'


def test_the_sound_is_the_session(made: Path) -> None:
    tags = read_tag(made / "audio" / "odd.mp3").tags
    assert tags.title == 'Odd <&" title'
    plan = json.loads((made / "plans" / "odd.json").read_bytes())
    assert [one.title for one in tags.chapters] == [one["title"] for one in plan["chapters"]]


def test_the_player_has_the_same_sound_without_the_cover(made: Path) -> None:
    for one in sessions_of(made):
        whole, played = made / str(one["audio"]), made / str(one["sound"])
        assert read_tag(whole).tags.cover
        assert read_tag(played).tags == replace(read_tag(whole).tags, cover=b"")
        assert whole.read_bytes().endswith(played.read_bytes()[-100_000:])
    assert verify(made / "audio" / "odd.mp3").ok


def test_the_pictures_that_chapters_name_are_there_and_kept(made: Path) -> None:
    kept = {link for name, link in all_links(made) if name == "sw.js"}
    for name, most in (("hamstrings", 7), ("odd", 1)):
        plan = json.loads((made / "plans" / f"{name}.json").read_bytes())
        shown = [one["picture"]["src"] for one in plan["chapters"] if "picture" in one]
        assert len(shown) == most
        assert all((made / src).read_bytes().startswith(b"<svg ") for src in shown)
        assert set(shown) <= kept


def test_every_link_is_relative_and_leads_to_a_file(made: Path) -> None:
    links = list(all_links(made))
    assert {name for name, _ in links} >= {
        "index.html", "sessions.json", "sw.js", "manifest.webmanifest", "handouts/odd.html",
    }  # fmt: skip
    for name, link in links:
        parts = urlsplit(link)
        assert not parts.scheme and not parts.netloc and not link.startswith("/"), (name, link)
        place = (made / name).parent / parts.path
        place = place / "index.html" if parts.path in (".", "./") else place
        assert place.is_file(), (name, link)
        assert made in place.resolve().parents, (name, link)


def test_all_links_resolve_on_a_static_host_below_a_path(made: Path) -> None:
    pytest.importorskip("httpx")
    routing = pytest.importorskip("starlette.routing")
    static = pytest.importorskip("starlette.staticfiles")
    applications = pytest.importorskip("starlette.applications")
    testclient = pytest.importorskip("starlette.testclient")
    host = static.StaticFiles(directory=made, html=True)
    app = applications.Starlette(routes=[routing.Mount("/some/gym", host)])
    root = "http://testserver/some/gym/"
    with testclient.TestClient(app) as client:
        for name, link in all_links(made):
            address = urljoin(root + name, link)
            assert address.startswith(root), (name, link)
            assert client.head(address).status_code == 200, (name, link)
        assert 'data-source="static"' in client.get(root).text
        audio = client.get(f"{root}audio/odd.mp3", headers={"Range": "bytes=0-2"})
        assert (audio.status_code, audio.content) == (206, b"ID3")


def test_the_page_is_copied_and_told_that_a_folder_is_its_source(tmp_path: Path) -> None:
    page = tmp_path / "phone" / "site"
    page.mkdir(parents=True)
    html = '<html lang="en" data-source="live"><p>{no_script}</p>{words}'
    (page / "index.html").write_text(html, encoding="utf-8")
    (page / "app.js").write_bytes(b"let source = 'live';\r\n")
    (page / "sw.js").write_bytes(b"x")
    (page / "notes.txt").write_bytes(b"x")
    found = page_files(WORDS, page)
    assert list(found) == ["app.js", "index.html"]
    assert found["app.js"] == b"let source = 'live';\r\n"
    shown = found["index.html"].decode()
    assert shown.startswith('<html lang="en" data-source="static"><p>This page needs JavaScript.')
    assert json.loads(shown.partition('json">')[2].removesuffix("</script>"))["right"] == "right"


def test_the_worker_has_a_version_of_what_it_keeps() -> None:
    template = 'const V = "/*VERSION*/"; const F = [/*FILES*/];'
    files = {"b.js": FileStamp("1", 1), "a.css": FileStamp("2", 1)}
    filled = worker(template, files).decode()
    found = re.fullmatch(r'const V = "([0-9a-f]{16})"; const F = (\[[^\]]*\]);', filled)
    assert found is not None
    assert json.loads(found[2]) == ["./", "a.css", "b.js"]
    assert b"a.css" not in worker(template, files, ["a.css"])
    assert worker(template, dict(reversed(files.items()))).decode() == filled
    for other in (
        worker(template, {**files, "scores/x.json": FileStamp("3", 1)}, ["scores/x.json"]),
        worker(template, {**files, "a.css": FileStamp("3", 1)}),
        worker(template, {**files, "c.js": FileStamp("3", 1)}),
        worker(template + " ", files),
    ):
        assert found[1] not in other.decode()


def test_the_worker_keeps_the_page_and_plans_but_no_sound_nor_what_one_session_needs(made: Path) -> None:
    kept = [link for name, link in all_links(made) if name == "sw.js"]
    assert {"./", "index.html", "sessions.json", "plans/odd.json", "covers.png"} <= set(kept)
    assert not [name for name in kept if name.startswith(("audio/", "sounds/", "covers/", "sw"))]
    text = (made / "sw.js").read_text(encoding="utf-8")
    assert "/*VERSION*/" not in text and "/*FILES*/" not in text


def png_size(path: Path) -> tuple[int, int]:
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def test_the_manifest_makes_an_app_of_the_folder(made: Path) -> None:
    value = json.loads((made / "manifest.webmanifest").read_bytes())
    assert (value["start_url"], value["scope"], value["display"]) == (".", ".", "standalone")
    assert value["name"] == 'Gym <&"> club'
    assert {(icon["sizes"], icon["purpose"]) for icon in value["icons"]} == {
        ("192x192", "any"), ("192x192", "maskable"), ("512x512", "any"), ("512x512", "maskable"),
    }  # fmt: skip
    for icon in value["icons"]:
        size = int(icon["sizes"].split("x")[0])
        assert png_size(made / icon["src"]) == (size, size)
