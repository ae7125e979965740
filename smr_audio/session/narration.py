"""What all parts of a session are told from: the work, the words, and how much is said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from smr_audio.library.library import Library
from smr_audio.library.models import Line, Role, Routine, Technique
from smr_audio.options.choices import Side, Talk
from smr_audio.options.preferences import Preferences
from smr_audio.session.phrasing import Wording
from smr_audio.session.script import Item, Pause
from smr_audio.session.workload import Workload

MOST_ASKED_FOR: Final = 3
"""Of more that are left out or swapped none is named that was asked for: that much one knows."""

LEAD_TICKS: Final = 63
"""Quiet before a chapter's first sound: half a second and a bit, so that headphones are awake."""


@dataclass(frozen=True, slots=True)
class Narration:
    """A session about to be told. `library` has the names of techniques that are not done.

    `wishes` are the options over the profile over the routine's settings.
    """

    routine: Routine
    work: Workload
    library: Library
    wording: Wording
    talk: Talk
    wishes: Preferences = field(default_factory=Preferences)

    @property
    def full(self) -> bool:
        """Whether everything is said."""
        return self.talk == "full"

    @property
    def language(self) -> str:
        """The language it is told in."""
        return self.wording.phrases.language

    def name(self, technique: Technique) -> str:
        """A technique's name in that language."""
        return technique.name.get(self.language)

    @property
    def left_out(self) -> tuple[str, ...]:
        """The names of the techniques that are not done, as far as they must be said."""
        told = self._to_tell([(name, name) for name in self.work.left_out])
        return tuple(self.name(self.library.technique(name)) for name, _ in told)

    @property
    def swapped(self) -> tuple[tuple[str, str], ...]:
        """The names of techniques that take the place of others, and of those; as far as that."""
        named = self.library.technique
        pairs = self._to_tell(self.work.chosen.swapped)
        return tuple((self.name(named(new)), self.name(named(old))) for new, old in pairs)

    def _to_tell(self, changes: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
        """All of a few changes; of more those that a limit made."""
        if len(changes) <= MOST_ASKED_FOR:
            return changes
        reasons = self.work.chosen.reasons
        return [change for change in changes if reasons[change[0]].source == "limit"]

    def limb(self, technique: Technique, side: Side) -> dict[str, str]:
        """The placeholders `side` and `limb`."""
        words = self.wording.phrases.words
        return {"side": words[side], "limb": words[technique.limb]}

    def lines(self, lines: Sequence[Line], role: Role, side: Side | None) -> Iterator[Item]:
        """Lines at full talk; else only the safety ones, and the silences of the others.

        Whoever needs no words for setting up still needs the time.
        """
        pause = 0
        for line in lines:
            said = self.wording.line(line, role, **self.wording.side(side))
            if self.full or line.safety:
                yield said
            else:
                pause += said.quiet_ticks + said.then_ticks
        if pause:
            yield Pause(pause)
