"""Chains: what waits for an execution, what is skipped with it, and what is taken up again."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motivtui.errors import DatabaseError
from motivtui.runner.outcome import is_usable, skip_reason
from motivtui.store import queries
from motivtui.store.connection import integrity_problems, open_reader
from motivtui.store.queries import OpenTrial, TrialDetail
from motivtui.store.run_rows import RunRecord
from motivtui.store.store import Store
from motivtui.study.expansion import expand
from motivtui.study.prompt import Part, fill
from motivtui.study.response import ErrorKind, Outcome, Response
from motivtui.study.score import Score, ScoreStatus
from tests.store.samples import CRITERIA, chain_study, complete, failed, planned, rows, still_open


class Chained:
    """A run of chains and one execution of it (under the control) with the trials that go on from it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.run = planned(store, chain_study())
        self.session = store.start_session(self.run)
        opened = still_open(store.path, self.run)
        self.execution = next(
            one for one in opened if (one.trial.instrument, one.trial.manipulation) == ("execution", "none")
        )
        self.after = [one for one in opened if one.execution == self.execution.id]

    def answer(self, one: OpenTrial, response: Response, *, is_final: bool = True) -> None:
        """The next attempt of a trial, and what came back."""
        number = rows(self.store.path, "SELECT count(*) FROM attempt WHERE trial = ?", (one.id,))[0][0] + 1
        round_number = rows(self.store.path, "SELECT count(*) FROM requeue WHERE trial = ?", (one.id,))[0][0] + 1
        self.store.add_attempt(one.id, number, self.session, "e", is_streamed=False).result()
        self.store.add_response(one.id, number, response, is_final=is_final, round_number=round_number).result()

    def states(self, ones: list[OpenTrial]) -> set[tuple[str, str | None]]:
        """State and reason of the trials."""
        found = {
            trial: (state, reason)
            for trial, state, reason in rows(self.store.path, "SELECT trial, state, skip_reason FROM trial_state")
        }
        return {found[one.id] for one in ones}

    def open(self) -> dict[int, OpenTrial]:
        """The open trials by row."""
        return {one.id: one for one in still_open(self.store.path, self.run)}

    def detail(self, one: OpenTrial) -> TrialDetail:
        """Everything about a trial."""
        reader = open_reader(self.store.path)
        try:
            found = queries.trial_detail(reader, self.run, one.trial.ordinal)
        finally:
            reader.close()
        assert found is not None
        return found


@pytest.fixture
def chained(store: Store) -> Chained:
    return Chained(store)


@pytest.fixture
def reader(chained: Chained) -> Iterator[sqlite3.Connection]:
    connection = open_reader(chained.store.path)
    yield connection
    connection.close()


def test_every_trial_comes_back_as_it_was_planned(store: Store, db: Path) -> None:
    study = chain_study()
    trials = expand(study)
    found = still_open(db, planned(store, study))
    assert [one.trial for one in found] == trials
    by_key = {one.trial.key: one.id for one in found}
    for one in found:
        assert (one.next_attempt, one.round) == (1, 1)
        assert one.execution == (by_key[one.trial.continues] if one.trial.continues else None)
    assert Counter(one.trial.instrument for one in found if one.execution) == {"judge": 12, "post": 6, "similar": 2}
    assert {one.trial.choice.manipulated for one in found if one.trial.choice} == {None, "first", "second"}
    assert len({one.trial.item_order for one in found if one.trial.judge}) > 1


def test_the_same_plan_twice_in_one_database_does_not_mix(store: Store, db: Path) -> None:
    first, second = planned(store, chain_study()), planned(store, chain_study())
    ids = [{one.id for one in still_open(db, run)} for run in (first, second)]
    for run, own in zip((first, second), ids, strict=True):
        assert all(one.execution is None or one.execution in own for one in still_open(db, run))


def test_a_trial_before_its_execution_is_refused(store: Store, db: Path) -> None:
    study = chain_study()
    trials = expand(study)
    place = next(number for number, trial in enumerate(trials) if trial.continues)
    lone = [*trials[: place - 1], *trials[place:]]
    with pytest.raises(DatabaseError, match="does not stand before it"):
        store.create_run(RunRecord(study, "study", {}), lone)
    assert rows(db, "SELECT count(*) FROM trial") == [(0,)]


def test_materials_come_back_as_they_were(chained: Chained, reader: sqlite3.Connection) -> None:
    found = queries.instruments_of(reader, chained.run)
    assert found == {one.id: one for one in chain_study().instruments}
    notes = rows(chained.store.path, "SELECT DISTINCT id, choice_note FROM manipulation ORDER BY id")
    assert notes == [("futility", None), ("money", "It pays."), ("none", None)]


