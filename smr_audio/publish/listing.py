"""What lists say of a site's sessions (`sessions.json`), and where the files of one lie."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from smr_audio.library.library import Library
from smr_audio.library.models import LocalText, Phrases
from smr_audio.library.technique import Technique
from smr_audio.options.choices import ALL, MADE_BEDS
from smr_audio.options.preferences import Preferences
from smr_audio.options.values import Bed
from smr_audio.publish.linking import why_no_skip, why_not
from smr_audio.records import dataclass
from smr_audio.studio.plan import Plan
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


def paths_of(name: str) -> dict[str, str]:
    return {kind: path.format(name) for kind, path in _PATHS.items()}


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
