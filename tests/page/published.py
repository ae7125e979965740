"""A published site as `publish` makes it, as small as the page's tests need it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from smr_audio import Preferences, Studio
from tests.page.stub import SITE

ODD_TITLE = "<img src=x onerror=alert(1)> Basic"
WISHES = Preferences(voice="silent")


def publish(studio: Studio, folder: Path, *, version: str) -> None:
    """Write the site. The second session has a title that would be markup, were it let."""
    shutil.copytree(SITE, folder, dirs_exist_ok=True)
    for name in ("audio", "sounds", "plans", "covers", "handouts"):
        (folder / name).mkdir(exist_ok=True)
    sessions = [
        _session(studio, folder, "hamstrings", None),
        _session(studio, folder, "hamstrings-basic", ODD_TITLE),
    ]
    (folder / "sessions.json").write_text(
        json.dumps({"format": "smr-audio/site-1", "title": "Our gym", "sessions": sessions})
    )
    index = folder / "index.html"
    index.write_text(index.read_text().replace('data-source="live"', 'data-source="static"'))
    files = [
        path.relative_to(folder).as_posix()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix not in (".mp3", ".html") and path.name != "sw.js"
    ]
    worker = folder / "sw.js"
    text = worker.read_text().replace("/*VERSION*/", version)
    worker.write_text(text.replace("/*FILES*/", ", ".join(json.dumps(one) for one in files)))


def _session(studio: Studio, folder: Path, name: str, title: str | None) -> dict[str, object]:
    session = studio.link(studio.load(name), WISHES)
    linked = studio.file_of(session)
    plan = session.plan.as_json()
    (folder / f"audio/{name}.mp3").write_bytes(b"".join(linked.chunks()))
    played = studio.file_of(session, cover=False)
    (folder / f"sounds/{name}.mp3").write_bytes(b"".join(played.chunks()))
    (folder / f"plans/{name}.json").write_text(json.dumps(plan))
    (folder / f"handouts/{name}.html").write_text("<!doctype html><title>Hand-out</title>")
    shutil.copy(SITE / "icon-180.png", folder / f"covers/{name}.png")
    return {
        "id": name, "title": title or plan["title"], "about": "About it.",
        "duration_ms": plan["duration_ms"], "bytes": linked.bytes,
        "audio": f"audio/{name}.mp3", "sound": f"sounds/{name}.mp3", "cover": f"covers/{name}.png",
        "plan": f"plans/{name}.json", "handout": f"handouts/{name}.html",
        "tools": ["a foam roller"], "muscles": ["hamstrings"],
    }  # fmt: skip
