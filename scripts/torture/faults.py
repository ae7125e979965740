"""Fail at the k-th call on files of a kind, in this process, as a disk or a folder may."""

from __future__ import annotations

import io
import os
import pathlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from unittest import mock

CALLS: Final = ("open", "write", "fsync", "replace", "close", "mkdir", "chmod")
ERRORS: Final = ("ENOSPC", "EIO", "EACCES", "EXDEV", "EROFS", "EDQUOT")


@dataclass(slots=True)
class Counter:
    """How many calls there were; the one with this number fails, or all from it on."""

    number: int
    error: int
    lasting: bool = False
    seen: int = 0
    failed: int = 0

    def hit(self, path: object = None) -> None:
        """Count a call, and fail if it is the one. A call on a handle names no file."""
        self.seen += 1
        if self.seen == self.number or (self.lasting and self.seen > self.number):
            self.failed += 1
            reason = os.strerror(self.error)
            raise OSError(self.error, reason, *([] if path is None else [str(path)]))


@contextmanager
def failing(call: str, counter: Counter, *, under: Path) -> Iterator[None]:
    """Have calls on what lies under a folder fail as the counter says."""
    functions = _of_os(call, counter, under)
    with ExitStack() as stack:
        stack.enter_context(mock.patch.dict(os.__dict__, functions))
        # What Python 3.10's pathlib calls was looked up when it was imported.
        kept = getattr(pathlib, "_NormalAccessor", None)
        if call in ("open", "write", "close"):
            opener = _opener(call, counter, under)
            stack.enter_context(mock.patch("io.open", opener))
            functions = {"open": opener}
        for name in filter(lambda name: hasattr(kept, name), functions):
            stack.enter_context(mock.patch.object(kept, name, staticmethod(functions[name])))
        yield


def _of_os(call: str, counter: Counter, under: Path) -> dict[str, Callable[..., Any]]:
    def about(path: object) -> bool:
        return isinstance(path, str | os.PathLike) and _is_under(os.fspath(path), under)

    def of_path(real: Callable[..., Any]) -> Callable[..., Any]:
        def fail(path: Any, *rest: Any, **more: Any) -> Any:
            if about(path):
                counter.hit(path)
            return real(path, *rest, **more)

        return fail

    def of_handle(real: Callable[..., Any]) -> Callable[..., Any]:
        def fail(handle: Any, *rest: Any) -> Any:
            if about(_target(f"/proc/self/fd/{handle}")):
                counter.hit()
            return real(handle, *rest)

        return fail

    if call == "open":
        # A full disk does not stop who only reads.
        def opened(path: Any, flags: int, *rest: Any, **more: Any) -> int:
            if about(path) and flags & (os.O_WRONLY | os.O_RDWR):
                counter.hit(path)
            return real(path, flags, *rest, **more)

        real = os.open
        return {"open": opened}
    if call == "fsync":
        return {"fsync": of_handle(os.fsync)}
    if call in ("replace", "mkdir", "chmod"):
        return {call: of_path(getattr(os, call))}
    return {}


def _opener(call: str, counter: Counter, under: Path) -> Callable[..., Any]:
    """`io.open`, whose files fail to take a write, or to be closed, when their turn comes."""
    real = io.open

    def opened(file: Any, mode: str = "r", *rest: Any, **more: Any) -> Any:
        ours = isinstance(file, str | os.PathLike) and _is_under(os.fspath(file), under)
        if not ours or not set(mode) & set("wax+"):
            return real(file, mode, *rest, **more)
        if call == "open":
            counter.hit(file)
        handle = real(file, mode, *rest, **more)
        return handle if call == "open" else _Failing(handle, call, counter)

    return opened


class _Failing:
    """A file that fails half-way through a write, or when it is closed."""

    def __init__(self, file: Any, call: str, counter: Counter) -> None:
        self._file, self._call, self._counter = file, call, counter

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> _Failing:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[Any]:
        return iter(self._file)

    def write(self, data: Any) -> int:
        if self._call == "write":
            try:
                self._counter.hit()
            except OSError:
                self._file.write(data[: len(data) // 2])
                raise
        return int(self._file.write(data))

    def close(self) -> None:
        was_open = not self._file.closed
        self._file.close()
        if self._call == "close" and was_open:
            self._counter.hit()


def _target(path: str) -> str:
    try:
        return str(Path(path).readlink())
    except OSError:
        return ""


def _is_under(path: str | bytes, under: Path) -> bool:
    return os.path.abspath(os.fsdecode(path)).startswith(str(under))  # noqa: PTH100
