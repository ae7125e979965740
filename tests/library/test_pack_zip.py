"""Packs in ZIP files: whole or refused, and nothing outside their folder is ever touched."""

from __future__ import annotations

import io
import os
import stat
import struct
import threading
import zipfile
from pathlib import Path

import pytest

from smr_audio.errors import BuildError, ContentError, UsageError
from smr_audio.library.library import Library
from smr_audio.library.packs import unzip

PACK = 'kind: pack\nid: acme\ntitle: "Acme"\n'


def zipped(path: Path, *entries: tuple[str | zipfile.ZipInfo, str | bytes], **how: int) -> Path:
    with zipfile.ZipFile(path, "w", **how) as file:  # type: ignore[call-overload]
        for name, data in entries:
            file.writestr(name, data)
    return path


def refused(path: Path) -> str:
    with pytest.raises(ContentError) as caught:
        Library([path])
    text = str(caught.value)
    assert text.startswith(f"{path}: ")
    return text


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "acme.zip"


@pytest.mark.parametrize("top", ["", "acme-1.0/"])
def test_a_pack_is_unpacked_once_with_or_without_a_folder_around(
    place: Path, own_cache: Path, top: str
) -> None:
    zipped(place, (f"{top}pack.yaml", PACK), ("__MACOSX/x", "x"), (f"{top}.DS_Store", "x"))
    (pack,) = Library([place]).packs()
    assert (pack.id, pack.place) == ("acme", str(place))
    assert pack.root.is_relative_to(own_cache)
    assert [path.name for path in pack.root.iterdir()] == ["pack.yaml"]
    before = (pack.root / "pack.yaml").stat()
    assert (Library([place]).packs()[0].root / "pack.yaml").stat() == before


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("../evil.yaml", "leads out of the pack"),
        ("a/../../evil.yaml", "leads out of the pack"),
        ("a//b.yaml", "leads out of the pack, or nowhere"),
        ("./b.yaml", "leads out"),
        ("/etc/evil.yaml", "absolute path"),
        ("C:/evil.yaml", "absolute path"),
        ("c:evil.yaml", "absolute path"),
        ("..\\evil.yaml", "backslash"),
        ("\\\\host\\share", "absolute path"),
        ("a\x1b[2J.yaml", "characters that not every system takes"),
        ("a\u202eb.yaml", "characters that not every system takes"),
        ("techniques/a:b.yaml", "characters that not every system takes"),
        ("techniques/con.yaml", "not every system takes"),
        ("techniques/a. ", "not every system takes"),
        ("a" * 300, "too long"),
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(place: Path, name: str, words: str) -> None:
    zipped(place, ("pack.yaml", PACK), (name, "x"))
    text = refused(place)
    assert "entry '" in text and words in text
    assert "\x1b" not in text and len(text.splitlines()) == 1


def test_every_bad_entry_is_told_of_at_once(place: Path) -> None:
    zipped(place, ("pack.yaml", PACK), ("../a", "x"), ("/b", "x"))
    assert len(refused(place).splitlines()) == 2


def test_what_is_no_file_is_refused(place: Path) -> None:
    for kind in (stat.S_IFLNK, stat.S_IFIFO):
        link = zipfile.ZipInfo("techniques/link.yaml")
        link.external_attr = (kind | 0o777) << 16
        zipped(place, ("pack.yaml", PACK), (link, "/etc/passwd"))
        assert "it is a link or a device" in refused(place)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    "names", [("a.yaml", "a.yaml"), ("a.yaml", "A.YAML"), ("é", "e\u0301"), ("a", "a/b")]
)
def test_two_of_a_name_are_refused(place: Path, names: tuple[str, str]) -> None:
    zipped(place, ("pack.yaml", PACK), *((name, "x") for name in names))
    assert "there are two of this name" in refused(place)


def test_an_encrypted_or_oddly_compressed_entry_is_refused(place: Path) -> None:
    zipped(place, ("pack.yaml", PACK))
    data = bytearray(place.read_bytes())
    at = data.index(b"PK\x01\x02")
    struct.pack_into("<H", data, at + 8, 1)
    struct.pack_into("<H", data, 6, 1)
    place.write_bytes(data)
    assert "it is encrypted" in refused(place)
    zipped(place, ("pack.yaml", PACK), compression=zipfile.ZIP_BZIP2)
    assert "compressed in an unusual way" in refused(place)


def test_too_many_entries_are_refused(place: Path) -> None:
    many = ((f"{n}", "") for n in range(2001))
    zipped(place, ("pack.yaml", PACK), *many)
    assert "2002 entries, at most 2000" in refused(place)


def test_a_directory_of_millions_is_refused_before_it_is_read(place: Path) -> None:
    data = bytearray(zipped(place, ("pack.yaml", PACK)).read_bytes())
    struct.pack_into("<I", data, data.rindex(b"PK\x05\x06") + 12, 90_000_000)
    place.write_bytes(data)
    assert "list of entries is too long" in refused(place)


def test_a_bomb_is_refused_while_it_is_read(place: Path, own_cache: Path) -> None:
    zipped(place, ("pack.yaml", PACK), ("x", bytes(3_000_000)), compression=zipfile.ZIP_DEFLATED)
    assert "swells to more than 200 times its size" in refused(place)
    assert list((own_cache / "packs").iterdir()) == []


