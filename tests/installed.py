"""Packages that are installed for a test, as far as Python can tell."""

import itertools
import sys
import zipfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
MINORS = [int(text.rpartition(".")[2]) for text in PYPROJECT["project"]["classifiers"] if ":: 3." in text]
_numbers = itertools.count()

Install = Callable[..., Path]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Install a module of this code with an entry point; `{module}` in the value is its name."""

    def install_it(group: str, name: str, code: str = "", *, value: str = "{module}") -> Path:
        number = next(_numbers)
        module = f"made_up_{number}"
        site = tmp_path / f"site {number}"
        (site / module).mkdir(parents=True)
        (site / module / "__init__.py").write_text(code, "utf-8")
        meta = site / f"{module}-1.5.dist-info"
        meta.mkdir()
        (meta / "METADATA").write_text(f"Metadata-Version: 2.1\nName: made-up-{number}\nVersion: 1.5\n", "utf-8")
        points = f"[smr_audio.{group}]\n{name} = {value.format(module=module)}\n"
        (meta / "entry_points.txt").write_text(points, "utf-8")
        monkeypatch.syspath_prepend(site)
        return site / module

    return install_it


def install_example(name: str, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Build the wheel of an example of the docs and unpack it, as an installer does."""
    monkeypatch.chdir(ROOT / "docs" / name)
    built = site / import_module("hatchling.build").build_wheel(str(site))
    with zipfile.ZipFile(built) as wheel:
        wheel.extractall(site)
    monkeypatch.syspath_prepend(site)
    monkeypatch.chdir(site)


def forget(*modules: str) -> None:
    """Let a module be imported anew."""
    for module in modules:
        sys.modules.pop(module, None)
