"""Which kind of a language the user speaks, as far as the system says."""

from __future__ import annotations

import os
import sys


def user_locale() -> str | None:
    """The user's locale as a POSIX name such as `en_GB.UTF-8`; None if the system has none.

    On POSIX the first of LC_ALL, LC_MESSAGES and LANG that is set, as gettext reads them.
    """
    if sys.platform == "win32":
        import ctypes  # only here
        import locale  # only here

        language = ctypes.windll.kernel32.GetUserDefaultUILanguage()
        return locale.windows_locale.get(language)
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable)
        if value:
            return value
    return None
