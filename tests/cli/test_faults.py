"""Every way to call a command wrongly, and every way the world can fail it."""

import errno
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

from smr_audio.installed import how_to_add
from smr_audio.voices import models
from tests.cli.conftest import ROUTINE, SILENT, Run, without

pytestmark = pytest.mark.usefixtures("warm")
NOBODY = 12_346


def test_a_missing_encoder_is_status_4_and_doctor_says_how_to_mend_it(run: Run, tmp_path: Path) -> None:
    done = run("build", "hamstrings", *SILENT, IMAGEIO_FFMPEG_EXE="/nowhere/ffmpeg")
    assert (done.returncode, "ffmpeg" in done.stderr) == (4, True)
    assert list((tmp_path / "output").glob("*")) == []
    done = run("doctor", IMAGEIO_FFMPEG_EXE="/nowhere/ffmpeg")
    assert done.returncode == 4
    assert "FAIL  encoder" in done.stdout
    assert "to fix it: install ffmpeg again" in done.stdout


def test_a_console_that_cannot_show_a_title_is_no_failure(run_alone: Run, tmp_path: Path) -> None:
    text = ROUTINE.replace('title: "Mine"', 'title: "腘绳肌 ✓"')
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    done = run_alone("plan", "mine.yaml", *SILENT, PYTHONUTF8="0", PYTHONIOENCODING="cp1252")
    assert done.returncode == 0
    assert done.stdout.startswith("??? ?")


FULL = "Error: cannot write the output: No space left on device\n"


@pytest.mark.skipif(sys.platform == "win32", reason="a shell closes the stream")
@pytest.mark.parametrize(("line", "status", "said"), [
    pytest.param("list >/dev/full", 1, FULL,
                 marks=pytest.mark.skipif(not Path("/dev/full").exists(), reason="is not there")),
    ("list >&-", 0, ""),
    ("build hamstring-ball-press --voice silent -o a.mp3 2>&-", 0, ""),
])  # fmt: skip
def test_an_output_that_nobody_takes_is_said_and_one_that_is_closed_is_no_fault(
    tmp_path: Path, line: str, status: int, said: str
) -> None:
    command = f"{shlex.quote(sys.executable)} -m smr_audio {line}"
    done = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (status, said)
    assert (tmp_path / "a.mp3").exists() == ("a.mp3" in line)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize(("signum", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_build_leaves_nothing(tmp_path: Path, own_cache: Path, signum: int, status: int) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "smr_audio", "build", "hamstrings", *SILENT],
        cwd=tmp_path, env={**os.environ, "SMR_AUDIO_CACHE": str(own_cache)},
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    output = tmp_path / "output"
    deadline = time.monotonic() + 60
    while not (output.is_dir() and any(output.iterdir())) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signum)
    assert process.wait(timeout=30) == status
    assert list(output.iterdir()) == []


def test_a_folder_may_be_named_by_its_slash(run: Run, tmp_path: Path) -> None:
    (tmp_path / "old.mp3").write_bytes(b"the old file")
    assert run("build", "hamstring-ball-press", *SILENT, "-o", "v1.3/").returncode == 0
    assert (tmp_path / "v1.3" / "hamstring-ball-press.mp3").exists()
    assert run("build", "hamstring-ball-press", *SILENT, "-o", "old.mp3/").returncode == 1
    assert (tmp_path / "old.mp3").read_bytes() == b"the old file"


@pytest.mark.usefixtures("without_natural")
def test_without_the_extra_a_natural_voice_is_missing_and_the_system_stands_in(run: Run) -> None:
    for arguments, extra in (
        (["plan", "hamstrings", "--voice", "heart"], "natural"),
        (["voices", "download", "emma"], "natural"),
        (["plan", "hamstrings", "--voice", "joe"], "natural-male"),
        (["voices", "download", "en_US-a-b"], "natural-male"),
    ):
        done = run(*arguments)
        assert (done.returncode, done.stdout) == (4, "")
        assert how_to_add(extra) in done.stderr
    for language, more in (("en", "the extra 'natural'"), ("zh", "the extra 'chinese'")):
        options = ["--talk", "minimal", "--language", language]
        done = run("plan", "hamstring-ball-press", *options)
        assert done.returncode == 0
        assert done.stderr.count("the system's voice ") == done.stderr.count(more) == 1


@pytest.mark.skipif(not models.of_hibari(), reason="the extra 'natural' is not installed")
def test_a_broken_natural_voice_is_replaced_unless_it_was_asked_for(run_alone: Run, tmp_path: Path) -> None:
    environment = without(tmp_path, "piper")
    (package := tmp_path / "hidden" / "hibari").mkdir()
    (package / "__init__.py").write_text("raise OSError('of another system')")
    shutil.copytree(models.of_hibari()[0].path.parent, package / "assets")
    build = ("build", "hamstring-ball-press", "--talk", "minimal", "-o", "a.mp3")
    done = run_alone(*build, "--voice", "heart", **environment)
    assert (done.returncode, done.stdout) == (4, "")
    fault = "hibari:heart cannot speak here: OSError: of another system; install it again with: "
    assert done.stderr.startswith(f"Error: the voice {fault}")
    assert not (tmp_path / "a.mp3").exists()
    done = run_alone(*build, **environment)
    assert done.returncode == 0
    assert done.stderr.count(f"the system's voice pyttsx3:gmw/en-us speaks; the voice {fault}") == 1
    doctor = run_alone("doctor", **environment)
    assert fault in doctor.stdout


