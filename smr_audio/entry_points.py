"""Entry points of installed packages: other people's voices and packs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


def installed(group: str) -> list[EntryPoint]:
    """The entry points of a group, in the same order every time; imports none of them."""
    from importlib.metadata import entry_points  # slow, and most commands do not need it

    return sorted(entry_points(group=group), key=lambda one: (one.name, package_of(one), one.value))


def package_of(point: EntryPoint) -> str:
    """The name and version of the package that an entry point is from."""
    return f"{point.dist.name} {point.dist.version}" if point.dist else "an unknown package"
