"""Replies made to be slow: read to an end, with nothing off the scale (`make bench` says how long they take)."""

from __future__ import annotations

import pytest

from bench.hostile_replies import FILLERS, SIZE, hostile_reply
from motivtui.extraction import extract_scores
from motivtui.study.instrument import Item, ItemKind
from motivtui.study.response import Outcome, Response
from motivtui.study.score import SCORED

SINGLE = (Item("motivation", "motivation"),)
SEVERAL = tuple(Item(name, name) for name in ("interest", "challenge", "mastery", "fear", "value", "motivation"))
OPTION = (Item("choice", "task", 1, 2, kind=ItemKind.OPTION),)
PROMPT = 'Rate your motivation. Example: {"motivation": 42}\n' * 20


@pytest.mark.parametrize("filler", FILLERS)
@pytest.mark.parametrize("size", [SIZE, 256 * 1024])
def test_a_hostile_reply_is_read_to_an_end(filler: str, size: int) -> None:
    response = Response(Outcome.COMPLETE, hostile_reply(filler, size), finish_reason="stop")
    for items in (SINGLE, SEVERAL, OPTION):
        scores = extract_scores(response, items, PROMPT)
        assert [score.item for score in scores] == [item.name for item in items]
        for score in scores:
            assert (score.value is not None) == (score.status in SCORED)
            assert score.value is None or 1 <= score.value <= 100


def test_json_at_the_end_of_a_megabyte_is_found() -> None:
    text = "lorem ipsum " * (SIZE // 12) + '{"motivation": 85}'
    (score,) = extract_scores(Response(Outcome.COMPLETE, text, finish_reason="stop"), SINGLE, PROMPT)
    assert score.value == 85
    assert score.evidence is not None
    assert text[score.evidence.start : score.evidence.end] == "85"
