"""Make the packages in scripts/ importable for the tests of this folder."""

import importlib.util
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Without their folder in the path, where scripts/test.py would be.
for name in ("torture", "bench", "intelligibility"):
    folder = ROOT / "scripts" / name
    spec = importlib.util.spec_from_file_location(
        name, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None and spec.loader is not None
    sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[name])
