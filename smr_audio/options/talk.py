"""How much is said, as an option: `follow`; for all techniques or for one."""

from collections.abc import Mapping, Sequence
from typing import Any

from smr_audio.errors import UsageError
from smr_audio.options.choices import ALL_TALK, AUTO_TALK, TALK_NAMES, TALKS, Talk
from smr_audio.options.values import technique_id
from smr_audio.records import dataclass
from smr_audio.suggest import not_one_of


@dataclass(frozen=True, slots=True)
class TalkChoice:
    """A level of talk for a technique; None means all. `auto` goes by what was done before."""

    level: Talk
    technique: str | None = None

    def __post_init__(self) -> None:
        """Raises UsageError for an unknown level."""
        if self.level not in (*TALKS, AUTO_TALK):
            raise UsageError(not_one_of((*TALKS, AUTO_TALK), self.level, TALK_NAMES))

    @property
    def target(self) -> str:
        """What it is for, as `--talk` takes it: an id, or `all`."""
        return self.technique or ALL_TALK


def parse_talk(text: str) -> TalkChoice:
    """Read `[ID=]LEVEL`; `full` is learn and `brief` is follow. Raises UsageError."""
    target, equals, level = text.rpartition("=")
    word = level.strip().lower()
    technique = parse_talk_target(target.strip()) if equals else None
    names: Mapping[str, Any] = TALK_NAMES
    return TalkChoice(names.get(word, word), technique)


def parse_talk_target(text: str) -> str | None:
    return None if text == ALL_TALK else technique_id(text, "ID=follow")


def merged(above: Sequence[TalkChoice], below: Sequence[TalkChoice]) -> tuple[TalkChoice, ...]:
    """The choices of a layer over those of one below: a level for all leaves none of the latter."""
    if any(one.technique is None for one in above):
        return tuple(above)
    named = {one.technique for one in above}
    return (*(one for one in below if one.technique not in named), *above)


def level_of(choices: Sequence[TalkChoice], technique: str | None = None) -> Talk:
    """The level for a technique, or for the session as a whole; `learn` where nothing is said.

    Of several for the same the last one wins.
    """
    levels = {one.technique: one.level for one in choices}
    return levels.get(technique, levels.get(None, "learn"))
