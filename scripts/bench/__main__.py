"""Start the benchmarks: python scripts/bench [--quick] [--only PART…] [--write]."""

import sys
from pathlib import Path

# Started by its folder, this is no module of a package: name the folder it is one in.
if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from bench.driver import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
