"""Time is linear whatever the text: measured as processor time, the best of several tries."""

from __future__ import annotations

import time
import timeit

import pytest

from motivtui.extraction import extract_scores
from motivtui.study.instrument import Item
from motivtui.study.response import Outcome, Response

SINGLE = (Item("motivation", "motivation"),)
SEVERAL = tuple(Item(name, name) for name in ("interest", "challenge", "mastery", "fear", "value", "motivation"))
PROMPT = 'Rate your motivation. Example: {"motivation": 42}\n' * 20
SIZE = 2**20
LIMIT_S = 0.050


@pytest.mark.parametrize(
    "filler",
    [
        *(
            "lorem ipsum dolor. ",
            "8",
            "{",
            '"',
            "[",
            "<think>",
            "<think></think>",
            "</think>",
            "motivation: ",
            "eighty ",
        ),
        *(
            "{'motivation': 8,}",
            '{"motivation":1}',
            '{"motivation":',
            '{"motivation": 85,',
            '{"',
            '{"\\"',
            "{a}",
            '\\"',
        ),
        *(
            "1 to 100 ",
            "not 7 ",
            "score ",
            "1-",
            "\n",
            "( ",
            "- ",
            "as an AI ",
            "I cannot ",
            "motivation: 8 ",
            "٨",
            "1.\n",
        ),
        *("7/10 ", "value fear "),
    ],
)
@pytest.mark.parametrize("size", [SIZE, 256 * 1024])
def test_a_1_mb_reply(filler: str, size: int) -> None:
    text = (filler * (size // len(filler) + 1))[:size]
    for items in (SINGLE, SEVERAL):
        assert _seconds(text, items) <= LIMIT_S


def test_a_1_mb_reply_with_json_at_the_end() -> None:
    text = "lorem ipsum " * (SIZE // 12) + '{"motivation": 85}'
    assert _seconds(text, SINGLE) <= LIMIT_S


def test_an_ordinary_reply_takes_microseconds() -> None:
    text = '{"motivation": 85, "reason": "' + "I like to help people with honest writing. " * 4 + '"}'
    response = Response(Outcome.COMPLETE, text=text, finish_reason="stop")
    assert 190 <= len(text) <= 210
    best = min(
        timeit.repeat(lambda: extract_scores(response, SINGLE, PROMPT), time.process_time, number=1_000, repeat=5)
    )
    assert best / 1_000 <= 150e-6  # 25 µs on the machine it was written on; the search costs 500


def _seconds(text: str, items: tuple[Item, ...]) -> float:
    response = Response(Outcome.COMPLETE, text=text, finish_reason="stop")
    best = float("inf")
    for _ in range(4):
        start = time.process_time()
        extract_scores(response, items, PROMPT)
        best = min(best, time.process_time() - start)
        if best <= LIMIT_S / 2:
            break
    return best
