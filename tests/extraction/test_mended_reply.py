"""Almost-JSON: mended by the library, confirmed by our own reading of the original text."""

from __future__ import annotations

import pytest

from motivtui.extraction import extract_scores
from motivtui.extraction.figures import figure_at
from motivtui.extraction.mended_reply import _value_reading
from motivtui.extraction.vocabulary import vocabulary
from motivtui.study.instrument import Item
from motivtui.study.response import Outcome, Response
from motivtui.study.score import Score, ScoreStatus

ITEM = Item("motivation", "motivation")


def read(text: str, finish_reason: str = "stop") -> Score:
    (score,) = extract_scores(Response(Outcome.COMPLETE, text=text, finish_reason=finish_reason), (ITEM,), "")
    return score


@pytest.mark.parametrize(
    "text",
    [
        "{'motivation': 85, 'reason': 'it is fun'}",
        '{"motivation": 85,}',
        '{"motivation": 85, "reason": "cut off in the mid',
        '{"motivation": 85, "reason": "a\nline"}',
        '{"motivation": 85 /* high */}',
        '{"motivation": 85 // high\n}',
        "{motivation: 85}",
        "{“motivation”: 85}",
        '{"motivation": <85>}',
        '{"motivation": 85 "reason": "no comma"}',
        '{"motivation": 85, "reason": "I said "motivation: 10" before"}',
        '{"motivation": 85%}',
        '{"motivation": 85/100}',
        "{'result': {'motivation': 85,},}",
        "```json\n{'motivation': 85}\n```",
        "function f() { return \"{\"; }\n{'motivation': 85}",
    ],
)
def test_mended(text: str) -> None:
    score = read(text)
    assert (score.status, score.value) == (ScoreStatus.REPAIRED, 85)
    assert score.evidence is not None
    assert text[score.evidence.start : score.evidence.end] == "85"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("{'motivation': 'high'}", ScoreStatus.INVALID),
        ("{'motivation': 850,}", ScoreStatus.OUT_OF_RANGE),
        ("{'motivation': -5,}", ScoreStatus.OUT_OF_RANGE),
        ("{'motivation': 70-80}", ScoreStatus.AMBIGUOUS),
        ("{'motivation': 1_0}", ScoreStatus.INVALID),
        ("{'motivation': 1 000}", ScoreStatus.AMBIGUOUS),
        ("{'motivation': 70,} or {'motivation': 80,}", ScoreStatus.AMBIGUOUS),
    ],
)
def test_what_the_library_would_have_made_a_number_of(text: str, status: ScoreStatus) -> None:
    assert (read(text).status, read(text).value) == (status, None)


@pytest.mark.parametrize("finish_reason", ["stop", "length"])
@pytest.mark.parametrize(
    "text", ['{"motivation": 8', '{"motivation": 8 \n', '{"motivation": "8', '{"motivation": 8.', "{'motivation': 8"]
)
def test_number_at_the_end_of_an_open_object_may_be_cut(text: str, finish_reason: str) -> None:
    score = read(text, finish_reason)
    assert (score.status, score.value) == (ScoreStatus.TRUNCATED, None)


def test_echo_of_an_unclosed_example_is_passed_over() -> None:
    prompt = 'Example: {"motivation": 42, "reason": "so"}'
    response = Response(Outcome.COMPLETE, text='{"motivation": 42, "reason')
    (score,) = extract_scores(response, (ITEM,), prompt)
    assert (score.status, score.value) == (ScoreStatus.MISSING, None)


def test_long_reason_behind_the_number() -> None:
    assert read("{'motivation': 85, 'reason': '" + "so it's fun " * 5_000).value == 85


def test_many_braces_are_not_handed_to_the_library() -> None:
    assert read("{'motivation': 85, 'x': " + "[{" * 10_000).value == 85
    assert read("{" * 300 + "'motivation': 85").value is None


@pytest.mark.parametrize(
    "value", [8, 850, 85.5, float("nan"), float("inf"), True, None, "", "8", "high", [85], {"a": 85}]
)
def test_a_number_that_the_library_does_not_confirm_is_no_score(value: object) -> None:
    text = "{'motivation': 85, 'x': 1}"
    reading = _value_reading(text, 15, figure_at(text, 15), [value], 0, vocabulary((ITEM,)))
    assert reading.status is ScoreStatus.INVALID
    confirmed = _value_reading(text, 15, figure_at(text, 15), [value, "85 or so"], 0, vocabulary((ITEM,)))
    assert confirmed.status is ScoreStatus.REPAIRED
