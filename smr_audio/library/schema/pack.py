"""The keys of `pack.yaml`, by which a folder of content is a pack: a name space of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from smr_audio.errors import Location
from smr_audio.library.models import LocalText
from smr_audio.library.schema.lines import LANGUAGE, Words
from smr_audio.library.schema.specs import ID, Choice, Key, ListOf, Record, Text


@dataclass(frozen=True, slots=True)
class PackFile:
    """What a pack says of itself. `id` stands before the ids of all that is in it."""

    id: str
    title: LocalText
    location: Location
    about: LocalText | None = None
    version: str | None = None
    author: str | None = None
    license: str | None = None
    languages: tuple[str, ...] = ()


def _make_pack(kind: str, **values: Any) -> PackFile:
    return PackFile(**values)


PACK: Final = Record(
    _make_pack,
    {
        "kind": Key(Choice(("pack",)), True),
        "id": Key(ID, True),
        "title": Key(Words(most=80), True),
        "about": Key(Words(most=2000)),
        "version": Key(Text(most=40)),
        "author": Key(Text(most=200)),
        "license": Key(Text(most=100)),
        "languages": Key(
            ListOf(Text(most=20, pattern=LANGUAGE, what="a language such as en or pt-br")),
            default=(),
        ),
    },
    "a pack",
)
