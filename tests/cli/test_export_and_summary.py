"""Chains and choices on the command line: the shapes of an export and the summary of a run."""

from __future__ import annotations

import csv
import json
import re
import sys
from pathlib import Path

import pytest

from motivtui.store.store import Store
from motivtui.study.score import Score, ScoreStatus
from tests.cli.conftest import Motiv
from tests.store.samples import chain_study, complete, planned, still_open


@pytest.fixture
def chained(motiv: Motiv, home: Path) -> Motiv:
    """A database with a finished run of every phase: judge 1 gives 2 points, judge 2 gives 6."""
    path = home / "results.db"
    with Store(path) as store:
        run = planned(store, chain_study(tasks=4))
        session = store.start_session(run)
        items = {one.id: [item.name for item in one.items] for one in chain_study().instruments}
        for one in still_open(path, run):
            store.add_attempt(one.id, 1, session, "e", is_streamed=False).result()
            store.add_response(one.id, 1, complete("=An answer"), is_final=True).result()
            value = {"j1": 2.0, "j2": 6.0}.get(one.trial.judge or "", 1.0)
            read = [Score(name, value, ScoreStatus.OK) for name in items[one.trial.instrument]]
            store.add_scores(one.id, 1, read, 1).result()
    return motiv


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(("shape", "count"), [("long", 136), ("wide", 76), ("chains", 12)])
def test_every_shape_has_its_rows_and_its_codebook(chained: Motiv, home: Path, shape: str, count: int) -> None:
    out = home / "out.csv"
    said = chained("export", "latest", "--shape", shape, "-o", out)
    assert said.code == 0, said.err
    rows = _table(out)
    assert len(rows) == count
    assert f"{count} rows" in said.err
    book = _table(home / "out.codebook.csv")
    assert [one["column"] for one in book] == list(rows[0])
    assert all(one["meaning"] for one in book)
    shown = chained("export", "latest", "--shape", shape, "--codebook")
    assert list(csv.DictReader(shown.out.splitlines())) == book


def test_wide_and_chains_say_what_was_stored(chained: Motiv) -> None:
    wide = [json.loads(line) for line in chained("export", "--shape", "wide", "--format", "jsonl").out.splitlines()]
    judges = {(one["judge"], one["quality_value"], one["quality_status"], one["motivation_value"]) for one in wide}
    assert {one for one in judges if one[0]} == {("j1", 2.0, "ok", None), ("j2", 6.0, "ok", None)}
    assert {one["reply"] for one in wide} == {"=An answer"}
    chains = [json.loads(line) for line in chained("export", "--shape", "chains", "--format", "jsonl").out.splitlines()]
    assert {(one["judge.quality.j1"], one["judge.quality.j2"]) for one in chains} == {(2.0, 6.0)}
    assert {(one["pre.motivation"], one["pre.motivation.n"], one["output_tokens"]) for one in chains} == {(1.0, 1, 20)}


def test_bad_shapes_and_formats_have_a_way_out(chained: Motiv, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = chained("export", "--shape", "round")
    assert (said.code, "long, wide, chains" in said.err) == (2, True)
    said = chained("export", "--format", "parquet")
    assert (said.code, "-o FILE" in said.err) == (2, True)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    said = chained("export", "-o", home / "out.parquet")
    assert (said.code, "motivtui[parquet]" in said.err) == (2, True)
    assert [one.name for one in home.iterdir() if "out" in one.name] == []


def test_the_codebook_of_a_parquet_file_is_a_csv(chained: Motiv, home: Path) -> None:
    pytest.importorskip("pyarrow")
    said = chained("export", "--shape", "chains", "-o", home / "out.parquet")
    assert said.code == 0, said.err
    assert "pre.motivation" in {one["column"] for one in _table(home / "out.codebook.csv")}


def test_the_summary_pools_no_judges_and_shows_choices_as_shares(chained: Motiv) -> None:
    out = chained("runs", "show").out
    assert "m1 · judge · by j1 · free" in out
    assert "m1 · judge · by j2 · free" in out
    assert "m1 · choice · free · choice" in out
    (money,) = [line for line in out.partition("chose manipulated")[2].splitlines() if line.startswith("money")]
    # Task 1 is always chosen: the manipulated task in half of the eight (both orders, both sides, two pairs).
    assert money.split() == ["money", "50", "%", "of", "8", "100", "%", "8/8", "–"]
    document = chained("runs", "show", "--json").json
    quality = {(one["judge"], one["mean"]) for one in document["summary"] if one["item"] == "quality"}
    assert quality == {("j1", 2.0), ("j2", 6.0)}
    shares = {one["manipulation"]: one["manipulated_share"] for one in document["summary"] if one["item"] == "choice"}
    assert shares == {"none": None, "money": 0.5}


def test_the_summary_fits_a_narrow_terminal(
    chained: Motiv, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    capsys.readouterr()
    out = chained("runs", "show").out
    assert "\x1b[1mmanipulation" in out  # it was taken for a terminal
    lines = re.sub(r"\x1b\[\d*m", "", out).splitlines()
    assert max(len(line) for line in lines) <= 80
    assert any("95 % interval" in line for line in lines)
