"""Run every check: ruff, mypy, import-linter, pytest; with arguments, pytest alone.

Usage: python3 scripts/test.py [OPTIONS OF pytest]
"""

import sys

# An older Python must read this file as far as here, so there are no functions below either.
if sys.version_info < (3, 10):  # noqa: UP036
    sys.stderr.write(
        "smr-audio needs Python 3.10 or newer, and this is %d.%d (%s).\n"  # noqa: UP031
        "Run this file with a newer one, such as python3.12, or install one first.\n"
        % (sys.version_info[0], sys.version_info[1], sys.executable)
    )
    sys.exit(4)

try:
    import _venv
except KeyboardInterrupt:
    sys.stderr.write("Stopped.\n")
    sys.exit(130)

if __name__ == "__main__":
    sys.exit(_venv.guard(lambda: _venv.check_everything(sys.argv[1:])))
