"""What became of trials: rates are of trials with an answer, everything else stands beside them."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from motivtui.stats.statuses import REFUSED, UNREADABLE, StatusRates, status_rates
from motivtui.study.score import SCORED, ScoreStatus
from tests.stats.rows import Row, choice, rating, table


def rates(rows: list[Row]) -> StatusRates:
    (found,) = status_rates(table(rows))
    return found


def trial(ordinal: int, *statuses: str | None, state: str = "complete") -> list[Row]:
    """A trial with an item for each status."""
    return [
        rating(5 if status == "ok" else None, item=f"i{number}", ordinal=ordinal, status=status, state=state)
        for number, status in enumerate(statuses)
    ]


def test_a_trial_is_refused_once_however_many_items_it_has() -> None:
    rows = [
        *trial(1, "refused", "refused", "refused"),
        *trial(2, "ok", "ok", "ok"),
        *trial(3, "ok", "missing", "out_of_range"),
        *trial(4, None, None, None, state="planned"),
        *trial(5, "error", "error", "error", state="error"),
    ]
    found = rates(rows)
    assert (found.trials, found.answers) == (5, 3)
    assert found.states == {"complete": 3, "planned": 1, "error": 1}
    assert found.statuses == {"refused": 3, "ok": 4, "missing": 1, "out_of_range": 1, "error": 3}
    assert (found.refused.value, found.unreadable.value) == (1 / 3, 1 / 3)
    assert found.refused.n_rows == 3
    assert "of 3 answers; 2 of 5 trials are not complete" in found.sentence


def test_every_status_is_a_score_a_refusal_unreadable_or_a_tie() -> None:
    assert {*SCORED, *REFUSED, *UNREADABLE, ScoreStatus.TIE} == set(ScoreStatus)


def test_a_tie_is_an_answer() -> None:
    found = rates([choice(None, status="tie"), choice(1)])
    assert (found.answers, found.unreadable.value, found.refused.value) == (2, 0, 0)


def test_rates_have_wilsons_interval() -> None:
    rows = [row for ordinal in range(20) for row in trial(ordinal, "ok")]
    found = rates(rows).refused
    assert found.value == 0
    assert found.low == 0
    assert found.high == pytest.approx(0.1611, abs=5e-5)  # Newcombe (1998), table I: 0/20


def test_executions_have_states_and_no_rate() -> None:
    execution = rating(None, item=None, item_kind=None, status=None, phase="execute", finish_reason="length")
    found = rates([execution])
    assert (found.trials, found.answers, found.finish_reasons) == (1, 0, {"length": 1})
    assert (found.refused.value, found.refused.reason) == (None, "no complete answer with scores")
    assert found.statuses == {}
    assert "NA (no complete answer with scores)" in found.sentence


def test_cells_stand_apart_and_add_up() -> None:
    generator = np.random.default_rng(5)
    rows = [
        rating(
            None,
            model=str(generator.choice(["a", "b"])),
            manipulation=str(generator.choice(["none", "money"])),
            judge=str(generator.choice(["j", "k"])),
            status=str(generator.choice(["refused", "missing"])),
        )
        for _ in range(100)
    ]
    found = status_rates(table(rows))
    assert len(found) == 8
    assert sum(one.trials for one in found) == 100
    assert [one.manipulation for one in found[:2]] == ["none", "money"]
    refused = sum(row["status"] == "refused" for row in rows)
    assert sum(round((one.refused.value or 0) * one.answers) for one in found) == refused


def test_no_rows_no_rates() -> None:
    assert status_rates(table([])) == ()


def test_it_survives_json() -> None:
    found = status_rates(table([*trial(1, "ok"), *trial(2, None, state="skipped")]))
    assert msgspec.json.decode(msgspec.json.encode(found), type=tuple[StatusRates, ...]) == found
