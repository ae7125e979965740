"""What was measured, as JSON and as tables for people."""

import statistics
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

BENCH_FORMAT: Final = "smr-audio/bench-1"


@dataclass(slots=True)
class Found:
    """The values of every round by figure; what could not be measured here, what failed."""

    values: dict[str, list[float]] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    @property
    def medians(self) -> dict[str, float]:
        return {
            key: statistics.median(values)
            for key, values in self.values.items()
            if values and key not in self.failed and key not in self.absent
        }


def as_json(found: Found, **facts: Any) -> dict[str, Any]:
    medians = found.medians
    return {
        "format": BENCH_FORMAT,
        **facts,
        "figures": {
            key: {"unit": found.units[key], "median": median, "rounds": found.values[key]}
            for key, median in medians.items()
        },
        "absent": found.absent,
        "failed": found.failed,
        "ratios": ratios(medians),
    }


def ratios(medians: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """How many times as long the rivals take for the same session; batch to bare writes."""
    found: dict[str, dict[str, float]] = {}
    for key, median in medians.items():
        part, _, session = key.partition("/")
        if part not in ("cold", "warm", "changed", "in-process-null", "in-process-disk"):
            continue
        rivals = [name for name in ("plain", "shell") if f"{name}/{session}" in medians]
        found[key] = {name: _rounded(medians[f"{name}/{session}"] / median) for name in rivals}
    if "batch/20min" in medians and "bare-batch/20min" in medians:
        share = medians["batch/20min"] / medians["bare-batch/20min"]
        found["batch/20min"] = {"of bare": _rounded(share)}
    return found


def tables(report: Mapping[str, Any]) -> Iterator[str]:
    yield f"{'session':<24}{'minutes':>9}{'holds':>7}{'lines':>7}{'differ':>8}{'sentences':>11}"
    for name, found in report["sessions"].items():
        numbers = (found["holds"], found["lines"], found["distinct_lines"], found["sentences"])
        yield f"{name:<24}{found['minutes']:>9}" + "{:>7}{:>7}{:>8}{:>11}".format(*numbers)
    yield ""
    yield f"{'figure':<24}{'median':>10}{'least':>10}{'most':>10}      rounds  ratios"
    for key, found in report["figures"].items():
        values = found["rounds"]
        spread = (found["median"], min(values), max(values))
        shown = "".join(f"{_rounded(value):>10}" for value in spread)
        ratios = report["ratios"].get(key, {}).items()
        times = "".join(f"  {name} {value:g}" for name, value in ratios)
        yield f"{key:<24}{shown} {found['unit']:<5}{len(values):>6}{times}"
    for what in ("absent", "failed"):
        for key, reason in report[what].items():
            yield f"{key:<24}  {what}: {reason}"


def _rounded(value: float) -> float:
    """Four significant digits, which is more than any of it is worth."""
    return float(f"{value:.4g}")
