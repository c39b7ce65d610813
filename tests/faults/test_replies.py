"""What the model says: which keys, which scores."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.faults.replies import SENTENCE, reply_text
from tests.faults.spec import BadSpec, parse, text_model

PICTURE = 'Rate it: {"interest": <whole number from 1 to 7>, "fear": <whole number from 0 to 10>}'


def _body(prompt: str, **more: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": prompt}], **more}


def _scores(model: str, body: dict[str, Any]) -> dict[str, Any]:
    reply = json.loads(reply_text(parse(model), body))
    assert isinstance(reply, dict)
    return reply


def _schema(**properties: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    return {"type": "json_schema", "json_schema": {"name": "reply", "schema": schema}}


def test_a_score_is_given_with_a_reason() -> None:
    assert _scores("score:85", _body("x")) == {"motivation": 85, "reason": SENTENCE}


@pytest.mark.parametrize("score", [-5, 0, 850])
def test_without_a_schema_a_score_is_literal(score: int) -> None:
    assert _scores(f"score:{score}", _body(PICTURE)) == {"interest": score, "fear": score}


def test_every_fault_takes_a_score_or_a_text() -> None:
    assert _scores("cut:eof:score=3", _body("x"))["motivation"] == 3
    assert reply_text(parse("cut:eof:text=a%3Ab"), _body("x")) == "a:b"


def test_pictures_name_the_keys_and_the_ranges() -> None:
    reply = _scores("ok", _body(PICTURE))
    assert list(reply) == ["interest", "fear"]
    assert 1 <= reply["interest"] <= 7
    assert 0 <= reply["fear"] <= 10


def test_scores_stay_in_the_pictures_ranges() -> None:
    replies = [_scores("scores:5:100", _body(f"{number} {PICTURE}")) for number in range(100)]
    assert {reply["interest"] for reply in replies} == {5, 6, 7}
    assert {reply["fear"] for reply in replies} == {5, 6, 7, 8, 9, 10}


def test_a_reason_in_the_picture_is_given() -> None:
    reply = _scores("ok", _body('{"value": <whole number from 1 to 100>, "reason": "<one short sentence>"}'))
    assert list(reply) == ["value", "reason"]


def test_only_the_last_user_message_counts_and_may_come_in_parts() -> None:
    messages = [
        {"role": "user", "content": PICTURE},
        {"role": "assistant", "content": "no"},
        {
            "role": "user",
            "content": [{"type": "text", "text": '{"value": <whole'}, {"type": "text", "text": " number>}"}],
        },
    ]
    assert list(_scores("ok", {"messages": messages})) == ["value"]


def test_a_schema_is_obeyed() -> None:
    wanted = _schema(
        interest={"type": "integer", "minimum": 1, "maximum": 7},
        choice={"type": "string", "enum": ["A", "B"]},
        sure={"type": "boolean"},
        reason={"type": "string", "maxLength": 10},
    )
    reply = _scores("score:85", _body(PICTURE, response_format=wanted))
    assert list(reply) == ["interest", "choice", "sure", "reason"]
    assert reply["interest"] == 7
    assert reply["choice"] in ("A", "B")
    assert reply["reason"] == SENTENCE[:10]


def test_llama_cpps_place_of_the_schema_is_known() -> None:
    schema = {"type": "object", "properties": {"value": {"type": "integer", "minimum": 3, "maximum": 3}}}
    assert _scores("ok", _body("x", response_format={"type": "json_object", "schema": schema})) == {"value": 3}


def test_scores_vary_with_the_messages_and_with_nothing_else() -> None:
    seen = {_scores("scores:20:80", _body(f"prompt {number}"))["motivation"] for number in range(200)}
    assert len(seen) > 40
    assert min(seen) >= 20
    assert max(seen) <= 80
    assert _scores("scores:20:80", _body("x", seed=1)) == _scores("scores:20:80", _body("x", seed=2))


@given(st.integers(-1000, 1000), st.integers(0, 1000), st.integers(-1000, 1000), st.integers(0, 1000), st.text())
def test_a_schemas_range_always_holds(low: int, width: int, minimum: int, extent: int, prompt: str) -> None:
    wanted = _schema(value={"type": "integer", "minimum": minimum, "maximum": minimum + extent})
    body = _body(prompt, response_format=wanted)
    score = _scores(f"scores:{low}:{low + width}", body)["value"]
    assert minimum <= score <= minimum + extent
    if max(low, minimum) <= min(low + width, minimum + extent):
        assert low <= score <= low + width


@given(st.text())
def test_an_ordered_text_is_said_as_it_is(text: str) -> None:
    assert reply_text(parse(text_model(text)), _body("x")) == text


@pytest.mark.parametrize("model", ["score:high", "score:7.5", "scores:9:1", "scores:a:b"])
def test_a_score_that_is_none_is_refused(model: str) -> None:
    with pytest.raises(BadSpec):
        reply_text(parse(model), _body("x"))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["role", "content", "x"]), inner),
        max_leaves=10,
    )
)
def test_odd_messages_get_a_reply_too(messages: Any) -> None:
    assert "motivation" in _scores("ok", {"messages": messages, "response_format": messages})
