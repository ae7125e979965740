"""Every link of a site's files, as a browser or an app would follow it."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

_IMPORT = re.compile(r"""(?:from|import)\s*\(?\s*["'](\.[^"']+)["']""")
_CSS = re.compile(r"""url\(["']?([^"')]+)""")


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [v for k, v in attrs if k in ("href", "src", "poster") and v is not None]


def links_of(path: Path) -> Iterator[str]:
    """The links of a file, as they are written; those into the same file aside."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        parser = _Links()
        parser.feed(text)
        yield from (link for link in parser.found if not link.startswith("#"))
    elif path.suffix == ".css":
        yield from _CSS.findall(text)
    elif path.name == "sw.js":
        found = re.search(r"FILES = (\[[^\]]*\])", text)
        assert found is not None
        yield from json.loads(found[1])
    elif path.suffix == ".js":
        yield from _IMPORT.findall(text)
    elif path.name == "sessions.json":
        kinds = ("audio", "sound", "cover", "plan", "handout", "transcript", "chapters")
        yield from (one[kind] for one in json.loads(text)["sessions"] for kind in kinds)
    elif path.suffix == ".webmanifest":
        manifest = json.loads(text)
        yield from (manifest["start_url"], manifest["scope"])
        yield from (icon["src"] for icon in manifest["icons"])


def all_links(folder: Path) -> Iterator[tuple[str, str]]:
    """Each file of a site, by its path, with each of its links."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".html", ".css", ".js", ".json", ".webmanifest"):
            for link in links_of(path):
                yield path.relative_to(folder).as_posix(), link
