"""The public address of a site and where its files lie; and what lists say of its sessions (`sessions.json`)."""

import ipaddress
import json
import re
import uuid
from collections.abc import Iterable, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from smr_audio.errors import UsageError
from smr_audio.library.library import Library
from smr_audio.library.models import LocalText, Phrases
from smr_audio.library.technique import Technique
from smr_audio.options.choices import ALL, MADE_BEDS
from smr_audio.options.preferences import Preferences
from smr_audio.options.values import Bed
from smr_audio.publish.linking import why_no_skip, why_not
from smr_audio.records import dataclass
from smr_audio.studio.plan import Plan
from smr_audio.suggest import shortened
from smr_audio.views.text import cleaned

SESSIONS: Final = "sessions.json"
SITE_FORMAT: Final = "smr-audio/site-1"
_PATHS: Final = {
    "audio": "audio/{}.mp3",
    "sound": "sounds/{}.mp3",
    "cover": "covers/{}.png",
    "plan": "plans/{}.json",
    "score": "scores/{}.json",
    "handout": "handouts/{}.html",
    "transcript": "transcripts/{}.vtt",
    "chapters": "chapters/{}.json",
}
_LISTED: Final = ("id", "title", "about", "duration_ms", "bytes", "muscles", "techniques")
# github.com/Podcastindex-org/podcast-namespace, docs/1.0.md, "Guid": the namespace, and that
# the address is taken without its scheme and without slashes at its end.
_PODCASTS: Final = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
_ADDRESS: Final = re.compile(r"[A-Za-z0-9:/._~%\[\]@!$&'()*+,;=-]+")
_MOST_LETTERS: Final = 500  # a QR code on paper holds it, and a phone still reads that code
_LABEL: Final = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")  # RFC 1035
_HERE: Final = ("local", "localhost", "internal", "lan", "home.arpa")
FEED: Final = "feed.xml"
PAGE: Final = "index.html"


@dataclass(frozen=True, slots=True)
class BaseUrl:
    """An https address that ends in a slash."""

    text: str

    def to(self, path: str) -> str:
        return self.text + path

    def session(self, name: str) -> str:
        return self.text + session_view(name)

    @property
    def is_public(self) -> bool:
        """Whether servers elsewhere can reach it, as far as its host's name tells."""
        host = (urlsplit(self.text).hostname or "").rstrip(".")
        if (address := _ip_address(host)) is not None:
            return address.is_global
        return "." in host and not host.endswith(tuple(f".{name}" for name in _HERE))

    @property
    def feed_guid(self) -> str:
        """The feed's identity in the podcast namespace."""
        address = self.to(FEED).partition("://")[2]
        return str(uuid.uuid5(_PODCASTS, address.rstrip("/")))

    def episode_guid(self, name: str) -> str:
        """An episode's identity: of its place, so that it stays when its content changes."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, self.text + name))


def session_view(name: str) -> str:
    """What follows the page's address for a session: one of the page's own routes (app.js)."""
    return f"#/r/{name}"


def parse_base_url(text: str) -> BaseUrl:
    """The address of a site. Raises UsageError, with what it must be like."""
    try:
        parts = urlsplit(text)
        host, whole = parts.hostname or "", parts.scheme == "https" and parts.port != 0
    except ValueError:
        parts, host, whole = urlsplit(""), "", False
    named = _ip_address(host) or all(map(_LABEL.fullmatch, host.removesuffix(".").split(".")))
    for fits, why in (
        (len(text) <= _MOST_LETTERS, f"it has {len(text)} letters, and a QR code can hold {_MOST_LETTERS}"),
        (whole and host, "it must be a whole address that begins with https://"),
        ("?" not in text and "#" not in text, "it must end with a folder, without ? or #"),
        ("@" not in parts.netloc, "everybody would see its user name"),
        (_ADDRESS.fullmatch(text), "write it in ASCII, with %20 for a space and xn-- for other letters"),
        (named, "its host name is not valid"),
    ):
        if not fits:
            raise UsageError(f"'{shortened(text)}' cannot be the site's address: {why}; as https://example.org/gym/")
    return BaseUrl(text if text.endswith("/") else f"{text}/")


def _ip_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def paths_of(name: str) -> dict[str, str]:
    return {kind: path.format(name) for kind, path in _PATHS.items()}


@dataclass(frozen=True, slots=True)
class Facts:
    """What lists say of a session. `bytes` are those of its MP3, `pictures` its SVG files.

    `techniques` are ids; `fixed` says why the session cannot be changed on the page, `whole` why
    none of its exercises can be left out.
    """

    id: str
    title: str
    about: str
    language: str
    duration_ms: int
    bytes: int
    tools: tuple[str, ...]
    muscles: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    techniques: tuple[str, ...] = ()
    fixed: str = ""
    whole: str = ""


def facts_of(plan: Plan, about: str, size: int, *, phrases: Phrases) -> Facts:
    """What lists say of a session whose MP3 has `size` bytes, in the session's language."""
    techniques = [block.technique for block in plan.compiled.work.blocks]
    muscles = dict.fromkeys(phrases.muscles.get(one.muscle, one.muscle) for one in techniques if one.muscle)
    return Facts(
        id=plan.script.routine,
        title=cleaned(plan.script.title),
        about=cleaned(about),
        language=plan.script.language,
        duration_ms=plan.duration_ms,
        bytes=size,
        tools=_tool_words((name for one in techniques for name in one.tools), phrases),
        muscles=tuple(muscles),
        techniques=tuple(dict.fromkeys(one.id for one in techniques)),
        fixed=why_not(plan.compiled) or "",
        whole=why_no_skip(plan.compiled),
        warnings=tuple(warning.text for warning in plan.warnings),
    )


