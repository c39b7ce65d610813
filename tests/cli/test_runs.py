"""`motiv runs`: tags, the archive, and removal."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

import pytest

from motivtui.runner.lease import hold
from motivtui.settings import read_settings
from motivtui.store.connection import open_reader
from tests.cli.conftest import Motiv


@pytest.fixture
def runs(motiv: Motiv) -> list[str]:
    """Two small runs, the newest first."""
    for task in ("First", "Second"):
        assert motiv("probe", task, "-m", "scripted/steady").code == 0
    return [one["run"] for one in motiv("runs", "--json").json]


def _rows(sql: str) -> list[tuple[object, ...]]:
    with closing(open_reader(read_settings().db)) as reader:
        return [tuple(row) for row in reader.execute(sql).fetchall()]


def test_tags_are_given_taken_and_filtered_by(motiv: Motiv, runs: list[str]) -> None:
    new, old = runs
    assert motiv("runs", "tag", new).out == ""
    assert motiv("runs", "tag", new, "pilot, für Anna", "x").out.splitlines() == ["für Anna", "pilot", "x"]
    assert motiv("runs", "tag", old[:5], "x", "--json").json == {"run": old, "tags": ["x"]}
    assert motiv("runs", "tag", new, "y", "--remove", "x", "--remove", "never").out.splitlines() == [
        "für Anna",
        "pilot",
        "y",
    ]
    listed = motiv("runs", "--json").json
    assert [(one["run"], one["tags"]) for one in listed] == [(new, ["für Anna", "pilot", "y"]), (old, ["x"])]
    assert [one["run"] for one in motiv("runs", "--tag", "x", "--json").json] == [old]
    assert [one["run"] for one in motiv("runs", "--tag", "pilot,y", "--json").json] == [new]
    assert motiv("runs", "--tag", "pilot", "--tag", "x", "--json").json == []
    assert "für Anna, pilot, y" in motiv("runs").out
    assert "für Anna, pilot, y" in motiv("runs", "show", new).out
    nothing = motiv("runs", "--tag", "nothing")
    assert (nothing.code, nothing.out) == (0, "")
    assert "No run has the tag" in nothing.err
    assert motiv("runs", "tag", new, "x" * 41).code == 2
    assert motiv("runs", "tag", "nope", "x").code == 2


def test_archived_runs_are_listed_only_when_asked_for(motiv: Motiv, runs: list[str]) -> None:
    new, old = runs
    said = motiv("runs", "archive", new)
    assert (said.code, said.out) == (0, "")
    assert "--undo" in said.err
    assert [one["run"] for one in motiv("runs", "--json").json] == [old]
    assert [one["run"] for one in motiv("runs", "--all", "--json").json] == [new, old]
    listed = motiv("runs")
    assert new not in listed.out
    assert "not shown: 1" in listed.err
    everything = motiv("runs", "--all")
    assert new in everything.out
    assert everything.err == ""
    assert motiv("runs", "show", "latest", "--json").json["id"] == old
    assert motiv("runs", "archive", new, "--undo", "--json").json == {"run": new, "is_archived": False}
    assert [one["run"] for one in motiv("runs", "--json").json] == [new, old]


def test_a_run_is_removed_only_with_a_yes(motiv: Motiv, runs: list[str]) -> None:
    new, old = runs
    refused = motiv("runs", "rm", new)
    assert refused.code == 2
    assert "--yes" in refused.err
    assert motiv("runs", "rm", "nope", "--yes").code == 2
    assert len(_rows("SELECT id FROM run")) == 2
    trials = len(_rows(f"SELECT id FROM trial WHERE run = '{new}'"))  # noqa: S608
    assert motiv("runs", "rm", new, "--yes", "--json").json == {"run": new, "removed_trials": trials}
    assert _rows("SELECT DISTINCT run FROM trial") == [(old,)]
    assert motiv("runs", "rm", new, "--yes").code == 2
    assert motiv("runs", "rm", "latest", "--yes").code == 0
    assert _rows("SELECT count(*) FROM prompt") == [(0,)]
    assert "No run yet" in motiv("runs").err


@pytest.mark.parametrize(("answer", "is_removed"), [("y\n", True), ("n\n", False), ("", False)])
def test_at_a_terminal_it_asks(
    motiv: Motiv, runs: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, answer: str, is_removed: bool
) -> None:
    typed = tmp_path / "typed"
    typed.write_text(answer, encoding="utf-8")
    with typed.open(encoding="utf-8") as keyboard:
        monkeypatch.setattr(keyboard, "isatty", lambda: True, raising=False)
        monkeypatch.setattr(sys, "stdin", keyboard)
        said = motiv("runs", "rm", runs[0])
    assert said.code == (0 if is_removed else 1)
    assert f"Run {runs[0]}, Second" in said.err
    assert (len(_rows("SELECT id FROM run")) == 1) is is_removed


def test_a_run_that_a_process_holds_is_not_removed(motiv: Motiv, runs: list[str]) -> None:
    settings = read_settings()
    with hold(runs[0], settings.db, settings.locks_folder):
        said = motiv("runs", "rm", runs[0], "--yes")
        assert said.code == 3
        assert runs[0] in said.err
        assert motiv("runs", "tag", runs[0], "x").code == 0
    assert len(_rows("SELECT id FROM run")) == 2
    assert motiv("runs", "rm", runs[0], "--yes").code == 0
