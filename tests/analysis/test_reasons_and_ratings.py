"""Reasons out of replies, and people's ratings out of a file."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.analysis.ratings_file import ONE_RATER, read_ratings
from motivtui.analysis.reasons import COLUMNS, rationales_of, reason_of
from motivtui.errors import UsageError
from motivtui.simulation.truth import sized, with_tasks
from motivtui.simulation.write import write_run
from motivtui.stats.human_ratings import HumanRating
from motivtui.store.connection import open_reader
from motivtui.store.flat_rows import trial_rows
from motivtui.store.run_queries import find_run
from tests.stats.rows import choice, rating


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ('{"motivation": 70, "reason": "It is fun."}', "It is fun."),
        ('Sure: {x} {"motivation": 70, "reason": "Fun"} bye', "Fun"),
        ('{"motivation": 70}', ""),
        ('{"motivation": 70, "reason": 3}', ""),
        ("70, because", ""),
        ("{" * 50_000, ""),
        (None, ""),
    ],
)
def test_the_reason_of_a_reply(reply: str | None, reason: str) -> None:
    assert reason_of(reply) == reason


@given(st.text())
def test_any_reply_can_be_read(reply: str) -> None:
    assert isinstance(reason_of(reply), str)


def test_only_single_ratings_of_the_model_itself_have_a_reason() -> None:
    reply = '{"want": 7, "reason": "Because."}'
    wanted = rating(7, "t", "f", reply=reply)
    several = [rating(7, reply=reply, ordinal=99), rating(8, reply=reply, ordinal=99, item="other")]
    others = [rating(3, reply=reply, judge="j"), rating(2, reply=reply, scale_maximum=5), choice(1, reply=reply)]
    open_trial = rating(None, reply=None, state="planned", status=None)
    (found,) = rationales_of([wanted, *several, *others, open_trial])
    assert found == ("m", "f", 7, "Because.")


def test_reasons_of_a_stored_run(tmp_path: Path) -> None:
    truth = with_tasks(sized("small"), 4)
    write_run(truth, tmp_path / "runs.db", 1)
    with closing(open_reader(tmp_path / "runs.db")) as reader:
        run = find_run(reader, "latest")
        some = list(rationales_of(trial_rows(reader, run, columns=COLUMNS)))
        assert some == list(rationales_of(trial_rows(reader, run)))
    assert any(one.text for one in some)


def test_ratings_of_several_people(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("rater,task,value\np,t,3\nq,t,\n")
    assert read_ratings(file) == (HumanRating("p", "t", 3.0), HumanRating("q", "t", None))
    file.write_text("sub_task_id,motivation_score\nt,3.5\n")
    assert read_ratings(file) == (HumanRating(ONE_RATER, "t", 3.5),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("task\nt\n", "line 1: no column value or motivation_score"),
        ("task,value\nt,much\n", "line 2, column value: 'much' is no number"),
        ("task,value\nt,inf\n", "line 2, column value"),
        ("task,value\n,3\n", "line 2, column task"),
        ("task,value\nt\n", "line 2: 1 cells"),
    ],
)
def test_what_is_wrong_with_ratings(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "people.csv"
    file.write_text(text)
    with pytest.raises(UsageError) as caught:
        read_ratings(file)
    assert said in caught.value.message
