"""The key changes with everything that decides a call."""

from dataclasses import replace
from typing import Any

import pytest

from motivtui.study.prompt import Message, Part, Segment
from motivtui.study.trial import MAX_SEED, trial_key, trial_seed

MESSAGES = (
    Message("system", (Segment(Part.MANIPULATION, "told"),)),
    Message("user", (Segment(Part.INSTRUMENT, "Ask: "), Segment(Part.TASK, "task"))),
)
CELL = {"task": "t", "manipulation": "m", "wording": 1, "instrument": "i", "repeat": 1}
PARTS: dict[str, Any] = {
    "model": "local/a",
    "messages": MESSAGES,
    "parameters": {"decoding": "free", "max_tokens": 5},
    "cell": CELL,
}


@pytest.mark.parametrize(
    "change",
    [
        {"model": "local/b"},
        {"messages": MESSAGES[1:]},
        {"messages": MESSAGES[::-1]},
        {"messages": (replace(MESSAGES[0], role="user"), MESSAGES[1])},
        {"messages": (Message("system", (Segment(Part.MANIPULATION, "told "),)), MESSAGES[1])},
        {"parameters": {"decoding": "schema", "max_tokens": 5}},
        {"parameters": {"decoding": "free", "max_tokens": 6}},
        {"parameters": {"decoding": "free", "max_tokens": 5, "temperature": 0}},
        *({"cell": CELL | {name: 2 if isinstance(value, int) else "x"}} for name, value in CELL.items()),
    ],
)
def test_every_part_changes_the_key(change: dict[str, Any]) -> None:
    assert trial_key(**(PARTS | change)) != trial_key(**PARTS)


def test_the_order_of_parameters_does_not_change_the_key() -> None:
    turned = {"max_tokens": 5, "decoding": "free"}
    assert trial_key(**(PARTS | {"parameters": turned})) == trial_key(**PARTS)


def test_the_seed_follows_from_study_seed_and_key() -> None:
    seeds = [trial_seed(study, key) for study in range(-5, 45) for key in ("a", "b")]
    assert len(set(seeds)) == 100
    assert all(0 <= seed < MAX_SEED for seed in seeds)
    assert trial_seed(3, "a") == trial_seed(3, "a")
