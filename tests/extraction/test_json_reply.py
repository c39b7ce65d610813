"""Strict JSON objects in a reply."""

from __future__ import annotations

import pytest

from motivtui.extraction import extract_scores
from motivtui.extraction.json_reply import find_objects, read_object
from motivtui.extraction.vocabulary import vocabulary
from motivtui.study.instrument import Item
from motivtui.study.response import Outcome, Response
from motivtui.study.score import Score, ScoreStatus

ITEM = Item("motivation_score", "motivation")


def read(text: str) -> Score:
    (score,) = extract_scores(Response(Outcome.COMPLETE, text=text), (ITEM,), "")
    return score


@pytest.mark.parametrize(
    ("value", "status", "number"),
    [
        ("85", ScoreStatus.OK, 85),
        ("85.0", ScoreStatus.OK, 85),
        ("8.5e1", ScoreStatus.OK, 85),
        ("85.5", ScoreStatus.REPAIRED, 85.5),
        ('"85"', ScoreStatus.REPAIRED, 85),
        ('" 85 "', ScoreStatus.REPAIRED, 85),
        ('"85/100"', ScoreStatus.REPAIRED, 85),
        ('"850/100"', ScoreStatus.OUT_OF_RANGE, None),
        ('"85/1000"', ScoreStatus.INVALID, None),
        ('"7/10"', ScoreStatus.INVALID, None),
        ('"high"', ScoreStatus.INVALID, None),
        ('""', ScoreStatus.INVALID, None),
        (r'"\u0038\u0035"', ScoreStatus.INVALID, None),
        ('{"score": 85}', ScoreStatus.INVALID, None),
        ("99.99999999999999999999", ScoreStatus.REPAIRED, 100.0),
        ("100.00000000000000000001", ScoreStatus.OUT_OF_RANGE, None),
        ("1e-400", ScoreStatus.OUT_OF_RANGE, None),
    ],
)
def test_values(value: str, status: ScoreStatus, number: float | None) -> None:
    score = read(f'{{"motivation_score": {value}, "reason": "x"}}')
    assert (score.status, score.value) == (status, number)


@pytest.mark.parametrize(
    "key", ["motivation_score", "Motivation Score", "motivation-score", "MotivationScore", "motivation", "MOTIVATION"]
)
def test_keys_are_folded(key: str) -> None:
    assert read(f'{{"{key}": 85}}').status is ScoreStatus.OK


def test_name_hides_label() -> None:
    assert read('{"motivation": "high", "motivation_score": 85}').value == 85
    assert read('{"motivation": 70, "motivation_score": 85}').value == 85


@pytest.mark.parametrize("key", ["demotivation", "reason", "emotion", "my"])
def test_other_keys_are_not_the_item(key: str) -> None:
    assert read(f'{{"{key}": 85}}').value is None


@pytest.mark.parametrize(
    "text",
    [
        '{"reason": "it is fun", "motivation": 85}',
        '{"motivation": 85, "reason": "I like {curly} } and {"}',
        r'{"motivation": 85, "reason": "a \"quoted\" {\"motivation\": 10} \\"}',
        '{"motivation": 85, "confidence": 10, "tags": [1, {"a": null}], "reason": ""}',
        '```json\n{\n  "motivation": 85\n}\n```\nI hope this helps.',
        'Use { as a brace. {"motivation": 85}',
        'The 6" one: {"motivation": 85}',
        '{{"motivation": 85}}',
        '{"result": {"motivation": 85, "reason": "x"}}',
        '[{"motivation": 85}]',
        '\ufeff{"motivation": 85}',
        '{"motivation": 85, "detail": {"motivation": 10}}',
        '{"motivation": "..."} was the form; {"motivation": 85}',
    ],
)
def test_object_is_found_wherever_it_stands(text: str) -> None:
    score = read(text)
    assert (score.status, score.value) == (ScoreStatus.OK, 85)
    assert score.evidence is not None
    assert text[score.evidence.start : score.evidence.end] == "85"


def test_inner_object_serves_items_that_the_outer_one_lacks() -> None:
    items = (Item("fear", "fear"), Item("value", "value"))
    text = '{"fear": 20, "more": {"fear": 99, "value": 90}}'
    scores = extract_scores(Response(Outcome.COMPLETE, text=text), items, "")
    assert [score.value for score in scores] == [20, 90]


def test_read_object_sees_every_key_and_place() -> None:
    text = '  { "a" : 1 , "a":"x", "b\\u0063": [1, {}], "d": -Infinity }  '
    found = read_object(text, 2)
    assert found is not None
    assert found.members is not None
    assert [(member.key, text[member.start : member.end]) for member in found.members] == [
        ("a", "1"),
        ("a", '"x"'),
        ("bc", "[1, {}]"),
        ("d", "-Infinity"),
    ]
    assert text[found.end :] == "  "


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "{",
        '{"a"}',
        '{"a":}',
        '{"a": 1,}',
        "{'a': 1}",
        '{"a": 01}',
        '{"a": 1 "b": 2}',
        '{"a": "\n"}',
        '{"a\n": 1}',
    ],
)
def test_what_is_not_strict_or_empty_is_none(text: str) -> None:
    assert read_object(text, 0) is None


def test_many_objects_are_bounded() -> None:
    words = vocabulary((ITEM,))
    assert len(find_objects('{"motivation": 1}' * 1_000, words)) == 200
    assert find_objects('{"motivation": 1}' * 100_000, words) == []
    nested = find_objects('{"motivation":' * 5_000 + "1" + "}" * 5_000, words)
    assert 0 < len(nested) <= 200
    assert sum(one.end - one.start for one in nested) <= 1_000_000


def test_evidence_of_what_is_no_number() -> None:
    word, whole_list = read('{"motivation": true}'), read('{"motivation": [85]}')
    assert word.evidence is not None
    assert word.note == "true is not a number"
    assert (whole_list.evidence, whole_list.note) == (None, "a list is not a number")
