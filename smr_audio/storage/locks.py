"""Lock a file so that one process at a time does a thing; the system undoes it if it dies."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

LOCKED_BYTE: Final = 1 << 40  # where no line ever is, since Windows keeps others from a locked one

if sys.platform == "win32":
    import msvcrt

    @contextmanager
    def folder_lock(folder: Path, *, within_s: float) -> Iterator[bool]:
        """Windows locks no folders: whoever is last wins there."""
        yield True

    def try_lock(file: BinaryIO) -> bool:
        """Lock until the file is closed; False if another has locked it."""
        file.seek(LOCKED_BYTE)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def lock_if_free(file: int) -> bool:
        """Windows lets nobody replace a file that is open, so no lock tells whose it is."""
        return False

else:
    import fcntl

    @contextmanager
    def folder_lock(folder: Path, *, within_s: float) -> Iterator[bool]:
        """Lock a folder that is there, so that no file is left of it; False if it is held."""
        handle = os.open(folder, os.O_RDONLY)
        end_s = time.monotonic() + within_s
        try:
            while not (locked := try_lock(handle)) and time.monotonic() < end_s:
                time.sleep(0.01)
            yield locked
        finally:
            os.close(handle)

    def try_lock(file: BinaryIO | int) -> bool:
        """Lock until the file is closed; False if another has locked it."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            pass  # a network's folder without locks
        return True

    def lock_if_free(file: int) -> bool:
        """Lock what nobody has locked; False too where there are no locks to tell by."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
