"""Specs of how a session sounds: sounds of one's own for cues, and which calls are said."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from smr_audio.errors import UsageError
from smr_audio.library import yaml_reader
from smr_audio.library.schema.specs import BAD, Problems, Text
from smr_audio.library.yaml_reader import Items, Node, Scalar
from smr_audio.options import choices, preferences
from smr_audio.options.preferences import CueSound
from smr_audio.suggest import did_you_mean

SOUND_FILE: Final = Text(most=300, what="the path of a sound file", as_is=True)


@dataclass(frozen=True, slots=True)
class CueSounds:
    """Sound files by cue: `{start: bell.wav}`; a path counts from the folder of its own file."""

    def read(self, node: Node, name: str, problems: Problems) -> Any:
        """A tuple of CueSound."""
        if not isinstance(node, yaml_reader.Mapping):
            problems.add(node, f"{name} must be a mapping such as {{start: bell.wav}}")
            return BAD
        sounds = []
        for key, value in node.entries:
            if key.text not in choices.CUE_NAMES:
                hint = did_you_mean(key.text, choices.CUE_NAMES)
                problems.add(key, f"'{key.text}' is no cue; {hint}")
                continue
            path = SOUND_FILE.read(value, f"{name}.{key.text}", problems)
            if path is not BAD:
                beside = Path(value.location.path).parent
                sounds.append(CueSound(key.text, str(beside / path), value.location))
        return tuple(sounds)


@dataclass(frozen=True, slots=True)
class VoiceName:
    """The name of a voice; the path of a model counts from the folder of its own file."""

    def read(self, node: Node, name: str, problems: Problems) -> Any:
        """A str."""
        text = Text(most=300, what="the name of a voice", as_is=True).read(node, name, problems)
        if text is BAD or not preferences.is_model(text) or text.startswith("~"):
            return text
        return str(Path(node.location.path).parent / text)


@dataclass(frozen=True, slots=True)
class Calls:
    """`all`, `none`, one call, or a list of them."""

    def read(self, node: Node, name: str, problems: Problems) -> Any:
        """A tuple of names of calls."""
        texts = [item.text for item in node.items if isinstance(item, Scalar)] if (
            isinstance(node, Items)
        ) else [node.text] if isinstance(node, Scalar) else []  # fmt: skip
        try:
            return preferences.parse_calls(" ".join(texts))
        except UsageError as error:
            problems.add(node, f"{name}: {error}")
            return BAD
