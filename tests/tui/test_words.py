"""Numbers and times as they are written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.tui import words


@pytest.mark.parametrize(
    ("write", "value", "shown"),
    [
        (words.count, 1440, "1,440"),
        (words.count, 0, "0"),
        (words.short_count, 9_999, "9,999"),
        (words.short_count, 12_345, "12.3k"),
        (words.short_count, 999_949, "999.9k"),
        (words.short_count, 999_999, "1.0M"),
        (words.short_count, 4_100_000, "4.1M"),
        (words.duration, 0.3, "< 1 s"),
        (words.duration, 42.4, "42 s"),
        (words.duration, 99.4, "99 s"),
        (words.duration, 720, "12 min"),
        (words.duration, 11_100, "3 h 05 min"),
        (words.milliseconds, 840.4, "840 ms"),
        (words.milliseconds, 999.9, "1.0 s"),
        (words.milliseconds, 3_200, "3.2 s"),
        (words.dollars, 0.0, "$0.00"),
        (words.dollars, 0.41, "$0.41"),
        (words.dollars, 0.0123, "$0.0123"),
        (words.dollars, 0.000_001, "< $0.0001"),
        (words.dollars, None, "$?"),
        (words.score, 73.0, "73"),
        (words.score, 73.46, "73.5"),
        (words.signed, 4.2, "+4.2"),
        (words.signed, -3.0, "−3.0"),
        (words.signed, 0.0, "+0.0"),
    ],
)
def test_is_written_so(write: Callable[[Any], str], value: float | None, shown: str) -> None:
    assert write(value) == shown


@pytest.mark.parametrize(
    "write", [words.count, words.short_count, words.duration, words.milliseconds, words.score, words.signed]
)
def test_missing_is_a_dash_and_never_zero(write: Callable[[Any], str]) -> None:
    assert write(None) == words.MISSING


def test_one_and_many() -> None:
    assert [words.counted(number, "trial") for number in (0, 1, 1440)] == ["0 trials", "1 trial", "1,440 trials"]


def test_calls_without_a_price_are_said() -> None:
    assert words.dollars(0.41, unpriced=3) == "$0.41 + ?"


@given(st.floats(0, 1e9))
def test_durations_and_times_stay_short(value: float) -> None:
    assert len(words.duration(value)) <= 15
    assert len(words.milliseconds(value)) <= 11
    assert "1000 ms" not in words.milliseconds(value)


@given(st.integers(0, 10**9))
def test_short_counts_are_short(number: int) -> None:
    shown = words.short_count(number)
    assert len(shown) <= 7
    assert not shown.startswith("1000.0k")
