"""Lock a file so that one process at a time does a thing; the system undoes it if it dies."""

from __future__ import annotations

import sys
from typing import BinaryIO, Final

LOCKED_BYTE: Final = 1 << 40  # where no line ever is, since Windows keeps others from a locked one

if sys.platform == "win32":
    import msvcrt

    def try_lock(file: BinaryIO) -> bool:
        """Lock until the file is closed; False if another has locked it."""
        file.seek(LOCKED_BYTE)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def try_lock(file: BinaryIO) -> bool:
        """Lock until the file is closed; False if another has locked it."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            pass  # a network's folder without locks
        return True
