"""What a session will be like before a word of it was spoken."""

from __future__ import annotations

import pytest

from smr_audio.errors import BuildError
from smr_audio.options.preferences import Preferences
from smr_audio.session.compose import Composition
from smr_audio.studio.studio import Studio
from smr_audio.voices.silent import SilentEngine

SILENT = Preferences(voice="silent")


@pytest.fixture
def mute(monkeypatch: pytest.MonkeyPatch) -> None:
    """A voice that must not be asked."""

    def speak(*_: object, **__: object) -> None:
        raise AssertionError("somebody spoke")

    monkeypatch.setattr(SilentEngine, "speak", speak)


@pytest.mark.usefixtures("mute")
@pytest.mark.parametrize(
    ("target", "more"),
    [
        ("hamstrings-basic", {}),
        ("hamstrings", {"fit_ticks": 12 * 60 * 125}),
        (Composition(("calves", "hamstrings")), {}),
        (Composition(("calves", "hamstrings")), {"fit_ticks": 9 * 60 * 125}),
    ],
)
def test_an_estimate_speaks_nothing(target: str | Composition, more: dict[str, int]) -> None:
    options = Preferences(voice="silent", **more)  # type: ignore[arg-type]
    studio = Studio()
    found = studio.estimate(studio.load(target) if isinstance(target, str) else target, options)
    assert found.missing > 20
    if more:
        assert found.plan.timeline.end_tick == more["fit_ticks"]


@pytest.mark.usefixtures("mute")
def test_an_estimate_refuses_a_length_that_cannot_be() -> None:
    studio = Studio()
    with pytest.raises(BuildError, match="at least"):
        studio.estimate(studio.load("hamstrings"), Preferences(voice="silent", fit_ticks=60 * 125))
