"""A file is written whole or not at all."""

import errno
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PureWindowsPath

import pytest

from smr_audio.errors import BuildError
from smr_audio.storage import atomic
from smr_audio.storage.atomic import atomic_output, flush_to_disk, private_folder, refuse_reserved, sweep
from tests.doubles import raising

posix = pytest.mark.skipif(sys.platform == "win32", reason="permissions are POSIX's")


def test_missing_folders_are_made(tmp_path):
    target = tmp_path / "a" / "b" / "c.mp3"
    with atomic_output(target) as temporary:
        assert temporary.parent.parent == target.parent
        assert not target.exists()
        temporary.write_bytes(b"new")
    assert target.read_bytes() == b"new"
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, BuildError])
def test_on_any_failure_the_old_file_stays_and_the_new_one_goes(tmp_path, error):
    target = tmp_path / "a.mp3"
    target.write_bytes(b"old")
    with pytest.raises(error), atomic_output(target) as temporary:
        temporary.write_bytes(b"half")
        raise error
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


@posix
def test_permissions_are_the_old_file_s_or_the_usual_and_a_link_stays_one(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_bytes(b"old")
    old.chmod(0o440)
    before = os.umask(0o027)
    try:
        for target in (old, new):
            with atomic_output(target) as temporary:
                temporary.write_bytes(b"new")
    finally:
        os.umask(before)
    assert stat.S_IMODE(old.stat().st_mode) == 0o440
    assert stat.S_IMODE(new.stat().st_mode) == 0o640
    link = tmp_path / "link"
    link.symlink_to(new)
    with atomic_output(link) as temporary:
        temporary.write_bytes(b"newer")
    assert link.is_symlink() and new.read_bytes() == b"newer"


@pytest.mark.parametrize(("make", "name", "says"), [
    (lambda path: path.mkdir(), "a.mp3", "it is a folder; name a file"),
    pytest.param(getattr(os, "mkfifo", None), "a.mp3", "not an ordinary file", marks=posix),
    (lambda path: path.parent.write_text("x"), "a/b.mp3", r"cannot write .*b\.mp3.*another place"),
    (lambda path: None, "nul\0.mp3", "cannot write"),
    (lambda path: path.symlink_to(path.name), "loop.mp3", "cannot write"),
])  # fmt: skip
def test_what_cannot_be_written_to_is_refused_before_any_work(tmp_path, make, name, says):
    make(tmp_path / name)
    before = list(tmp_path.rglob("*"))
    with pytest.raises(BuildError, match=says), atomic_output(tmp_path / name):
        pytest.fail("there is nothing to write to")
    assert list(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("code", [errno.EACCES, errno.ENOSPC, errno.EROFS])
def test_what_the_system_refuses_is_explained(tmp_path, monkeypatch, code):
    monkeypatch.setattr(os, "replace", raising(OSError(code, os.strerror(code))))
    words = os.strerror(code).lower()
    with pytest.raises(BuildError, match=words), atomic_output(tmp_path / "a.mp3") as temporary:
        temporary.write_bytes(b"new")
    assert list(tmp_path.iterdir()) == []


def test_an_error_about_another_file_passes(tmp_path):
    with pytest.raises(FileNotFoundError), atomic_output(tmp_path / "a.mp3"):
        (tmp_path / "absent").read_bytes()
    assert list(tmp_path.iterdir()) == []


KILLED = """
import os, signal, sys
from contextlib import ExitStack
from pathlib import Path
from smr_audio.storage.atomic import private_folder
from smr_audio.storage.atomic import atomic_output

folder = Path(sys.argv[1])
with ExitStack() as stack:
    first = stack.enter_context(atomic_output(folder / "a.m3u8", synced=False))
    part = stack.enter_context(atomic_output(folder / "b.mp3", synced=False, part_of=first))
    part.write_bytes(b"half")
    private = stack.enter_context(private_folder())
    (private / "x.pcm").write_bytes(b"half")
    print("made", flush=True)
    sys.stdin.readline()
    os.kill(os.getpid(), signal.SIGKILL)
"""
WRITE = """
import sys
from pathlib import Path
from smr_audio.storage.atomic import atomic_output

with atomic_output(Path(sys.argv[1]) / "c.mp3"):
    pass
"""


@posix
def test_the_next_run_removes_what_a_killed_one_left_and_nothing_of_a_running_one(tmp_path, monkeypatch):
    (tmp_path / "out").mkdir()
    (tmp_path / "system").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "system"))
    for mine in ("out/.smr-audio-x.tmp", "out/.smr-audio-01234567", "system/smr-audio-mine"):
        (tmp_path / mine).mkdir()

    def run() -> list[str]:
        subprocess.run([sys.executable, "-c", WRITE, str(tmp_path / "out")], check=True)
        left = (*(tmp_path / "out").iterdir(), *(tmp_path / "system").iterdir())
        return sorted(path.name for path in left if path.name != "c.mp3")

    foreign = run()
    assert foreign == [".smr-audio-01234567", ".smr-audio-x.tmp", "smr-audio-mine"]
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path / "out")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "made\n"
    assert len(run()) == len(foreign) + 2
    process.communicate("now\n", timeout=10)
    assert run() == foreign


