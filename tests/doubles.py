"""Stand-ins for what a test must not do, or cannot bring about."""

from collections.abc import Callable
from typing import NoReturn


def raising(error: BaseException | type[BaseException]) -> Callable[..., NoReturn]:
    """A function that raises this, whatever it is given."""

    def raise_it(*_: object, **__: object) -> NoReturn:
        raise error

    return raise_it
