"""`doctor`'s trials of a machine: each thing that can be wrong with one, faked."""

import errno
import os
import sys
import tempfile
import zoneinfo
from pathlib import Path

import pytest

from smr_audio import BuildError, MissingError, installed
from smr_audio.doctor import checks
from smr_audio.doctor.checks import Trial, examine
from tests.doubles import raising


def test_names_of_files_must_be_in_any_script_and_a_console_need_not() -> None:
    assert checks.check_text("utf-8", "utf-8") == "names in utf-8, this console shows utf-8"
    assert checks.check_text("utf-8", "cp1252").endswith("shows cp1252, and ? for the rest")
    for names in ("ascii", "iso8859-1", "no such"):
        with pytest.raises(BuildError, match=f"names of files are in {names}"):
            checks.check_text(names)


def test_a_folder_need_not_be_there_but_must_take_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "takes files" in checks.check_folder(tmp_path)
    assert checks.check_folder(tmp_path / "a" / "b").startswith(f"{tmp_path} takes files")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(BuildError, match="file is not a folder"):
        checks.check_folder(tmp_path / "file" / "output")
    with pytest.raises(BuildError, match="has only 99 MB left, too little for a build"):
        checks.check_folder(tmp_path, free=lambda path: 99_000_000)

    failing = raising(OSError(errno.EROFS, "Read-only file system"))
    monkeypatch.setattr(tempfile, "TemporaryFile", failing)
    with pytest.raises(BuildError, match="takes no file: Read-only file system"):
        checks.check_folder(tmp_path)


def test_no_temporary_folder_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", None)
    failing = raising(FileNotFoundError(errno.ENOENT, "No usable temporary directory found"))
    monkeypatch.setattr(tempfile, "gettempdir", failing)
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(BuildError, match="temporary"):
        checks.check_temporary()


def test_a_clock_that_was_never_set_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks.check_clock(1_800_000_000).startswith("2027-01-15 08:00 UTC")
    with pytest.raises(BuildError, match="it is 1970-01-01 00:01 UTC here"):
        checks.check_clock(60)

    def unknown(name: str) -> object:
        raise zoneinfo.ZoneInfoNotFoundError(name)

    monkeypatch.setattr(zoneinfo, "ZoneInfo", unknown)
    with pytest.raises(MissingError, match="install tzdata"):
        checks.check_clock()


def test_no_extra_is_needed_and_half_of_one_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 14, 0))  # which has builds of all
    here: set[str] = set().union(*installed.EXTRAS.values())
    monkeypatch.setattr(installed, "find_spec", lambda name: name if name in here else None)
    assert checks.check_extras() == "natural, natural-male, chinese, phone, cluster, watch"
    here.remove("hibari")
    some = "natural-male, chinese, phone, cluster, watch; not here: natural; to have them: "
    assert checks.check_extras().startswith(some)
    here.clear()
    assert checks.check_extras().startswith("none; not here: natural, natural-male, chinese, ")
    here.add("starlette")
    with pytest.raises(MissingError, match="'phone' lacks uvicorn, segno; install it with: "):
        checks.check_extras()


def test_one_failure_hides_no_other_and_each_says_how_to_mend_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every trial fails in its own way: one of ours, the system's, a broken or an old package."""
    monkeypatch.delattr("PIL.ImageDraw.ImageDraw.circle")
    for name in ("smr_audio.check", "smr_audio.sound.level", "numpy"):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setenv("SMR_AUDIO_CACHE", "/dev/null/cache")

    for name in ("python", "text", "temporary", "clock", "extras", "folder"):
        failing = raising(PermissionError(errno.EACCES, "Permission denied", "x"))
        monkeypatch.setattr(checks, f"check_{name}", failing)
    findings: list[Trial] = list(examine())
    assert len(findings) == 11
    assert [finding for finding in findings if finding.ok] == []
    assert all(finding.detail and finding.fix for finding in findings)
    assert {f.name for f in findings if f.missing} == {"content", "voice", "encoder", "cover"}
