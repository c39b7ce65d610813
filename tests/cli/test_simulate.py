"""`motiv simulate`: a run with its truth, in a database of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Motiv

SMALL = ("simulate", "--tasks", "6", "--models", "2", "-o", "run.db")


def test_a_run_is_written_and_its_truth_told(motiv: Motiv, home: Path) -> None:
    said = motiv(*SMALL)

    assert said.code == 0, said.err
    assert (home / "run.db").is_file()
    assert "manipulations  difference" in said.out
    assert "simulated trials in run.db" in said.err
    assert "motiv runs show" in said.err


def test_what_it_says_to_look_with_works(motiv: Motiv) -> None:
    run = motiv(*SMALL, "--json").json["run"]

    assert motiv("runs", "show", run, "--db", "run.db").code == 0
    assert motiv("runs", "--db", "run.db", "--json").json[0]["tags"] == ["simulated"]
    assert motiv("export", run, "--db", "run.db", "-o", "scores.csv").code == 0
    assert "simulated/alpha" in Path("scores.csv").read_text(encoding="utf-8")


def test_json_holds_everything(motiv: Motiv) -> None:
    found = motiv(*SMALL, "--seed", "4", "--json").json

    assert (found["seed"], found["db"]) == (4, "run.db")
    assert list(found["truth"]["models"]) == ["alpha", "bravo"]
    values = [one for one in found["true_values"] if one["estimand"] == "difference" and one["manipulation"] == "money"]
    assert {one["model"] for one in values} == {"simulated/alpha", "simulated/bravo", "panel", "population"}


def test_no_file_is_written_over(motiv: Motiv) -> None:
    assert motiv(*SMALL).code == 0

    again = motiv(*SMALL)

    assert again.code == 2
    assert "run.db is there already" in again.err


def test_a_shown_truth_makes_the_same_run(motiv: Motiv) -> None:
    shown = motiv("simulate", "--show", "--tasks", "6", "--models", "2")
    Path("truth.toml").write_text(shown.out)

    one = motiv(*SMALL, "--json").json
    other = motiv("simulate", "truth.toml", "-o", "other.db", "--json").json

    assert one["true_values"] == other["true_values"]
    exported = [motiv("trials", run["run"], "--db", run["db"], "--json").json for run in (one, other)]
    assert [row["value"] for row in exported[0]] == [row["value"] for row in exported[1]]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--size", "huge", "-o", "run.db"), "'huge' is no size"),
        ((), "no database is named"),
        (("missing.toml", "-o", "run.db"), "missing.toml: No such file"),
        (("-o", "."), "is there already"),
        (("--tasks", "1", "-o", "run.db"), "1 is not in the range"),
    ],
)
def test_words_that_are_off(motiv: Motiv, arguments: tuple[str, ...], said: str) -> None:
    found = motiv("simulate", *arguments)

    assert found.code == 2
    assert said in found.err
    assert "Traceback" not in found.err
    assert not Path("run.db").exists()
