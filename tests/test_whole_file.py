"""Files that are whole or not there at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from motivtui.whole_file import whole_file, write_whole


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def write_half(path: Path) -> None:
    with whole_file(path) as file:
        file.write(b"half")
        raise KeyboardInterrupt


def write_to_a_full_disk(path: Path) -> None:
    with whole_file(path) as file:
        os.dup2(os.open("/dev/full", os.O_WRONLY), file.fileno())
        file.write(b"x" * 100_000)


def test_it_takes_the_place_of_what_was_there_and_is_its_owners(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    path.chmod(0o644)
    with whole_file(path) as file:
        file.write(b"new")
        file.flush()
        assert path.read_text() == "old", "whoever reads meanwhile sees what was there"
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert names_in(tmp_path) == ["a.txt"]


def test_an_interrupt_leaves_what_was_there_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt):
        write_half(path)
    assert path.read_text() == "old"
    assert names_in(tmp_path) == ["a.txt"]


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No space") as caught:
        write_to_a_full_disk(tmp_path / "a.txt")
    assert caught.value.errno == errno.ENOSPC
    assert names_in(tmp_path) == []


def test_a_name_may_be_as_long_as_names_may_be(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 255)
    write_whole(path, b"x")
    assert path.read_bytes() == b"x"
