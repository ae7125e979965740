"""Engines of other packages: found by entry point, and trusted with nothing.

A package names its engine in the group `smr_audio.engines`. It runs in this process; whatever it
raises or gives that is no speech becomes an error with the line, and each clip is proven whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from smr_audio.errors import BuildError, MissingError, SmrAudioError, UsageError
from smr_audio.library.packs import package_of
from smr_audio.suggest import did_you_mean
from smr_audio.voices.engine import Voice
from smr_audio.voices.guarded import GuardedEngine, why

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP: Final = "smr_audio.engines"
BUILT_IN: Final = frozenset({"auto", "joe", "natural", "piper", "pyttsx3", "silent"})
"""Names that are no plug-in's to take."""


@dataclass(frozen=True, slots=True)
class Plugin:
    """An engine that a package names; `package` has its name and version."""

    name: str
    package: str
    point: EntryPoint
    refused: str = ""

    def opened(self) -> GuardedEngine:
        """The engine. Raises MissingError with the reason and the package."""
        if self.refused:
            raise MissingError(self.refused)
        try:
            make = self.point.load()
            if not callable(make):
                raise TypeError(f"'{self.point.value}' is no function that gives an engine")
            engine = GuardedEngine(make(), name=self.name, package=self.package)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            raise MissingError(
                f"the voice '{self.name}' of {self.package} cannot be used: {why(error)}; "
                "update the package, or choose another voice"
            ) from error
        return engine


def plugins() -> list[Plugin]:
    """Every plug-in that is installed, by name; those with a name taken are refused."""
    from importlib.metadata import entry_points  # noqa: PLC0415  20 ms that few calls need

    found: dict[str, Plugin] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda each: (each.name, each.value)):
        name, package = point.name.lower(), package_of(point)
        refused = ""
        if name in BUILT_IN:
            refused = (
                f"the voice '{name}' of {package} has the name of a built-in one, so it is left "
                "out; its maker must rename it"
            )
        elif ":" in name or not name.isprintable():
            refused = f"the voice '{name}' of {package} has a name that cannot be written"
        elif name in found:
            packages = f"{found[name].package} and {package}"
            refused = f"there are two voices '{name}', of {packages}; uninstall one of the two"
        found[name] = Plugin(name, package, point, refused)
    return list(found.values())


def named(name: str, *, language: str) -> tuple[GuardedEngine, Voice] | None:
    """The engine and voice of `NAME` or `NAME:VOICE`; None if no plug-in has the name.

    Raises MissingError if it cannot be used, UsageError for a voice that it has not.
    """
    prefix, colon, wanted = (part.strip() for part in name.partition(":"))
    found = next((each for each in plugins() if each.name == prefix.lower()), None)
    if found is None or found.name in BUILT_IN:
        return None
    engine = found.opened()
    try:
        voices = engine.voices()
        if colon and wanted:
            key = wanted.lower()
            voice = next((v for v in voices if key in (v.name.lower(), v.title.lower())), None)
            if voice is None:
                known = [v.name for v in voices]
                raise UsageError(f"no voice '{name}'; {did_you_mean(wanted, known)}")
            return engine, voice
        return engine, next((each for each in voices if each.speaks(language)), voices[0])
    except UsageError:
        engine.close()
        raise
    except SmrAudioError as error:
        engine.close()
        raise MissingError(str(error)) from error


def survey(on_trouble: Callable[[str], None]) -> Iterator[Voice]:
    """Every voice of every plug-in; those that cannot be used are told of and passed over."""
    for plugin in plugins():
        try:
            with closing(plugin.opened()) as engine:
                voices = engine.voices()
        except (MissingError, BuildError) as error:
            on_trouble(str(error))
            continue
        yield from voices