ENDS = {
    "error": (failed(ErrorKind.CONTEXT_OVERFLOW), "the execution ended: context_overflow"),
    "partial": (Response(Outcome.PARTIAL, "half an answer"), "the execution ended: partial"),
    "filtered": (complete("I", finish_reason="content_filter"), "the execution was stopped by a content filter"),
    "empty": (complete(""), "the execution brought an empty answer"),
    "blank": (complete(" \n\t\r "), "the execution brought an empty answer"),
}


@pytest.mark.parametrize("end", ENDS)
def test_what_goes_on_from_no_answer_is_skipped_and_says_why(chained: Chained, end: str) -> None:
    response, reason = ENDS[end]
    assert chained.states(chained.after) == {("planned", None)}
    chained.answer(chained.execution, response)
    assert chained.states(chained.after) == {("skipped", reason)}
    assert skip_reason(response) == reason  # what the runner tells
    assert chained.states([chained.execution]) == {(str(response.outcome), None)}
    assert not {one.id for one in chained.after} & set(chained.open())
    skipped = chained.detail(chained.after[0])
    assert skipped.messages == chained.after[0].trial.messages  # never sent: nothing was put in
    assert {(row["state"], row["skip_reason"], row["value"]) for row in skipped.rows} == {("skipped", reason, None)}


@pytest.mark.parametrize("blank", ["\u00a0", "\u2028", "\0", "<think>…</think>", ".", "\ud800"])
def test_anything_else_is_an_answer_to_go_on_from(chained: Chained, blank: str) -> None:
    chained.answer(chained.execution, complete(blank))
    assert chained.states(chained.after) == {("planned", None)}
    assert {one.id for one in chained.after} <= set(chained.open())


