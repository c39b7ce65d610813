"""New files: in one piece or not at all, and never over another."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from motivtui.conduct.new_file import write_new


def test_a_file_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "f"
    write_new(path, "ä\n")
    with pytest.raises(FileExistsError):
        write_new(path, "other")
    assert path.read_bytes() == "ä\n".encode()


def test_a_disk_without_room_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_new(tmp_path / "f", "text")
    assert list(tmp_path.iterdir()) == []
