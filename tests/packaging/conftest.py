"""Make `torture` of scripts/ importable for the tests of this folder."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def load_torture() -> None:
    """Without its folder in the path, where scripts/test.py would be."""
    folder = ROOT / "scripts" / "torture"
    spec = importlib.util.spec_from_file_location(
        "torture", folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None and spec.loader is not None
    sys.modules["torture"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules["torture"])


load_torture()
