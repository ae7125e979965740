"""Records and versions, which are read faster, are what the standard library makes of them."""

import copy
import dataclasses
import inspect
import pickle
from importlib import metadata

import pytest

from smr_audio.installed import version_of
from smr_audio.records import dataclass


@dataclass(frozen=True, slots=True)
class Base:
    """A base."""

    name: str
    sizes: list[int] = dataclasses.field(default_factory=list)
    note: str = dataclasses.field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Derived(Base):
    """With a check."""

    least: int = 1

    def __post_init__(self) -> None:
        if self.least < 0:
            raise ValueError(self.least)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """By name only."""

    first: int = 1
    second: int


def test_a_record_is_compared_shown_copied_and_pickled_by_its_fields() -> None:
    one = Derived("a", [1], "seen", 2)
    assert one == Derived("a", [1], "other", 2) != Derived("a", [1], "seen", 3)
    assert one != Base("a", [1])
    assert repr(one) == "Derived(name='a', sizes=[1], least=2)"
    assert hash(Named(second=2)) == hash(Named(first=1, second=2))
    for twin in (pickle.loads(pickle.dumps(one)), copy.deepcopy(one), dataclasses.replace(one)):
        assert (twin, twin.note) == (one, "seen")
    assert dataclasses.replace(one, least=5).least == 5
    assert Base("a").sizes is not Base("a").sizes


def test_a_record_is_frozen_and_takes_only_what_it_has() -> None:
    one = Named(second=2)
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.first = 3  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        del one.first
    for wrong in (lambda: Named(1, 2), lambda: Named(third=3), lambda: Base(note="")):  # type: ignore[call-arg]
        with pytest.raises(TypeError):
            wrong()
    with pytest.raises(ValueError, match="-1"):
        Derived("a", least=-1)
    assert list(inspect.signature(Derived).parameters) == ["name", "sizes", "note", "least"]


def test_the_version_of_a_package_is_that_of_its_metadata() -> None:
    for name in ("numpy", "PyYAML", "imageio-ffmpeg", "smr-audio"):
        assert version_of(name) == metadata.version(name)
    assert version_of("no-such-package") == "unknown"
