"""Whether there is room, on a real file system and a clock that moves when told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from motivtui.errors import DatabaseError
from motivtui.runner.disk_floor import DiskFloor


class Clock:
    """Time that moves when told."""

    def __init__(self) -> None:
        self.now = 50.0

    def __call__(self) -> float:
        return self.now


def test_a_floor_below_what_is_free_is_room_and_one_above_is_not(tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free
    assert DiskFloor(tmp_path / "runs.db", free // 2).has_room()
    assert not DiskFloor(tmp_path / "runs.db", free * 2).has_room()
    assert DiskFloor(tmp_path / "runs.db", 0).has_room()


def test_the_floor_itself_is_still_room(tmp_path: Path) -> None:
    clock = Clock()
    free = DiskFloor(tmp_path / "runs.db", 0, clock=clock).free_bytes
    assert free > 0
    exact = DiskFloor(tmp_path / "runs.db", 0, clock=clock)
    exact._floor = exact.free_bytes
    assert exact.has_room()
    exact._floor += 1
    assert not exact.has_room()


def test_it_looks_again_after_a_while_and_not_before(tmp_path: Path) -> None:
    folder = tmp_path / "lab"
    folder.mkdir()
    clock = Clock()
    floor = DiskFloor(folder / "runs.db", 1, every_s=0.5, clock=clock)
    assert floor.has_room()
    folder.rmdir()  # whoever looks now notices
    clock.now += 0.25
    assert floor.has_room()
    clock.now += 0.25
    with pytest.raises(DatabaseError, match="lab"):
        floor.has_room()
    folder.mkdir()
    assert floor.has_room(), "a look that failed does not count"


def test_it_looks_at_once_the_first_time_whatever_the_clock_says(tmp_path: Path) -> None:
    clock = Clock()
    clock.now = 0.0
    assert not DiskFloor(tmp_path / "runs.db", 2**62, clock=clock).has_room()


def test_a_folder_that_is_not_there_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="No such file or directory") as caught:
        DiskFloor(tmp_path / "gone" / "runs.db", 1).has_room()
    assert caught.value.hint


def test_a_link_is_followed_to_where_the_rows_go(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (tmp_path / "runs.db").symlink_to(data / "runs.db")
    floor = DiskFloor(tmp_path / "runs.db", 1, clock=Clock())
    data.rmdir()
    with pytest.raises(DatabaseError, match="data"):
        floor.has_room()


def test_a_relative_path_stays_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lab").mkdir()
    monkeypatch.chdir(tmp_path / "lab")
    floor = DiskFloor(Path("runs.db"), 1)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lab").rmdir()
    with pytest.raises(DatabaseError, match="lab"):
        floor.has_room()
