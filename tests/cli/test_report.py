"""`motiv report`: where the page goes, and what is said when it cannot be written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from motivtui.cli.report import report
from motivtui.errors import DatabaseError, MotivError, UsageError
from motivtui.store.connection import open_writer
from tests.analysis.simulated import SCALE, simulated, study

Report = Callable[..., None]


@pytest.fixture
def write(home: Path) -> Report:
    """`write("latest", "-o", path)`: the command alone, errors raised as they are shown by `main`."""
    app = typer.Typer()
    app.command()(report)
    assert home.is_dir()

    def call(*words: str | Path) -> None:
        app(args=[str(word) for word in words], standalone_mode=False)

    return call


@pytest.fixture
def run(home: Path) -> str:
    """A small run in the default database."""
    made = study(families=3, repeats=1, models=("a/one",), manipulations=("none", "money"), instruments=(SCALE,))
    return simulated(home / "results.db", made)


def test_it_writes_one_file_that_is_the_owners(
    write: Report, run: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(run[:3], "--draws", "200")
    (found,) = home.glob("*.html")
    assert found.name == f"report-{run}.html"
    assert found.stat().st_mode & 0o077 == 0
    text = found.read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert text.endswith("</html>\n")
    captured = capsys.readouterr()
    assert captured.out == ""
    assert f"report-{run}.html" in captured.err
    assert not list(home.glob(".report*"))


def test_it_overwrites_only_when_told(write: Report, run: str, home: Path) -> None:
    place = home / "mine.html"
    place.write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="already there") as caught:
        write(run, "-o", place)
    assert "--force" in caught.value.hint
    assert place.read_text(encoding="utf-8") == "mine"
    write(run, "-o", place, "--force", "--draws", "200")
    assert "<h1>simulated</h1>" in place.read_text(encoding="utf-8")


def test_what_cannot_be_said_is_said_before_anything_is_computed(
    write: Report, run: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("it was computed")

    monkeypatch.setattr("motivtui.report.gather.gather", never)
    for words, error, message in (
        ((run, "-o", home), UsageError, "is a folder"),
        ((run, "-o", home / "no" / "x.html"), UsageError, "no such folder"),
        (("nosuchrun",), UsageError, "no run"),
        ((run, "--db", home / "none.db"), DatabaseError, "no such database"),
        ((run, "--ratings", home / "none.csv"), UsageError, "none.csv"),
    ):
        with pytest.raises(error, match=message):
            write(*words)


def test_a_file_that_cannot_be_written_leaves_nothing_behind(
    write: Report, run: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(MotivError, match="No space left"):
        write(run, "-o", home / "out.html", "--draws", "200")
    assert not list(home.glob("*.html"))
    assert not list(home.glob(".report*"))


def test_a_run_without_a_single_answer_has_a_page(write: Report, home: Path) -> None:
    open_writer(home / "results.db").close()
    made = study(families=3, repeats=1, models=("a/one",), manipulations=("none", "money"), instruments=(SCALE,))
    simulated(home / "results.db", made, answered=0)
    write("latest", "-o", home / "empty.html", "--draws", "200")
    text = (home / "empty.html").read_text(encoding="utf-8")
    assert "Interim" in text
    assert "could not be computed" not in text
