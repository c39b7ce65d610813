"""Files that belong together: all or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from motivtui.errors import MotivError, UsageError
from motivtui.plots.file_pair import write_together
from motivtui.plots.files import save
from tests.plots.figures import PLAIN


def test_all_are_written_and_nothing_else_is_left(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("before")
    write_together({one: b"1", two: b"2"})
    assert (one.read_bytes(), two.read_bytes()) == (b"1", b"2")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]


@pytest.mark.parametrize("is_there", [True, False])
def test_if_the_second_cannot_be_placed_the_first_is_as_it_was(tmp_path: Path, *, is_there: bool) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    if is_there:
        one.write_text("before")
    two.mkdir()
    (two / "inside").write_text("x")
    with pytest.raises(MotivError, match="two"):
        write_together({one: b"1", two: b"2"})
    assert (one.read_text() == "before") if is_there else not one.exists()
    assert {path.name for path in tmp_path.iterdir()} == ({"one", "two"} if is_there else {"two"})


def test_a_picture_that_is_a_folder_leaves_no_data_behind(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    (tmp_path / "plot.svg").mkdir()
    with pytest.raises(UsageError, match="folder"):
        save(PLAIN["heat"], tmp_path / "plot.svg", overwrite=True)
    assert [path.name for path in tmp_path.iterdir()] == ["plot.svg"]


@pytest.mark.parametrize("is_there", [True, False])
def test_what_was_placed_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_there: bool) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    if is_there:
        one.write_text("before")
    replace = Path.replace

    def refused(self: Path, target: Path) -> Path:
        if target == two:
            assert one.read_bytes() == b"1"  # it is there already
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(MotivError, match="two: No space left"):
        write_together({one: b"1", two: b"2"})
    assert (one.read_text() == "before") if is_there else not one.exists()
    assert {path.name for path in tmp_path.iterdir()} == ({"one"} if is_there else set())
