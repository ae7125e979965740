"""How much work a muscle gets: shares of a dose, and the word about too much of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from smr_audio import units
from smr_audio.library.choices import SIDES, Side
from smr_audio.library.models import Defaults, DoseProfile, HoldRange
from smr_audio.session.script import Notice


@dataclass(frozen=True, slots=True)
class Share:
    """A technique's part of a dose: `sets` of `hold_s` seconds a side, `rest_ticks` between."""

    hold_s: int
    sets: int
    rest_ticks: int


def share_of(dose: DoseProfile, hold: HoldRange, *, techniques: int) -> Share:
    """The part of one of the `techniques` that a muscle gets in a session.

    The number of sets is the one whose hold is nearest to the dose's own, of two the smaller.
    """
    if dose.per_technique:
        return Share(_within(hold, dose.hold_s), dose.sets, dose.rest_ticks)
    whole_s = Fraction(dose.hold_s * dose.sets, techniques)
    sets = min(range(1, dose.sets + 1), key=lambda n: (abs(whole_s / n - dose.hold_s), n))
    return Share(_within(hold, units.round_half_up(whole_s / sets)), sets, dose.rest_ticks)


def most_work_s(dose: DoseProfile | None, defaults: Defaults, *, techniques: int) -> int:
    """Seconds of hold that a muscle may get on a side where the dose binds."""
    if dose is None:
        return defaults.dose.soft_cap_s
    return dose.hold_s * dose.sets * (techniques if dose.per_technique else 1)


def work_by_muscle(
    passes: Iterable[tuple[str, Side | None, int]],
) -> dict[tuple[str, Side], int]:
    """Seconds of hold by muscle and side, from (muscle, side or None for both, seconds)."""
    seconds: dict[tuple[str, Side], int] = defaultdict(int)
    for muscle, side, work_s in passes:
        for each in SIDES if side is None else (side,):
            seconds[muscle, each] += work_s
    return dict(seconds)


def dose_warnings(
    passes: Iterable[tuple[str, Side | None, int]], defaults: Defaults
) -> Iterator[Notice]:
    """Warn per muscle and side, over all techniques, at each cap that is passed."""
    dose = defaults.dose
    caps = (("dose-soft-cap", dose.soft_cap_s), ("dose-hard-cap", dose.hard_cap_s))
    for (muscle, side), total in work_by_muscle(passes).items():
        for code, cap in caps:
            if total > cap:
                yield Notice(
                    code,
                    f"{muscle.replace('_', ' ')}, {side}: {total} s of holds in this session is "
                    f"over {cap} s; {dose.recommended_s} s is what is advised",
                )


def _within(hold: HoldRange, seconds: int) -> int:
    return max(hold.least, min(hold.most, seconds))
