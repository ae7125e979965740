"""The hold, sets and rest of a technique, and where each value came from."""

from collections.abc import Iterable
from fractions import Fraction

from smr_audio import units
from smr_audio.errors import UsageError
from smr_audio.library.models import Defaults, DoseProfile
from smr_audio.library.routine import Step
from smr_audio.library.technique import HoldRange, Technique
from smr_audio.options.choices import LEAST_HOLD_S, MOST_HOLD_S, SIDES, Side
from smr_audio.options.values import HoldChange
from smr_audio.records import dataclass, replace
from smr_audio.session.layers import Layer, Layers, Origin, Trail
from smr_audio.session.script import Notice


def share_of(dose: DoseProfile, hold: HoldRange, *, techniques: int) -> DoseProfile:
    """The dose of each of the `techniques` that a muscle gets in a session.

    The number of sets is the one whose hold is nearest to the dose's own, of two the smaller.
    """
    hold_s, sets = dose.hold_s, dose.sets
    if dose.per == "muscle":
        whole_s = Fraction(hold_s * sets, techniques)
        sets = min(range(1, sets + 1), key=lambda n: (abs(whole_s / n - dose.hold_s), n))
        hold_s = units.round_half_up(whole_s / sets)
    return replace(dose, hold_s=max(hold.least, min(hold.most, hold_s)), sets=sets)


