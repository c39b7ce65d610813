"""Runs in a database: complete, marked as simulated, with replies that say what their scores do."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from motivtui.errors import UsageError
from motivtui.extraction import extract_scores
from motivtui.simulation import write
from motivtui.simulation.answers import answers
from motivtui.simulation.truth import Truth
from motivtui.simulation.write import Simulated, write_run
from motivtui.store.connection import integrity_problems, open_reader
from motivtui.store.queries import instruments_of, run_summaries, run_tags, trial_rows
from motivtui.study.response import Outcome, Response
from tests.simulation.test_rows import everything

Run = tuple[Path, Simulated]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    db = tmp_path_factory.mktemp("simulated") / "run.db"
    return db, write_run(everything(), db, 2)


@pytest.fixture
def reader(run: Run) -> Iterator[sqlite3.Connection]:
    with closing(open_reader(run[0])) as connection:
        yield connection


def test_the_run_is_whole(run: Run, reader: sqlite3.Connection) -> None:
    (summary,) = run_summaries(reader)

    assert integrity_problems(run[0]) == []
    assert summary["trials"] == run[1].trials
    skipped = reader.execute("SELECT count(*) FROM trial_state WHERE state = 'skipped'").fetchone()[0]
    assert summary["finished"] + skipped == run[1].trials
    assert skipped > 0
    assert [row[0] for row in reader.execute("SELECT reason FROM session_end")] == ["finished"]


def test_nobody_can_take_it_for_data(run: Run, reader: sqlite3.Connection) -> None:
    (summary,) = run_summaries(reader)

    assert summary["name"].startswith("simulated")
    assert run_tags(reader, run[1].run) == ["simulated"]
    assert all(model.startswith("simulated/") for model in summary["models"].split(","))
    for query in (
        "SELECT endpoint FROM attempt",
        "SELECT text FROM response WHERE outcome = 'complete' AND finish_reason = 'stop' AND instr(text, '{') = 0",
        "SELECT prompt FROM task",
        "SELECT text FROM manipulation WHERE text <> ''",
        "SELECT versions FROM run",
    ):
        texts = [row[0] for row in reader.execute(query)]
        assert texts
        assert all("simulated" in text for text in texts)


def test_its_truth_is_on_record(reader: sqlite3.Connection) -> None:
    (options,) = reader.execute("SELECT options FROM session").fetchone()

    assert json.loads(options)["simulated"] == {"seed": 2, "truth": json.loads(json.dumps(everything().as_record()))}


def test_replies_say_what_their_scores_do(run: Run, reader: sqlite3.Connection) -> None:
    """The true extraction reads the same values out of the same places."""
    instruments = instruments_of(reader, run[1].run)
    replies: dict[int, list[dict[str, object]]] = {}
    for row in trial_rows(reader, run[1].run):
        if row["state"] == "complete" and row["item"] is not None:
            replies.setdefault(row["ordinal"], []).append(row)
    assert replies
    for rows in replies.values():
        text = str(rows[0]["reply"])
        response = Response(Outcome.COMPLETE, text, finish_reason=str(rows[0]["finish_reason"]))
        asked = instruments[str(rows[0]["instrument"])]
        read = {one.item: one for one in extract_scores(response, asked.items, "", is_strict=asked.is_strict)}
        for row in rows:
            score = read[str(row["item"])]
            assert (score.value, str(score.status)) == (row["value"], row["status"]), text
            if score.evidence:
                assert (score.evidence.start, score.evidence.end) == (row["evidence_start"], row["evidence_end"])


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    db = tmp_path / "run.db"
    db.write_text("mine")

    with pytest.raises(UsageError, match="is there already"):
        write_run(Truth(), db, 1)

    assert db.read_text() == "mine"


def test_a_run_too_large_for_the_memory_is_refused_before_it_is_planned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write, "expand", None)

    with pytest.raises(UsageError, match="trials are more than"):
        write_run(replace(Truth(), families=50_000), tmp_path / "run.db", 1)

    assert not (tmp_path / "run.db").exists()


def test_an_interrupt_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken_off(*arguments: Any) -> Iterator[Any]:
        yield from islice(answers(*arguments), 20)
        raise KeyboardInterrupt

    monkeypatch.setattr("motivtui.simulation.write.answers", broken_off)
    with pytest.raises(KeyboardInterrupt):
        write_run(Truth(), tmp_path / "run.db", 1)
    assert list(tmp_path.iterdir()) == []
