"""The keys of content files as a JSON Schema (draft 7) for editors.

It is made from the tables that files are read with, so the two always agree. It covers single
files: only `check` knows whether a technique exists.
"""

from __future__ import annotations

from typing import Final

from smr_audio.library.schema.help import HELP
from smr_audio.library.schema.kinds import KINDS
from smr_audio.library.schema.specs import Schema

DRAFT: Final = "http://json-schema.org/draft-07/schema#"
EDITED: Final = ("technique", "routine", "course", "phrases", "page", "lexicon", "pack")
"""The kinds that people write."""


def schema_for(kind: str | None = None) -> Schema:
    """The schema of one kind of file, or of any that people write. Raises KeyError for no kind."""
    if kind is not None:
        return {"$schema": DRAFT, "title": f"smr-audio {kind}", **KINDS[kind].schema()}
    return {
        "$schema": DRAFT,
        "title": "smr-audio content",
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"enum": list(EDITED), "description": HELP["kind"]}},
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": name}}, "required": ["kind"]},
                "then": KINDS[name].schema(),
            }
            for name in EDITED
        ],
    }
