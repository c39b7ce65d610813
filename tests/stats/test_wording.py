"""Numbers in sentences."""

from __future__ import annotations

import pytest

from motivtui.stats.estimate import Estimate, share
from motivtui.stats.wording import count, left_out, number, p_value, percent, subject, with_interval


@pytest.mark.parametrize(
    ("value", "plain", "signed"),
    [(4.714, "4.71", "+4.71"), (-0.001, "0.00", "0.00"), (16.02, "16.0", "+16.0"), (-123.4, "-123", "-123")],
)
def test_numbers(value: float, plain: str, signed: str) -> None:
    assert (number(value), number(value, signed=True)) == (plain, signed)


@pytest.mark.parametrize(("p", "text"), [(0.0004, "p < .001"), (0.0123, "p = .012"), (1.0, "p = 1.000")])
def test_p(p: float, text: str) -> None:
    assert p_value(p) == text


def test_intervals_and_what_there_is_none_of() -> None:
    assert with_interval(Estimate(4.2, 1.1, 7.3)) == "4.20 [1.10, 7.30]"
    assert with_interval(Estimate(4.2, reason="one family only")) == "4.20 (no interval: one family only)"
    assert with_interval(Estimate(None, reason="no usable score")) == "NA (no usable score)"
    assert percent(share(0, 0, of="answer")) == "NA (no answer)"
    assert percent(share(81, 263)) == "31 % [26, 37]"
    assert percent(Estimate(0.5, reason="one pair only")) == "50 % (no interval: one pair only)"


def test_counts() -> None:
    assert [count(1, "task"), count(2, "task"), count(1200, "family", "families")] == [
        "1 task",
        "2 tasks",
        "1,200 families",
    ]
    assert left_out({}) == "none excluded"
    assert left_out({"refused": 2, "missing": 1}) == "excluded: 1 missing, 2 refused"


def test_a_judge_is_named() -> None:
    assert subject("m", "quality", None, "score", "free") == "m, quality · score (free)"
    assert subject("m", "quality", "j", "score", "free") == "m, quality · score by judge j (free)"
