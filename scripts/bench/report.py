"""What was measured, as JSON and as tables for people, held against what is promised."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

BENCH_FORMAT: Final = "smr-audio/bench-1"


@dataclass(frozen=True, slots=True)
class Figure:
    """The values of one figure, a round each, in `unit`."""

    unit: str
    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The value that stands for all rounds."""
        return statistics.median(self.values)


Figures = Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Promise:
    """A bound on the median of `key`, times `scale`, or on that of `over` divided by it.

    `kind` says on which side of `bound` it must lie; equal is kept.
    """

    text: str
    key: str
    kind: Literal["at most", "at least"]
    bound: float
    unit: str
    scale: float = 1.0
    over: str | None = None

    def value(self, figures: Figures) -> float | None:
        """What was measured, or None if it was not."""
        if self.key not in figures or (self.over and self.over not in figures):
            return None
        median = figures[self.key].median
        return figures[self.over].median / median if self.over else median * self.scale

    def met(self, value: float | None) -> bool | None:
        """Whether it is kept; None if it was not measured."""
        if value is None:
            return None
        return value <= self.bound if self.kind == "at most" else value >= self.bound


def _most(text: str, key: str, bound: float, unit: str) -> Promise:
    return Promise(text, key, "at most", bound, unit, scale=1000 if unit == "ms" else 1)


def _times(text: str, key: str, bound: float, over: str) -> Promise:
    return Promise(text, key, "at least", bound, "x", over=over)


PROMISES: Final = (
    _most("in process, null sink, 20 min", "in-process-null/20min", 15, "ms"),
    _most("in process, null sink, 60 min", "in-process-null/60min", 40, "ms"),
    _times("in process against plain, 20 min", "in-process-null/20min", 300, "plain/20min"),
    _times("in process against plain, 60 min", "in-process-null/60min", 300, "plain/60min"),
    _most("in process, disk and SHA-256, 20 min", "in-process-disk/20min", 60, "ms"),
    _most("in process, disk and SHA-256, 60 min", "in-process-disk/60min", 150, "ms"),
    _most("warm build process, 20 min", "warm/20min", 0.5, "s"),
    _most("warm, every hold changed, 20 min", "changed/20min", 0.5, "s"),
    _most("--help", "help/any", 0.2, "s"),
    _most("cold build process, 20 min", "cold/20min", 3, "s"),
    _times("cold against plain, 20 min", "cold/20min", 2.5, "plain/20min"),
    _times("cold against shell, 20 min", "cold/20min", 4, "shell/20min"),
    _most("peak memory, 20 min", "memory/20min", 120, "MB"),
    _most("peak memory, 4 h", "memory/4h", 120, "MB"),
    # Both in MB a second, so what is divided is the other way round.
    _times("batch against bare writes", "bare-batch/20min", 0.8, "batch/20min"),
)


@dataclass(slots=True)
class Found:
    """The values of every round by figure; what could not be measured here, what failed."""

    values: dict[str, list[float]] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    @property
    def figures(self) -> Figures:
        """The figures of what was measured in every round it had."""
        return {
            key: Figure(self.units[key], tuple(values))
            for key, values in self.values.items()
            if values and key not in self.failed and key not in self.absent
        }


def as_json(found: Found, **facts: Any) -> dict[str, Any]:
    """Everything that was measured; `facts` are the machine, the options and the sessions."""
    figures = found.figures
    return {
        "format": BENCH_FORMAT,
        **facts,
        "figures": {key: _figure(figure) for key, figure in figures.items()},
        "absent": found.absent,
        "failed": found.failed,
        "ratios": ratios(figures),
        "promises": [_promise(promise, figures) for promise in PROMISES],
    }


def ratios(figures: Figures) -> dict[str, dict[str, float]]:
    """How many times as long the rivals take for the same session, by figure in seconds."""
    found: dict[str, dict[str, float]] = {}
    for key, figure in figures.items():
        part, _, session = key.partition("/")
        rivals = [name for name in ("plain", "shell") if f"{name}/{session}" in figures]
        if figure.unit == "s" and part not in ("plain", "shell") and rivals:
            found[key] = {
                name: _rounded(figures[f"{name}/{session}"].median / figure.median)
                for name in rivals
            }
    return found


def tables(report: Mapping[str, Any]) -> Iterator[str]:
    """The report of `as_json` as lines of text."""
    yield f"{'session':<24}{'minutes':>9}{'holds':>7}{'lines':>7}{'differ':>8}{'sentences':>11}"
    for name, found in report["sessions"].items():
        numbers = (found["holds"], found["lines"], found["distinct_lines"], found["sentences"])
        yield f"{name:<24}{found['minutes']:>9}" + "{:>7}{:>7}{:>8}{:>11}".format(*numbers)
    yield ""
    if report["options"]["dry_run"]:
        yield f"to be measured: {', '.join(report['cases'])}"
        return
    yield f"{'figure':<24}{'median':>10}{'least':>10}{'most':>10}      rounds  plain/it  shell/it"
    for key, found in report["figures"].items():
        times = report["ratios"].get(key, {})
        shown = "".join(f"{times.get(name, ''):>10}" for name in ("plain", "shell"))
        spread = "".join(f"{_rounded(found[name]):>10}" for name in ("median", "least", "most"))
        yield f"{key:<24}{spread} {found['unit']:<5}{len(found['rounds']):>6}{shown}".rstrip()
    for what in ("absent", "failed"):
        for key, reason in report[what].items():
            yield f"{key:<24}  {what}: {reason}"
    yield ""
    yield from _promise_lines(report["promises"])


def _promise_lines(promises: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    marks = {True: "kept", False: "FALLS SHORT", None: "not measured"}
    yield f"{'promise':<40}{'bound':>16}{'measured':>13}"
    for found in promises:
        bound = f"{found['kind']} {found['bound']:g} {found['unit']}"
        value = "" if found["value"] is None else f"{found['value']:g} {found['unit']}"
        yield f"{found['text']:<38}{bound:>18}{value:>13}  {marks[found['met']]}"


def _promise(promise: Promise, figures: Figures) -> dict[str, Any]:
    value = promise.value(figures)
    return {
        "text": promise.text,
        "kind": promise.kind,
        "bound": promise.bound,
        "unit": promise.unit,
        "value": None if value is None else _rounded(value),
        "met": promise.met(value),
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "unit": figure.unit,
        "median": figure.median,
        "least": min(figure.values),
        "most": max(figure.values),
        "rounds": list(figure.values),
    }


def _rounded(value: float) -> float:
    """Four significant digits, which is more than any of it is worth."""
    return float(f"{value:.4g}")