def sessions_json(
    title: str, sessions: Sequence[Facts], library: Library, sound_bytes: int, options: Preferences
) -> bytes:
    """The file, which says of each session what a page needs before it is opened.

    `sound_bytes` are those of all packs together, `options` what all sessions are published with.
    """
    talk = {one.target: one.level for one in options.talk}
    usual = {name: getattr(options, name) for name in ("sides", "first", "safety")}
    if isinstance(options.bed, Bed) and options.bed.sound in MADE_BEDS:
        usual["bed"] = options.bed.sound
    usual["talk"] = talk if len(talk) > 1 else talk.get(ALL, talk) or None
    language = sessions[0].language
    phrases, lexicon = library.phrases(language), library.lexicon(language)
    named = (name for facts in sessions for name in facts.techniques)
    entries = [
        {
            **{name: getattr(facts, name) for name in _LISTED},
            **paths_of(facts.id),
            "lang": facts.language,
            "tools": list(map(lexicon.alone, facts.tools)),
            "fixed": bool(facts.fixed),
            "whole": bool(facts.whole),
        }
        for facts in sessions
    ]
    value = {
        "format": SITE_FORMAT,
        "title": title,
        "bytes": sound_bytes,
        "options": {name: value for name, value in usual.items() if value},
        "sessions": entries,
        "techniques": [
            technique_json(one, language, map(lexicon.alone, _tool_words(one.tools, phrases)))
            for one in map(library.technique, dict.fromkeys(named))
        ],
    }
    return json.dumps(value, indent=1, ensure_ascii=False).encode() + b"\n"


def technique_json(technique: Technique, language: str, tools: Iterable[str]) -> dict[str, Any]:
    """What lists say of a technique, with its tools by id or as words."""
    hold = technique.hold
    return {
        "id": technique.id,
        **text_json(technique.name, language),
        "muscle": technique.muscle,
        "tools": list(tools),
        "sides": technique.sides,
        "level": technique.level,
        "hold": {"least": hold.least, "default": hold.default, "most": hold.most},
    }


def text_json(text: LocalText, language: str, key: str = "title") -> dict[str, str]:
    """A text in a language, or else in one that it has, and which that is."""
    found = text.language(language)
    return {key: text.texts[found], "lang" if key == "title" else f"{key}_lang": found}


def _tool_words(tools: Iterable[str], phrases: Phrases) -> tuple[str, ...]:
    """What tools are called, each once. One without a word is one that another one says."""
    return tuple(dict.fromkeys(filter(None, (phrases.tools.get(name, name) for name in tools))))