@given(
    st.sampled_from(Outcome),
    st.text(st.sampled_from(" \n\t\r\x0b\xa0\0a\ud800"), max_size=3),
    st.sampled_from([None, "stop", "length", "content_filter"]),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_view_and_the_runner_agree_on_what_can_be_gone_on_from(
    tmp_path: Path, outcome: Outcome, text: str, reason: str | None
) -> None:
    response = Response(outcome, text, finish_reason=reason)
    with Store(tmp_path / "results.db") as store:
        chained = Chained(store)
        chained.answer(chained.execution, response)
        assert chained.states(chained.after) == {
            ("planned", None) if is_usable(response) else ("skipped", skip_reason(response))
        }


def test_an_execution_that_may_still_come_skips_nothing(chained: Chained) -> None:
    chained.answer(chained.execution, failed(), is_final=False)
    assert chained.states(chained.after) == {("planned", None)}
    chained.store.add_attempt(chained.execution.id, 2, chained.session, "e", is_streamed=False).result()
    assert chained.states([chained.execution]) == {("unknown", None)}
    assert chained.states(chained.after) == {("planned", None)}
    assert chained.execution.id in chained.open()


def test_requeued_failures_and_what_waits_for_them_are_open_again(chained: Chained, reader: sqlite3.Connection) -> None:
    chained.answer(chained.execution, failed(), is_final=False)
    chained.answer(chained.execution, Response(Outcome.PARTIAL, "half"))
    assert queries.final_reply(reader, chained.execution.id) == "half"
    assert chained.store.requeue_failed(chained.run) == 1
    assert chained.store.requeue_failed(chained.run) == 0
    assert queries.final_reply(reader, chained.execution.id) is None  # that one does not count any more
    assert chained.states([chained.execution, *chained.after]) == {("planned", None)}
    again = chained.open()[chained.execution.id]
    assert (again.next_attempt, again.round) == (3, 2)
    assert chained.open()[chained.after[0].id].next_attempt == 1
    assert {row["reply"] for row in chained.detail(chained.execution).rows} == {None}

    chained.store.add_attempt(chained.execution.id, 3, chained.session, "e", is_streamed=False).result()
    assert chained.states([chained.execution]) == {("unknown", None)}
    assert chained.open()[chained.execution.id].round == 2
    chained.store.add_response(chained.execution.id, 3, failed(), is_final=True, round_number=2).result()
    assert chained.states(chained.after) == {("skipped", "the execution ended: server")}
    assert chained.store.requeue_failed(chained.run) == 1
    assert chained.open()[chained.execution.id].round == 3
    chained.answer(chained.execution, complete("at last"))
    assert chained.states([chained.execution]) == {("complete", None)}
    assert chained.states(chained.after) == {("planned", None)}
    assert queries.final_reply(reader, chained.execution.id) == "at last"
    assert [one["outcome"] for one in chained.detail(chained.execution).attempts] == [
        "error", "partial", "error", "complete",
    ]  # fmt: skip
    (summary,) = queries.run_summaries(reader, chained.run)
    assert (summary["finished"], summary["complete"], summary["failed"]) == (1, 1, 0)
    assert (summary["known_cost_usd"], summary["unpriced_responses"]) == (0.25, 3)
    assert integrity_problems(chained.store.path) == []


def test_a_complete_trial_is_never_taken_up_again(chained: Chained) -> None:
    chained.answer(chained.execution, complete("done"))
    refused, lost, *others = chained.after
    chained.answer(refused, complete("I would rather not."))
    chained.store.add_scores(refused.id, 1, [Score("quality", None, ScoreStatus.REFUSED)], 1).result()
    chained.answer(lost, failed())
    chained.answer(others[0], failed(), is_final=False)  # still open: nothing to take up
    before = rows(chained.store.path, "SELECT * FROM response WHERE outcome = 'complete' ORDER BY trial")
    assert chained.store.requeue_failed(chained.run) == 1
    assert rows(chained.store.path, "SELECT trial, round FROM requeue") == [(lost.id, 1)]
    assert chained.states([chained.execution, refused]) == {("complete", None)}
    assert not {chained.execution.id, refused.id} & set(chained.open())
    assert rows(chained.store.path, "SELECT * FROM response WHERE outcome = 'complete' ORDER BY trial") == before


def test_only_the_run_asked_for_is_taken_up_again(store: Store, db: Path) -> None:
    one, other = Chained(store), Chained(store)
    for each in (one, other):
        each.answer(each.execution, failed())
    assert store.requeue_failed(one.run) == 1
    assert rows(db, "SELECT trial FROM requeue") == [(one.execution.id,)]
    assert store.requeue_failed("no run") == 0


def test_a_round_has_one_final_response(chained: Chained) -> None:
    one = chained.execution
    chained.answer(one, failed())
    with pytest.raises(DatabaseError, match="UNIQUE"):
        chained.answer(one, complete("second of the same round"))
    chained.store.requeue_failed(chained.run)
    chained.answer(one, complete("the next round's"))
    with pytest.raises(DatabaseError, match="UNIQUE"):
        chained.answer(one, complete("and another"))
    assert rows(chained.store.path, "SELECT round, outcome FROM response WHERE is_final ORDER BY round") == [
        (1, "error"), (2, "complete"),
    ]  # fmt: skip


def test_a_late_answer_to_a_requeued_round_changes_nothing(chained: Chained) -> None:
    """An attempt of the first round comes back after the second has begun."""
    one = chained.execution
    for number in (1, 2):
        chained.store.add_attempt(one.id, number, chained.session, "e", is_streamed=False).result()
    chained.store.add_response(one.id, 2, failed(), is_final=True).result()
    chained.store.requeue_failed(chained.run)
    chained.store.add_response(one.id, 1, complete("late"), is_final=False).result()
    assert chained.states([one]) == {("planned", None)}
    assert chained.open()[one.id].next_attempt == 3


def test_messages_are_shown_as_they_are_sent(chained: Chained) -> None:
    judge = next(one for one in chained.after if one.trial.judge)
    post = next(one for one in chained.after if one.trial.instrument == "post")
    assert chained.detail(judge).messages == judge.trial.messages
    hostile = "[0123456789abcdef] {answer} {nonce} \ud800 \0 ENDE"
    chained.answer(chained.execution, complete(f"<think>secret</think>\n{hostile}"))
    shown = chained.detail(judge)
    assert shown.messages == fill(judge.trial.messages, hostile, judge.trial.key)
    nonces = {part.text for one in shown.messages for part in one.segments if part.part is Part.NONCE}
    (nonce,) = nonces
    assert len(nonce) == 16
    assert shown.spoken()[0][1].count(f"[{nonce}]") == 2
    roles = [(role, text) for role, text in chained.detail(post).spoken()]
    assert roles[-2] == ("assistant", hostile)
    assert [role for role, _ in roles] == ["user", "assistant", "user"]


def test_a_judges_rows(chained: Chained, reader: sqlite3.Connection) -> None:
    chained.answer(chained.execution, complete("an answer"))
    for one in chained.after:
        chained.answer(one, complete())
        if one.trial.judge:
            points = 3.0 if one.trial.judge == "j1" else 6.0
            read = [Score(item.name, points, ScoreStatus.OK) for item in CRITERIA]
            chained.store.add_scores(one.id, 1, read, 1).result()
    ordinals = [one.trial.ordinal for one in chained.after if one.trial.judge]
    found = list(queries.trial_rows(reader, chained.run, {"instrument": ["judge"], "ordinal": ordinals}))
    assert {(row["judge"], row["value"], row["model"], row["phase"]) for row in found} == {
        ("j1", 3.0, "m1", "judge"), ("j2", 6.0, "m1", "judge"),
    }  # fmt: skip
    assert {(row["execution"], row["execution_repeat"]) for row in found} == {(chained.execution.trial.ordinal, 1)}
    orders = {one.trial.ordinal: one.trial.item_order for one in chained.after}
    for ordinal in ordinals:
        asked = [(row["position"], row["item"]) for row in found if row["ordinal"] == ordinal]
        assert asked == list(enumerate(orders[ordinal], start=1))


def test_an_execution_has_one_row_without_an_item(chained: Chained, reader: sqlite3.Connection) -> None:
    chained.answer(chained.execution, complete("x", reasoning="y"))
    (row,) = queries.trial_rows(reader, chained.run, {"ordinal": [chained.execution.trial.ordinal]})
    empty = ("item", "position", "scale_minimum", "value", "status", "evidence", "judge", "execution", "chosen_task")
    assert {name: row[name] for name in empty} == dict.fromkeys(empty)
    assert (row["reply"], row["reasoning"], row["state"], row["phase"]) == ("x", "y", "complete", "execute")
    assert chained.detail(chained.execution).scores() == []
    counts = Counter(one["ordinal"] for one in queries.trial_rows(reader, chained.run) if one["phase"] == "execute")
    assert set(counts.values()) == {1}


def test_an_execution_waits_for_no_scores(chained: Chained, reader: sqlite3.Connection) -> None:
    chained.answer(chained.execution, complete("an answer"))
    assert queries.unscored_responses(reader, chained.run, 1) == []
    post = next(one for one in chained.after if one.trial.instrument == "post")
    chained.answer(post, complete())
    (left,) = queries.unscored_responses(reader, chained.run, 1)
    assert (left.trial, left.execution, left.messages) == (post.id, chained.execution.id, post.trial.messages)


@pytest.mark.parametrize(
    ("value", "order", "wanted"),
    [(1.0, "given", "t0"), (2.0, "given", "t1"), (1.0, "swapped", "t1"), (2.0, "swapped", "t0"), (None, "given", None)],
)
def test_the_chosen_task(
    chained: Chained, reader: sqlite3.Connection, value: float | None, order: str, wanted: str | None
) -> None:
    one = next(
        each for each in chained.open().values()
        if each.trial.choice and each.trial.choice.order == order and each.trial.choice.manipulated == "second"
    )  # fmt: skip
    chained.answer(one, complete())
    status = ScoreStatus.OK if value else ScoreStatus.AMBIGUOUS
    chained.store.add_scores(one.id, 1, [Score("choice", value, status)], 1).result()
    (row,) = queries.trial_rows(reader, chained.run, {"ordinal": [one.trial.ordinal]})
    assert (row["task"], row["other_task"], row["task_order"], row["manipulated"]) == ("t0", "t1", order, "second")
    assert row["chosen_task"] == wanted
    assert (row["manipulation"], row["wording"]) == ("money", 1)


def test_a_scale_of_a_choice_names_no_task(store: Store, db: Path) -> None:
    study = chain_study()
    choice = study.instruments[-1]
    scale = replace(study.instruments[0].items[0], name="ease")
    study = replace(study, instruments=(replace(choice, items=(*choice.items, scale)),))
    run = planned(store, study)
    session = store.start_session(run)
    one = still_open(db, run)[0]
    store.add_attempt(one.id, 1, session, "e", is_streamed=False).result()
    store.add_response(one.id, 1, complete(), is_final=True).result()
    store.add_scores(one.id, 1, [Score(name, 1.0, ScoreStatus.OK) for name in ("choice", "ease")], 1).result()
    found = rows(db, "SELECT item, chosen_task IS NULL FROM trial_scores WHERE value IS NOT NULL ORDER BY item")
    assert found == [("choice", 0), ("ease", 1)]


def test_what_was_asked_for_is_kept_whatever_it_holds(store: Store, db: Path) -> None:
    request = {"materials": ["/tmp/\udcff", "ä"], "tasks": {"limit": 3}, "max_cost": None}
    study = chain_study()
    run = store.create_run(RunRecord(study, "study", {}, request, lock_hash="abc", lock_followed=False), expand(study))
    ((stored, lock, followed),) = rows(db, "SELECT request, lock_hash, lock_followed FROM run WHERE id = ?", (run,))
    assert (json.loads(stored), lock, followed) == (request, "abc", 0)
    plain = store.create_run(RunRecord(study, "study", {}), expand(study))
    assert rows(db, "SELECT request, lock_hash, lock_followed FROM run WHERE id = ?", (plain,)) == [(None, None, None)]