@pytest.mark.skipif(find_spec("piper") is None, reason="needs Piper")
def test_a_damaged_voice_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "ann.onnx").write_bytes(b"damaged")
    about = '{"audio": {"sample_rate": 22050}, "espeak": {"voice": "en-us"}}'
    (tmp_path / "ann.onnx.json").write_text(about)
    done = run("build", "hamstring-ball-press", "--voice", "ann.onnx", "-o", "a.mp3")
    assert done.returncode == 1
    assert done.stderr.startswith("Error: the voice 'ann.onnx' does not load")
    assert "download it again" in done.stderr
    assert not (tmp_path / "a.mp3").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="a signal interrupts it")
@pytest.mark.parametrize(("module", "words"), [("click", ["list"]), ("platformdirs", ["cache", "info"])])
def test_an_interrupt_during_an_import_is_no_traceback(tmp_path: Path, module: str, words: list[str]) -> None:
    interrupting = (  # and turned into another error, as Python's own imports do
        "import os, signal, time\n"
        "try:\n    os.kill(os.getpid(), signal.SIGINT)\n    time.sleep(9)\n"
        "except KeyboardInterrupt:\n    raise RuntimeError\n"
    )
    (tmp_path / f"{module}.py").write_text(interrupting)
    done = subprocess.run(
        [sys.executable, "-m", "smr_audio", *words],
        env={**os.environ, "PYTHONPATH": str(tmp_path), "SMR_AUDIO_CACHE": ""},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "Stopped.\n")


@pytest.mark.parametrize(("error", "words"), [
    (MemoryError(), "the system has no more memory for it"),
    (RuntimeError("can't start new thread"), "no more processes, threads or memory"),
    (BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN)), "no more processes, threads"),
    (OSError(errno.ENOMEM, os.strerror(errno.ENOMEM)), "no more memory"),
    (ImportError("libx.so: failed to map segment from shared object"), "no more memory"),
])  # fmt: skip
def test_a_system_without_room_is_named_with_what_to_do(
    run: Run, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("smr_audio.studio.studio.Studio.build", fails)
    done = run("build", "hamstrings", *SILENT)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: ")
    assert words in done.stderr
    assert "ulimit -v" in done.stderr
    assert "Traceback" not in done.stderr
    shown = run("build", "hamstrings", *SILENT, "--traceback")
    assert "Traceback" in shown.stderr


# numpy alone takes 300 MB of addresses, one ffmpeg as much as 600; 64 pieces at once took 4 GB.
@pytest.mark.skipif(sys.platform != "linux", reason="bounds addresses")
@pytest.mark.slow
def test_a_cold_build_needs_no_more_than_a_gigabyte(run: Run, tmp_path: Path, own_cache: Path) -> None:
    build = ("build", "hamstring-ball-press", *SILENT, "--talk", "minimal")
    bounded = 'ulimit -v 1000000 && exec "$@"'
    done = subprocess.run(
        ["sh", "-c", bounded, "sh", sys.executable, "-m", "smr_audio", *build, "-o", "bounded.mp3"],
        cwd=tmp_path, env={**os.environ, "SMR_AUDIO_CACHE": str(own_cache)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert run(*build, "-o", "free.mp3").returncode == 0
    assert (tmp_path / "bounded.mp3").read_bytes() == (tmp_path / "free.mp3").read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("voice", ["silent", "pyttsx3", "heart"])
@pytest.mark.parametrize("limit", ["--nproc=60", "--nproc=100", "--as=1000000000"])
def test_a_cold_build_works_with_few_threads_and_little_memory(tmp_path: Path, voice: str, limit: str) -> None:
    if sys.platform != "linux" or os.geteuid() or not shutil.which("setpriv"):
        pytest.skip("becomes a user who runs nothing else, whom such a limit binds")
    if voice == "heart" and not models.is_installed(models.HIBARI):
        pytest.skip("the extra 'natural' is not installed")
    home = tmp_path / "home"
    home.mkdir()
    os.chown(home, NOBODY, NOBODY)
    # It may read this checkout and this Python wherever they lie.
    become = ["setpriv", "--reuid", str(NOBODY), "--clear-groups",
              "--inh-caps", "+dac_override", "--ambient-caps", "+dac_override"]  # fmt: skip
    done = subprocess.run(
        [*become, "prlimit", limit, sys.executable, "-m", "smr_audio", "build", "hamstrings-basic",
         "--voice", voice, "-o", str(home / "a.mp3")],
        env={**os.environ, "SMR_AUDIO_CACHE": str(home / "cache"), "TMPDIR": str(home)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