def most_work_s(dose: DoseProfile | None, defaults: Defaults, *, techniques: int) -> int:
    """Seconds of hold that a muscle may get on a side where the dose binds."""
    if dose is None:
        return defaults.dose.soft_cap_s
    return dose.hold_s * dose.sets * (techniques if dose.per == "technique" else 1)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number and how it came about. One that is `named` stands, also in a fit: an option's.

    A hold may be `cut_from` a longer one.
    """

    value: int
    trail: Trail
    named: bool = False
    cut_from: int = 0

    @property
    def origin(self) -> Origin:
        return self.trail[-1]


@dataclass(slots=True)
class Amounts:
    """Computes the amounts of one step. `techniques` is how many share the dose of its muscle."""

    technique: Technique
    step: Step
    layers: Layers
    defaults: Defaults
    techniques: int
    warnings: dict[Notice, None]

    def sets(self) -> Amount:
        """The sets of a side: as many as its hold has lengths, if it has several.

        Raises UsageError for an option that is another number.
        """
        usual = Amount(self.technique.sets, (Origin("technique", "", self.technique.location),))
        amount = self._amount("sets", usual)
        over = False  # whether a layer above says how long every set is
        for layer in reversed([*self.layers]):
            sides = SIDES if self.technique.sides == 2 else (None,)
            holds, name = layer.preferences.holds, self.technique.id
            changes = [one for side in sides if (one := _most_specific(holds, name, side))]
            ladder = max(changes, key=lambda one: len(one.more), default=None)
            if ladder and ladder.more:
                return self._sets_of(ladder, amount, layer, over=over)
            over = over or any(one.is_absolute for one in changes)
            if layer.preferences.dose:
                break
        return amount

    def _sets_of(self, ladder: HoldChange, asked: Amount, layer: Layer, *, over: bool) -> Amount:
        count = 1 + len(ladder.more)
        if asked.value != count and asked.origin.source in ("profile", "option"):
            if over:
                return asked
            text = f"{self.technique.id} has a hold for each of {count} sets"
            if asked.origin.source == "option":
                raise UsageError(f"{text}; take --sets {asked.value} out, or give one --hold too")
            self._warn("sets-unused", f"{text}, so sets {asked.value} is not used")
        return Amount(count, (*asked.trail, layer.origin("holds", ladder.amount_text)), named=True)

    def rest(self) -> Amount:
        usual = Amount(self.defaults.rest_ticks, (Origin("default", "", self.defaults.location),))
        return self._amount("rest_ticks", usual)

    def _amount(self, name: str, amount: Amount) -> Amount:
        """The amount of all layers over the usual one."""
        for layer in self.layers:
            amount = self._dosed(layer, name) or amount
            if (value := getattr(layer.preferences, name)) is not None:
                trail = (*amount.trail, layer.origin(name.removesuffix("_ticks"), ""))
                amount = Amount(value, trail, layer is self.layers.options)
        return amount

    def hold(self, side: Side | None, number: int) -> Amount:
        """The hold of a set, by its number from 0."""
        hold = self.technique.hold
        amount = Amount(hold.default, (Origin("technique", f"{hold.default} s", hold.location),))
        for layer in self.layers:
            amount = self._dosed(layer, "hold_s") or amount
            change = _most_specific(layer.preferences.holds, self.technique.id, side)
            if change is not None:
                amount = self._changed(amount, change, layer, number)
        seconds, cut_from = amount.value, amount.cut_from
        text = f"{self.technique.id}: a hold of {cut_from or seconds} s is "
        if cut_from:
            lifts = f"--hold {self.technique.id}={min(cut_from, max(MOST_HOLD_S, hold.most))} lifts that"
            self._warn("hold-clipped", f"{text}above its most and is cut to {seconds} s; {lifts}")
        elif seconds > hold.most:
            self._warn("hold-long", f"{text}above the {hold.most} s advised")
        elif seconds < hold.least:
            self._warn("hold-short", f"{text}below the {hold.least} s advised")
        return amount

    def _warn(self, code: str, text: str) -> None:
        self.warnings[Notice(code, text)] = None

    def _changed(self, before: Amount, change: HoldChange, layer: Layer, number: int) -> Amount:
        technique, most = self.technique, self.technique.hold.most
        if change.how == "passes" and technique.pace is None:
            self._warn("passes-unused", f"{technique.id} has no pace, so it has no passes; its hold stays as it was")
            return replace(before, cut_from=0)
        limit = max(MOST_HOLD_S, most)
        wanted = change.apply(before.value, most=limit, pace=technique.pace, number=number)
        if change.technique and wanted > limit and layer is self.layers.options:
            what = f"hold must be {LEAST_HOLD_S} to {limit} seconds, not {wanted}"
            raise UsageError(f"{what}; the author of {technique.id} allows no more")
        if change.technique is None:
            # Who named the technique before lifted its most, and "all ten longer" or "all ten
            # shorter" must not take that back.
            limit = most if change.is_absolute else max(most, before.value)
        origin = layer.origin("holds", change.amount_text)
        if change in self.step.holds:
            origin = replace(origin, location=self.step.location)
        named, cut_from = layer is self.layers.options, wanted if wanted > limit else 0
        return Amount(min(wanted, limit), (*before.trail, origin), named, cut_from)

    def _dosed(self, layer: Layer, name: str) -> Amount | None:
        """A part of the dose that a layer asks for, shared between the techniques of a muscle."""
        if not (layer.preferences.dose and self.technique.muscle):
            return None
        dose = self.defaults.doses[layer.preferences.dose]
        text = f"{layer.preferences.dose}, asked for by the {layer.source}"
        if layer.source == "composed":
            text = f"{layer.preferences.dose}, which what is composed has"
        if self.techniques > 1 and dose.per == "muscle":
            text += f", shared by {self.techniques} for the {self.technique.muscle}"
        share = share_of(dose, self.technique.hold, techniques=self.techniques)
        return Amount(getattr(share, name), (replace(layer.origin("dose", text), source="dose"),))


def _most_specific(changes: Iterable[HoldChange], technique: str, side: Side | None) -> HoldChange | None:
    """The change that says most about this hold; of equals the last, so a step's own wins."""
    fitting = [change for change in changes if change.technique in (None, technique) and change.side in (None, side)]
    # `max` gives the first of equals.
    return max(reversed(fitting), key=lambda one: (one.technique is not None) + (one.side is not None), default=None)