@posix
def test_a_folder_that_another_process_swept_before_it_was_locked_is_made_again(tmp_path, monkeypatch):
    lock, swept = atomic.try_lock, []

    def late(handle, **options):
        if not swept:
            swept.extend(tmp_path.iterdir())
            sweep(tmp_path)
        return lock(handle, **options)

    monkeypatch.setattr(atomic, "try_lock", late)
    with private_folder(tmp_path) as folder:
        assert list(tmp_path.iterdir()) == [folder] != swept
    assert list(tmp_path.iterdir()) == []


@posix
def test_a_private_folder_that_cannot_be_held_does_not_stay(tmp_path, monkeypatch):
    def refuse(path: object, *_: object, **__: object) -> int:
        if str(path).startswith(str(tmp_path)):
            raise OSError(errno.EMFILE, "Too many open files")
        return opened(path, *_, **__)

    opened = os.open
    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(OSError, match="Too many open files"), private_folder(tmp_path):
        pytest.fail("there is no folder")
    assert list(tmp_path.iterdir()) == []


@posix
def test_the_temporary_place_is_found_without_trying_it_with_a_file(tmp_path, monkeypatch):
    (tmp_path / "there").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", None)
    failing = raising(AssertionError("a file was made"))
    monkeypatch.setattr(tempfile, "_get_default_tempdir", failing)
    monkeypatch.setenv("TMPDIR", str(tmp_path / "gone"))
    monkeypatch.setenv("TEMP", str(tmp_path / "there"))
    assert atomic.temporary_place() == tmp_path / "there"
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert atomic.temporary_place() == tmp_path


@pytest.mark.parametrize("name", ["nul.mp3", "C:\\out\\CON", "COM1.tar.mp3", "aux .mp3"])
def test_a_device_of_windows_is_refused_there(name):
    with pytest.raises(BuildError, match="Windows keeps this name; choose another"):
        refuse_reserved(PureWindowsPath(name), windows=True)
    refuse_reserved(PureWindowsPath(name), windows=False)
    for like in ("console.mp3", "C:\\con\\a.mp3", "nul-1.mp3", "com10.mp3"):
        refuse_reserved(PureWindowsPath(like), windows=True)


def test_of_many_files_the_one_is_named_that_does_not_reach_the_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", raising(OSError(errno.EIO, os.strerror(errno.EIO))))
    with (
        pytest.raises(BuildError, match=r"cannot write .*first\.mp3: input/output error"),
        atomic_output(tmp_path / "first.mp3", synced=False) as first,
        atomic_output(tmp_path / "last.mp3", synced=False),
    ):
        flush_to_disk(first)
    assert list(tmp_path.iterdir()) == []


def test_a_signal_while_a_folder_is_made_leaves_none(tmp_path, monkeypatch):
    @contextmanager
    def held_back(*_: str) -> Iterator[None]:
        yield
        raise KeyboardInterrupt  # what was held back comes at the end

    monkeypatch.setattr(atomic, "held_back", held_back)
    with pytest.raises(KeyboardInterrupt), private_folder(tmp_path):
        pytest.fail("the signal came before")
    assert list(tmp_path.iterdir()) == []


def test_a_signal_that_another_thread_took_leaves_no_folder(tmp_path, monkeypatch):
    """It comes in spite of what is held back: right after the folder is made, or at its removal."""

    interrupted = raising(KeyboardInterrupt)
    with monkeypatch.context() as patch:
        patch.setattr(atomic, "try_lock", interrupted)
        with pytest.raises(KeyboardInterrupt), private_folder(tmp_path):
            pytest.fail("the signal came before")
    assert list(tmp_path.iterdir()) == []

    removals = iter([interrupted, atomic.shutil.rmtree])
    with monkeypatch.context() as patch:
        patch.setattr(atomic.shutil, "rmtree", lambda *a, **k: next(removals)(*a))
        with pytest.raises(KeyboardInterrupt), private_folder(tmp_path):
            pass
    assert list(tmp_path.iterdir()) == []
