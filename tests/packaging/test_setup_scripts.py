"""scripts/: what try.py stands for, and when and how the environment is made again."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.doubles import raising
from tests.installed import MINORS, ROOT


@pytest.fixture
def setup(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The helper of try.py and test.py, at work in a checkout of its own."""
    spec = importlib.util.spec_from_file_location("_venv", ROOT / "scripts" / "_venv.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, path in {
        "ROOT": tmp_path, "VENV": tmp_path / ".venv", "LOCK": tmp_path / "requirements.lock",
        "STAMP": tmp_path / ".venv" / module.STAMP.name,
    }.items():  # fmt: skip
        monkeypatch.setattr(module, name, path)
    (tmp_path / "requirements.lock").write_text("setuptools==1 \\\n    --hash=x\n")
    (tmp_path / "pyproject.toml").write_text("")
    return module


@pytest.fixture
def steps(setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What `ensure` does, written down instead of done: no venv, no pip."""
    done: list[str] = []

    def create() -> None:
        done.append("create")
        setup.VENV.mkdir(exist_ok=True)

    monkeypatch.setattr(setup, "create", create)
    monkeypatch.setattr(setup, "install", lambda python: done.append("install"))
    return done


def usable(setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup, "why_not_usable", lambda _, stamp: "unfinished" if stamp == "unfinished" else None)


@pytest.mark.parametrize(("given", "routine", "name", "rest"), [
    ([], "hamstrings", "hamstrings", []),
    (["calves", "--hold", "45"], "calves", "calves", ["--hold", "45"]),
    (["my/relax.yaml"], "my/relax.yaml", "relax", []),
    (["-o", "my file.mp3"], "hamstrings", "hamstrings", ["-o", "my file.mp3"]),
])  # fmt: skip
def test_try_builds_a_routine_into_output(
    setup: ModuleType, given: list[str], routine: str, name: str, rest: list[str]
) -> None:
    output = str(setup.ROOT / "output" / f"{name}.mp3")
    assert setup.try_command(given) == ["-m", "smr_audio", "build", routine, "-o", output, *rest]


@pytest.mark.parametrize("here", ["", "elsewhere"])
def test_try_ends_with_commands_that_work_in_this_folder(
    setup: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    here: str,
) -> None:  # fmt: skip
    folder = setup.ROOT / here
    folder.mkdir(exist_ok=True)
    monkeypatch.chdir(folder)
    monkeypatch.setattr(setup, "ensure", lambda: setup.VENV / "bin" / "python")
    monkeypatch.setattr(setup, "run", lambda command: 3)
    assert setup.build_session([]) == 3
    assert "Next" not in capsys.readouterr().err
    monkeypatch.setattr(setup, "run", lambda command: 0)
    assert setup.build_session([]) == 0
    shown = capsys.readouterr()
    command = setup.VENV / "bin" / "smr-audio"
    command = command if here else command.relative_to(setup.ROOT)
    assert shown.out == ""
    assert [line.split() for line in shown.err.splitlines()[-3:]] == [
        [str(command), "build", "hamstrings-basic"],
        [str(command), "plan", "hamstrings"],
        [str(command), "serve"],
    ]


def test_a_second_run_makes_nothing_and_installs_a_changed_lock(
    setup: ModuleType, steps: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    setup.ensure()
    usable(setup, monkeypatch)
    setup.ensure()
    assert steps == ["create", "install"]
    setup.LOCK.write_text("setuptools==2 \\\n    --hash=x\n")
    setup.ensure()
    assert steps == ["create", "install", "install"]


def test_an_environment_left_unfinished_is_made_again(
    setup: ModuleType, steps: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    usable(setup, monkeypatch)
    setup.VENV.mkdir()
    with monkeypatch.context() as patch:
        patch.setattr(setup, "install", raising(KeyboardInterrupt))
        assert setup.guard(lambda: bool(setup.ensure())) == 130
    setup.ensure()
    assert steps == ["create", "install"]


def test_an_environment_is_usable_with_its_python_and_its_packages(
    setup: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = Path(sys.executable)
    assert "no Python" in setup.why_not_usable(setup.VENV / "bin" / "python", "a stamp")
    assert setup.why_not_usable(python, None) is None
    monkeypatch.setattr(setup, "NEEDED", ("pytest", "not_there"))
    assert setup.why_not_usable(python, "a stamp") == "it has lost not_there"
    assert setup.why_not_usable(python, None) is None


def test_a_python_without_ensurepip_is_told_which_package_to_install(
    setup: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert setup.guard(setup.create) == 4
    assert "apt install python3-venv" in capsys.readouterr().err


@pytest.mark.parametrize(("output", "hint"), [
    ("OSError: [Errno 28] No space left on device", "disk is full"),
    ("SSLError(CERTIFICATE_VERIFY_FAILED)", "PIP_CERT"),
    ("THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "cache purge"),
    ("NewConnectionError\nERROR: No matching distribution found for a==2", "cannot be reached"),
    ("ERROR: Max retries exceeded with url: /a (Caused by ResponseError('too many 503", "cannot be reached"),
    ("ERROR: HTTP error 403 while getting https://a", "cannot be reached"),
])  # fmt: skip
def test_a_failed_install_shows_pips_last_words_and_what_to_do(setup: ModuleType, output: str, hint: str) -> None:
    text = setup.explain(f"Collecting a\n  Read timed out; retrying\n{output}", "pip failed.")
    assert text.startswith(output)
    assert hint in text


def test_a_package_without_a_build_is_told_in_one_message_with_the_pythons_that_work(setup: ModuleType) -> None:
    log = (
        "Collecting anyio==4\n  Using cached anyio-4-py3-none-any.whl\n"
        "ERROR: Could not find a version that satisfies the requirement numpy==2 (from versions: "
        "none)\nERROR: No matching distribution found for numpy==2\n"
    )
    text = setup.explain(log, "pip failed.")
    assert text.startswith("numpy has no build for Python 3.")
    assert f"Use {setup.WANTED} on Linux, macOS or Windows" in text
    assert "Collecting" not in text
    assert len(text.splitlines()) == 2


def test_one_entry_is_taken_out_of_the_lock(setup: ModuleType) -> None:
    lock = "a==1 \\\n    --hash=1\n    # via b\nb==2 \\\n    --hash=2 \\\n    --hash=3\nc==1 \\\n"
    assert setup.lock_entry(lock, "b") == "b==2 \\\n    --hash=2 \\\n    --hash=3\n"
    with pytest.raises(setup.SetupError):
        setup.lock_entry(lock, "d")


@pytest.mark.parametrize(("lacking", "left"), [
    (["model"], ["setuptools", "base", "own"]),
    (["own", "model"], ["setuptools", "base"]),
    (["base"], None),
])  # fmt: skip
def test_what_has_no_build_is_left_out_with_what_needs_it_but_not_what_a_session_needs(
    setup: ModuleType, monkeypatch: pytest.MonkeyPatch, lacking: list[str], left: list[str] | None
) -> None:
    needed_by = {
        "setuptools": "smr-audio (pyproject.toml:dev)", "base": "smr-audio (pyproject.toml)",
        "own": "smr-audio (pyproject.toml)", "voice": "smr-audio (pyproject.toml:dev)",
        "model": "voice",
    }  # fmt: skip
    setup.LOCK.write_text("".join(
        f"{name}==1 ; python_version {which} '3.12' \\\n    --hash=x\n    # via\n    #   {other}\n"
        for name, other in needed_by.items() for which in ("<", ">=")
    ))  # fmt: skip
    monkeypatch.setattr(setup, "REPLACEABLE", ("own",))
    asked: list[list[str]] = []

    def pip(python: Path, *arguments: str) -> str:
        if "-r" not in arguments:
            return ""
        lock = Path(arguments[-1]).read_text("utf-8")
        asked.append(list(dict.fromkeys(re.findall(r"^(\w+)==", lock, re.MULTILINE))))
        name = next((name for name in asked[-1] if name in lacking), None)
        return f"ERROR: No matching distribution found for {name}==1" if name else ""

    monkeypatch.setattr(setup, "pip", pip)
    assert setup.guard(lambda: bool(setup.install(Path("python")))) == (0 if left else 4)
    if left:
        assert asked[-1] == left


def test_a_python_newer_than_all_that_are_tested_is_refused_at_once(
    setup: ModuleType, steps: list[str], monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setattr(sys, "version_info", (3, int(setup.PYTHONS[-1]) + 1, 0))
    assert setup.guard(lambda: bool(setup.ensure())) == 4
    assert capsys.readouterr().err.startswith(f"smr-audio needs {setup.WANTED}, and this is 3.")
    assert steps == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal to send")
@pytest.mark.slow
def test_an_interrupt_ends_the_command_too_and_gives_130_without_a_traceback() -> None:
    child = "import time; print('ready', flush=True); time.sleep(60)"
    parent = (
        f"import sys; sys.path.insert(0, {str(ROOT / 'scripts')!r}); import _venv; "
        f"sys.exit(_venv.guard(lambda: _venv.run([sys.executable, '-c', {child!r}])))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", parent], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(2)
        assert process.wait(20) == 130
        # The child was told as well: its own traceback is there, ours is not.
        assert process.stderr.read().count("Traceback") <= 1


@pytest.mark.parametrize("script", ["try.py", "test.py"])
def test_an_old_python_can_read_as_far_as_the_message(script: str) -> None:
    source = (ROOT / "scripts" / script).read_text("utf-8")
    before, _, _ = source.partition("import _venv")
    assert f"sys.version_info < (3, {MINORS[0]})" in before
    assert f"Python 3.{MINORS[0]} or newer" in before
    assert not any(word in source for word in ("def ", "->", 'f"', ":=", "match "))
