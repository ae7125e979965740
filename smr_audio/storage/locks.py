"""Lock a file or folder for one process; the system releases the lock when that process ends."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

_LOCKED_BYTE: Final = 1 << 40  # past every line: Windows lets no other process read a locked one

if sys.platform == "win32":
    import msvcrt

    @contextmanager
    def folder_lock(folder: Path, *, within_s: float) -> Iterator[bool]:
        """Windows locks no folders: the last one to write wins there."""
        yield True

    def try_lock(file: BinaryIO) -> bool:
        """Lock until the file is closed; False if another process has locked it."""
        file.seek(_LOCKED_BYTE)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    @contextmanager
    def folder_lock(folder: Path, *, within_s: float) -> Iterator[bool]:
        """Lock an existing folder; False if another process has locked it."""
        handle = os.open(folder, os.O_RDONLY)
        end_s = time.monotonic() + within_s
        try:
            while not (locked := try_lock(handle)) and time.monotonic() < end_s:
                time.sleep(0.01)
            yield locked
        finally:
            os.close(handle)

    def try_lock(file: BinaryIO | int, *, without_locks: bool = True) -> bool:
        """Lock until the file is closed; False if another process has locked it.

        `without_locks` is the answer on a file system, such as a network's, that has none.
        """
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return without_locks
        return True
