"""One figure at a known place."""

from __future__ import annotations

from decimal import Decimal

import pytest

from motivtui.extraction.figures import figure_at, worded_value, words_at
from motivtui.study.score import ScoreStatus

UNITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def test_number_words_from_zero_to_a_hundred() -> None:
    words = UNITS + TEENS + [f"{ten}-{unit}".removesuffix("-zero") for ten in TENS for unit in UNITS] + ["one hundred"]
    assert len(words) == 101
    for number, word in enumerate(words):
        for written in (word, word.upper(), word.replace("-", " ")):
            figure = words_at(written, 0)
            assert figure is not None
            assert (figure.value, figure.end) == (Decimal(number), len(written))
            assert worded_value(written) == number


@pytest.mark.parametrize(
    "text",
    [
        "one hundred and five",
        "five hundred",
        "two thousand",
        "one-time",
        "twenty-first",
    ],
)
def test_words_that_are_part_of_more(text: str) -> None:
    assert words_at(text, 0) is None


@pytest.mark.parametrize(
    ("text", "value", "denominator", "is_percent"),
    [
        ("85", 85, None, False),
        ("85.", 85, None, False),
        ("85/100", 85, 100, False),
        ("85 out of 100", 85, 100, False),
        ("85**/100", 85, 100, False),
        ("85 %", 85, None, True),
        ("85 percent", 85, None, True),
        ("-5", -5, None, False),
        ("−5", -5, None, False),
        ("+5", 5, None, False),
        (".5", Decimal("0.5"), None, False),
        ("0085", 85, None, False),
        ("85pts", 85, None, False),
    ],
)
def test_readable(text: str, value: Decimal | int, denominator: int | None, is_percent: bool) -> None:
    figure = figure_at(text, 0)
    assert figure is not None
    assert (figure.value, figure.denominator, figure.is_percent) == (value, denominator, is_percent)
    assert (figure.status, figure.problem) == (ScoreStatus.OK, "")


@pytest.mark.parametrize(
    "text",
    [
        "1_0",
        "1,5",
        "1 000",
        "1.000",
        "1.2.3",
        "10:30",
        "85k",
        "1st",
        "85+",
        "70-80",
        "70 … 80",
        "1e999",
        "85/100-90",
        "85/100/2",
    ],
)
def test_unreadable_has_a_problem_and_no_value(text: str) -> None:
    figure = figure_at(text, 0)
    assert figure is not None
    assert figure.value is None
    assert figure.problem
    assert figure.status in (ScoreStatus.INVALID, ScoreStatus.AMBIGUOUS)


def test_place_inside_a_number_is_no_figure() -> None:
    assert figure_at("850", 1) is None
    assert figure_at("1.85", 2) is None
    assert figure_at("v85", 1) is None
    assert figure_at("x", 0) is None
