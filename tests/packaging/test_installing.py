"""What a message tells one to run fits how smr-audio was installed."""

import importlib
import json
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import smr_audio
from smr_audio import MissingError
from smr_audio.batch.processes import cluster
from smr_audio.cli.build import watched
from smr_audio.doctor import checks
from smr_audio.installed import EXTRAS, has_builds, require, to_add, to_reinstall, to_repair
from smr_audio.voices import models
from tests.installed import MINORS, PYPROJECT
from tests.tables import tables

CLONE = Path(smr_audio.__file__).parents[1]
METADATA = tables(__file__)["metadata"]

Installed = Callable[..., Path]


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installed:
    """Have smr-audio installed from somewhere, as far as its metadata tells; gives sys.prefix."""

    def install(*, url: str = "", editable: bool = False, pipx: bool = False) -> Path:
        site = tmp_path / "my site" / "smr_audio-9.9.dist-info"
        site.mkdir(parents=True)
        (site / "METADATA").write_text(METADATA, "utf-8")
        if url:
            origin = {"url": url, "dir_info": {"editable": True} if editable else {}}
            (site / "direct_url.json").write_text(json.dumps(origin), "utf-8")
        prefix = tmp_path / "venvs" / "smr-audio-1"
        prefix.mkdir(parents=True)
        if pipx:
            (prefix / "pipx_metadata.json").write_text("{}", "utf-8")
        monkeypatch.syspath_prepend(site.parent)
        monkeypatch.setattr(sys, "prefix", str(prefix))
        monkeypatch.setattr(sys, "executable", "/env/bin/python")
        importlib.invalidate_caches()
        return prefix

    return install


def test_a_clone_is_installed_again_with_the_extra(installed: Installed) -> None:
    installed(url="file:///home/me/my%20clone", editable=True)
    assert to_add("phone") == '/env/bin/python -m pip install -e "/home/me/my clone[phone]"'
    assert to_add("natural", "phone").endswith('clone[natural,phone]"')
    assert to_repair("x", "y") == "/env/bin/python -m pip install --force-reinstall x y"
    assert to_reinstall().endswith('install --force-reinstall -e "/home/me/my clone"')


def test_pipx_injects_the_packages_of_the_extra(installed: Installed) -> None:
    installed(url="file:///home/me/clone", editable=True, pipx=True)
    assert to_add("phone") == "pipx inject smr-audio-1 starlette uvicorn"
    assert to_repair("x") == "pipx runpip smr-audio-1 install --force-reinstall x"
    assert to_reinstall() == "pipx reinstall smr-audio-1"


@pytest.mark.parametrize("url", ["file:///home/me/clone", "https://example.org/a.whl", ""])
def test_elsewhere_the_packages_of_the_extra_are_named(installed: Installed, url: str) -> None:
    installed(url=url)
    assert to_add("phone", "natural") == ("/env/bin/python -m pip install starlette uvicorn hibari-tts")
    came_from = "/home/me/clone" if url.startswith("file") else "smr-audio"
    assert to_reinstall() == f"/env/bin/python -m pip install --force-reinstall {came_from}"


def test_a_checkout_that_is_not_installed_is_a_clone(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> metadata.Distribution:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", missing)
    monkeypatch.setattr(sys, "executable", "/my python/bin/python")
    assert to_add("watch").startswith('"/my python/bin/python" -m pip install -e "')
    assert to_add("watch").endswith(f'{CLONE}[watch]"')
    assert str(CLONE) in to_reinstall()


def test_our_own_metadata_has_the_packages_of_every_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pipx_metadata.json").write_text("{}", "utf-8")
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert set(to_add("phone").split()[3:]) == {"starlette", "uvicorn", "segno"}
    assert [extra for extra in EXTRAS if len(to_add(extra).split()) <= 3] == []


def test_every_message_names_that_command(installed: Installed, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(pipx=True)
    monkeypatch.setattr("smr_audio.installed.find_spec", lambda name: None)
    monkeypatch.setattr(sys, "version_info", (3, 14, 0))
    monkeypatch.setattr("smr_audio.installed.EXTENSION_SUFFIXES", [".so"])
    with pytest.raises(MissingError, match=r"'phone'.* pipx inject smr-audio-1 starlette uvicorn$"):
        require("phone", "serve")
    with pytest.raises(MissingError, match="'watch'; install it with: pipx inject"):
        watched(list, [])
    with pytest.raises(MissingError, match="'cluster'; install it with: pipx inject"):
        cluster("tcp://host:8786").__enter__()
    assert models.extra_of("hibari").endswith("with: pipx inject smr-audio-1 hibari-tts")
    assert models.extra_of("piper").endswith("with: pipx inject smr-audio-1 piper-tts")
    none = "none; not here: natural, natural-male, chinese, phone"
    assert checks.check_extras().startswith(none)


@pytest.mark.parametrize(("version", "libc"), [((3, 15), "gnu"), ((3, 14), "musl")])
def test_an_extra_without_builds_here_is_not_offered(
    version: tuple[int, int], libc: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smr_audio.installed.find_spec", lambda name: None if name != "pypinyin" else "a part")
    monkeypatch.setattr(sys, "version_info", (*version, 0))
    monkeypatch.setattr("smr_audio.installed.EXTENSION_SUFFIXES", [f".cpython-x86_64-linux-{libc}.so"])
    assert models.to_download() == []
    assert "install" not in models.extra_of("kokoro")
    assert "'chinese', which this Python cannot have: it needs Python 3.14 or older" in models.extra_of("kokoro")
    assert checks.check_extras().startswith("none; not here: phone, cluster, watch; to have them:")


def test_alpine_repairs_with_its_own_packages_what_has_no_wheels(
    installed: Installed, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed()
    monkeypatch.setattr("smr_audio.installed.EXTENSION_SUFFIXES", [".cpython-x86_64-linux-musl.so"])
    assert to_repair("imageio-ffmpeg") == "apk add ffmpeg"
    both = "/env/bin/python -m pip install --force-reinstall pyttsx3 && apk add espeak-ng"
    assert to_repair("pyttsx3", "espeakng-loader") == both


@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_natural_voices_are_offered_to_the_pythons_that_have_them(
    platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    [marker] = [
        Requirement(text).marker
        for text in PYPROJECT["project"]["optional-dependencies"]["natural"]
        if text.startswith("onnxruntime")
    ]
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    monkeypatch.setattr("smr_audio.installed.EXTENSION_SUFFIXES", [".so"])
    for minor in MINORS:
        monkeypatch.setattr(sys, "version_info", (3, minor, 0))
        where = {"python_version": f"3.{minor}", "sys_platform": platform, "platform_machine": "x86_64"}
        assert has_builds("natural") is (marker is not None and marker.evaluate(where))


def test_no_message_and_no_page_names_an_index_that_does_not_have_us() -> None:
    own = [*CLONE.glob("docs/*.md"), CLONE / "README.md", *CLONE.glob("smr_audio/**/*.py")]
    assert [path.name for path in own if "smr-audio[" in path.read_text("utf-8")] == []
