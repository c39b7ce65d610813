"""The wanted reply: its picture, its schema, and how long its scores can be."""

import json
from dataclasses import replace
from itertools import product

import pytest

from motivtui.study.instrument import Instrument, Item, ItemKind, Phase


def asked(*items: Item, reason_max_chars: int = 0) -> Instrument:
    return Instrument("asked", "title", Phase.PRE, "{task} {format}", items, 500, reason_max_chars)


TWO = (Item("interest", "interest"), Item("fear", "fear", -100, 5, is_reversed=True))


def test_the_schema_holds_the_scores_in_their_order_and_nothing_else() -> None:
    assert asked(*TWO).reply_schema() == {
        "type": "object",
        "properties": {
            "interest": {"type": "integer", "minimum": 1, "maximum": 100},
            "fear": {"type": "integer", "minimum": -100, "maximum": 5},
        },
        "required": ["interest", "fear"],
        "additionalProperties": False,
    }


def test_the_reason_comes_after_the_scores_and_is_bounded() -> None:
    schema = asked(*TWO, reason_max_chars=80).reply_schema()
    assert schema is not None
    assert list(schema["properties"]) == schema["required"] == ["interest", "fear", "reason"]
    assert schema["properties"]["reason"] == {"type": "string", "maxLength": 80}


def test_the_format_shows_the_fields_in_their_order() -> None:
    assert asked(*TWO).reply_format() == (
        '{"interest": <whole number from 1 to 100>, "fear": <whole number from -100 to 5>}'
    )
    assert asked(TWO[0], reason_max_chars=80).reply_format() == (
        '{"interest": <whole number from 1 to 100>, "reason": "<one short sentence>"}'
    )


@pytest.mark.parametrize("reason_max_chars", [0, 80])
def test_the_format_is_no_reply_itself(reason_max_chars: int) -> None:
    with pytest.raises(json.JSONDecodeError):
        json.loads(asked(*TWO, reason_max_chars=reason_max_chars).reply_format())


@pytest.mark.parametrize(
    "items",
    [TWO, (Item("a", "a"),), (Item("a", "a", -1000, -1), Item("b", "b", 1, 1_000_000))],
)
def test_no_reply_of_scores_alone_is_longer_than_the_bound(items: tuple[Item, ...]) -> None:
    instrument = asked(*items, reason_max_chars=1000)
    for values in product(*((item.minimum, item.maximum) for item in items)):
        reply = json.dumps(dict(zip((item.name for item in items), values, strict=True)))
        assert len(reply) <= instrument.score_tokens <= len(reply) + 20


OPTIONS = Item("choice", "task", 1, 2, kind=ItemKind.OPTION)


def test_a_trial_may_have_an_order_of_its_own() -> None:
    instrument = asked(*TWO, reason_max_chars=80)
    assert instrument.ordered() == TWO
    assert instrument.ordered(("fear", "interest")) == TWO[::-1]
    assert instrument.reply_format(("fear", "interest")).index("fear") < instrument.reply_format().index("fear")
    schema = instrument.reply_schema(("fear", "interest"))
    assert schema is not None
    assert list(schema["properties"]) == schema["required"] == ["fear", "interest", "reason"]


def test_two_options_are_spoken_of_as_such() -> None:
    assert asked(OPTIONS).reply_format() == '{"choice": <1 or 2>}'
    assert asked(replace(OPTIONS, maximum=3)).reply_format() == '{"choice": <whole number from 1 to 3>}'


def test_the_task_itself_has_no_form() -> None:
    assert asked().reply_schema() is None


@pytest.mark.parametrize("phase", Phase)
def test_which_phases_wait_for_an_execution(phase: Phase) -> None:
    waits = replace(asked(*TWO), phase=phase).needs_execution
    assert waits == (phase in (Phase.POST, Phase.CHECK, Phase.JUDGE))
