"""What is remembered, and that a bad file costs nothing."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.tui.kept import FILE_NAME, MAX_BYTES, Keeper, Kept, read_kept, write_kept


def test_comes_back_as_it_was(tmp_path: Path) -> None:
    kept = Kept(
        theme="motiv-light", models=("scripted/steady", "ü/模型"), tasks=("haiku.1",), per_category=None, repeats=5
    )
    assert write_kept(tmp_path, kept)
    assert read_kept(tmp_path) == kept


def test_only_the_owner_reads_it(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"
    assert write_kept(folder, Kept(probes=("my secret idea",)))
    assert stat.S_IMODE((folder / FILE_NAME).stat().st_mode) == 0o600
    assert [one.name for one in folder.iterdir()] == [FILE_NAME], "no half-written file is left"


def test_without_a_file_all_is_new(tmp_path: Path) -> None:
    assert read_kept(tmp_path) == Kept()
    assert read_kept(tmp_path / "nowhere") == Kept()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"\xff\xfe\x00",
        b'{"theme": 7}',
        b'{"repeats": "many"}',
        b'{"theme": "a", "theme":',
        b'{"repeats": 1e999}',
        b'{"repeats": 99999999999999999999999999}',
        b'{"theme": "\\ud800"}',
        b'{"theme": "\xff"}',
        b'{"other": ' + b"[" * 100_000,
        b'{"models": ' + b"[" * 100_000,
        b'{"theme": "' + b"a" * MAX_BYTES + b'"}',
    ],
    ids=lambda data: repr(data[:30]),
)
def test_a_damaged_file_is_as_none(tmp_path: Path, data: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(data)
    assert read_kept(tmp_path) == Kept()


@given(data=st.binary(max_size=60) | st.text(max_size=60).map(lambda one: one.encode("utf-8", "surrogatepass")))
def test_no_file_raises(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.getbasetemp() / "kept"
    folder.mkdir(exist_ok=True)
    (folder / FILE_NAME).write_bytes(data)
    read_kept(folder)


@pytest.mark.parametrize("record", [{"repeats": 0}, {"repeats": -3}, {"per_category": 0}, {"repeats": 10**9}])
def test_numbers_that_no_study_can_have_are_as_none(tmp_path: Path, record: dict[str, int]) -> None:
    (tmp_path / FILE_NAME).write_bytes(msgspec.json.encode(record))
    assert read_kept(tmp_path) == Kept()


def test_what_a_newer_version_kept_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b'{"theme": "motiv-light", "invented_later": [1, 2]}')
    assert read_kept(tmp_path).theme == "motiv-light"


def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    assert read_kept(tmp_path) == Kept()
    assert not write_kept(tmp_path, Kept())


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("", encoding="utf-8")
    assert read_kept(tmp_path / "data") == Kept()
    assert not write_kept(tmp_path / "data", Kept())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    write_kept(tmp_path, Kept(theme="motiv-light"))
    (tmp_path / FILE_NAME).chmod(0)
    assert read_kept(tmp_path) == Kept()


def test_text_that_cannot_be_stored_costs_only_the_memory(tmp_path: Path) -> None:
    """A terminal in another encoding brings lone surrogates."""
    assert write_kept(tmp_path, Kept(theme="motiv-light"))
    assert not write_kept(tmp_path, Kept(probes=("caf\udce9",)))
    assert read_kept(tmp_path).theme == "motiv-light"


def test_a_slow_disk_holds_nobody_up_and_the_last_wish_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gate, written = threading.Event(), []

    def slow(folder: Path, kept: Kept) -> bool:
        assert gate.wait(60)
        written.append(kept.theme)
        return write_kept(folder, kept)

    monkeypatch.setattr("motivtui.tui.kept.write_kept", slow)
    keeper, kept = Keeper(tmp_path), Kept()
    for theme in ("one", "two", "three", "four"):
        kept.theme = theme
        keeper.keep(kept)
    assert not written, "nobody has waited for the disk"
    kept.theme = "not kept"
    gate.set()
    keeper.close()
    assert written[-1] == "four"
    assert len(written) <= 2, "what was not written yet is passed over"
    assert read_kept(tmp_path).theme == "four"
    keeper.keep(kept)  # after the end: nobody is there to write, and nothing is raised
    assert read_kept(tmp_path).theme == "four"
