"""Tables of cases, each file of them in YAML beside its test."""

from pathlib import Path
from typing import Any

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def tables(test: str) -> dict[str, Any]:
    """The tables of a test file, by name: `tables(__file__)`."""
    return dict(yaml.load(Path(test).with_suffix(".yaml").read_text("utf-8"), LOADER))