def test_sizes_are_counted_and_not_believed(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    noise = os.urandom(30_000).hex()
    monkeypatch.setattr(unzip, "MOST_BYTES", 100_000)
    deflated = zipfile.ZIP_DEFLATED
    zipped(place, ("pack.yaml", PACK), ("x", noise), ("y", noise), compression=deflated)
    assert "entry 'y': with it the pack has more than 100000 bytes" in refused(place)
    data = bytearray(zipped(place, ("pack.yaml", PACK), ("x", noise)).read_bytes())
    at = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 10)  # it says that it holds ten bytes
    place.write_bytes(data)
    assert "entry 'x': it is damaged" in refused(place)


def test_what_does_not_open_is_refused(place: Path, tmp_path: Path) -> None:
    for data in (b"", b"PK", b"kind: pack\n", os.urandom(2000)):
        place.write_bytes(data)
        assert "no ZIP file that opens" in refused(place)
    whole = zipped(place, ("pack.yaml", PACK * 50)).read_bytes()
    broken = bytearray(whole)
    broken[60] ^= 0xFF
    place.write_bytes(broken)
    assert "entry 'pack.yaml': it is damaged" in refused(place)
    place.write_bytes(whole[:-30])
    assert "no ZIP file that opens" in refused(place)
    with pytest.raises(UsageError, match="no such content folder"):
        Library([tmp_path / "none.zip"])


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("techniques/a.yaml",), "there is no pack.yaml in it"),
        (("a/b/pack.yaml",), "lies too deep"),
        (("a/pack.yaml", "b/pack.yaml"), "beside the pack's folder a/"),
        (("a/pack.yaml", "x.yaml"), "beside the pack's folder a/"),
    ],
)
def test_a_pack_lies_at_the_top_or_in_the_one_folder(
    place: Path, names: tuple[str, ...], words: str
) -> None:
    zipped(place, *((name, PACK) for name in names))
    assert words in refused(place)


def test_a_fault_of_the_content_is_placed_in_the_archive(place: Path) -> None:
    zipped(place, ("pack.yaml", "kind: pack\nid: Acme!\n"))
    with pytest.raises(ContentError) as caught:
        Library([place])
    assert f"{place}/pack.yaml:2:5: id must be" in str(caught.value)


def test_what_was_damaged_since_is_unpacked_anew(place: Path) -> None:
    zipped(place, ("pack.yaml", PACK), ("routines/a.yaml", "x"))
    root = Library([place]).packs()[0].root
    (root / "routines/a.yaml").unlink()
    (root / "pack.yaml").write_text("kind: routine\n", "utf-8")
    assert Library([place]).packs()[0].root == root
    assert (root / "routines/a.yaml").read_text("utf-8") == "x"
    assert (root / "pack.yaml").read_text("utf-8") == PACK
    assert [path.name for path in root.parents[1].iterdir()] == [root.parent.name]


FOREIGN_LISTS = {
    "nothing": b"",
    "noise": bytes(range(256)),
    "another format": b'{"format": 2, "files": []}',
    "an empty list": b"{}",
    "a number": b"7",
    "a text": b'"pack.yaml"',
    "names": b'["pack.yaml"]',
    "far too deep": b"[" * 100_000,
    "names that no system takes": b'{"\\u0000": 1}',
}


@pytest.mark.parametrize("content", FOREIGN_LISTS.values(), ids=FOREIGN_LISTS.keys())
def test_a_list_of_files_that_is_none_of_ours_has_the_pack_unpacked_anew(
    place: Path, content: bytes
) -> None:
    zipped(place, ("pack.yaml", PACK), ("routines/a.yaml", "x"))
    root = Library([place]).packs()[0].root
    (root.parent / "files.json").write_bytes(content)
    (root / "routines/a.yaml").unlink()
    assert Library([place]).packs()[0].root == root
    assert (root / "routines/a.yaml").read_text("utf-8") == "x"
    assert (root.parent / "files.json").read_bytes() != content


def test_what_nobody_uses_goes_when_another_pack_comes(place: Path, own_cache: Path) -> None:
    old = Library([zipped(place, ("pack.yaml", PACK))]).packs()[0].root.parent
    os.utime(old, (0, 0))
    Library([place])
    left = own_cache / "packs" / ".left.tmp"
    left.mkdir()
    os.utime(left, (0, 0))
    Library([zipped(place, ("pack.yaml", PACK + "# 2"))])
    assert old.exists() and not left.exists(), "what is used stays"
    os.utime(old, (0, 0))
    Library([zipped(place, ("pack.yaml", PACK + "# 3"))])
    assert not old.exists()


def test_many_at_once_all_get_the_whole(place: Path) -> None:
    files = [(f"techniques/{n}.yaml", "x" * 5000) for n in range(40)]
    zipped(place, ("pack.yaml", PACK), *files)
    seen: list[int] = []
    start = threading.Barrier(6)

    def unpack() -> None:
        start.wait()
        seen.append(len(list((unzip.unpacked(place) / "techniques").iterdir())))

    threads = [threading.Thread(target=unpack) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [40] * 6


def test_a_cache_that_cannot_be_written_is_told_of(
    place: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_cache.write_text("a file in its place")
    zipped(place, ("pack.yaml", PACK))
    with pytest.raises(BuildError, match="SMR_AUDIO_CACHE to a folder you can write"):
        Library([place])


def test_random_damage_is_never_a_traceback(place: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("pack.yaml", PACK)
        file.writestr("routines/a.yaml", "kind: routine\n" * 20)
    whole = buffer.getvalue()
    for at in range(0, len(whole), 3):
        place.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        try:
            Library([place])
        except (ContentError, BuildError):
            continue
