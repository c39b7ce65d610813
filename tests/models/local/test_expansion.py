"""The whole distribution from a few passes, against one that is known."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motivtui.models.local.expansion import Alternatives, expanded_masses

SCHEMA = {"properties": {"motivation": {"type": "integer", "minimum": 1, "maximum": 100}}}
OPENING = '{"motivation": '


def scale(low: int, high: int) -> dict[str, Any]:
    return {"properties": {"motivation": {"type": "integer", "minimum": low, "maximum": high}}}


class Model:
    """Writes a number by a known distribution; `width` digits are one token, the rest ends it."""

    def __init__(self, masses: dict[str, float], width: int = 1) -> None:
        self.masses, self.width = masses, width
        self.asked: list[str] = []

    async def ask(self, beginning: str) -> Alternatives:
        self.asked.append(beginning)
        so_far = beginning.removeprefix(OPENING)
        # Its own tokens lead here, so that an 85 which is one token does not come after an 8.
        is_between = len(so_far) % self.width == 0
        possible = {
            number: mass
            for number, mass in self.masses.items()
            if number == so_far or (is_between and number.startswith(so_far))
        }
        here = sum(possible.values())
        told: dict[str, float] = {}
        for number, mass in possible.items():
            token = number[len(so_far) :][: self.width] or ("}" if so_far else "high")
            told[token] = told.get(token, 0.0) + mass / here
        return tuple(told.items()) or (("}", 1.0),)


@given(st.integers(0, 2**32), st.integers(1, 3))
def test_every_legal_number_gets_its_mass(seed: int, width: int) -> None:
    draw = random.Random(seed)
    weights = {str(number): draw.random() ** 4 for number in range(1, 101)} | {"": draw.random() * 5}
    masses = {number: weight / sum(weights.values()) for number, weight in weights.items()}
    found, passes = run(Model(masses, width))
    assert passes <= 11
    for number in range(1, 101):
        assert found["motivation"][number] == pytest.approx(masses[str(number)], abs=2e-5)


def run(model: Model, schema: dict[str, Any] | None = None) -> tuple[dict[str, dict[int, float]], int]:
    return asyncio.run(expanded_masses(model.ask, SCHEMA if schema is None else schema, ""))


@pytest.mark.parametrize(("low", "high", "passes"), [(1, 100, 11), (0, 100, 11), (1, 7, 1), (0, 10, 2), (1, 1000, 101)])
def test_the_passes_that_a_scale_takes(low: int, high: int, passes: int) -> None:
    everything = [str(number) for number in range(low, high + 1)]
    model = Model(dict.fromkeys(everything, 1 / len(everything)))
    found, count = run(model, scale(low, high))
    assert count == len(model.asked) == passes
    assert sum(found["motivation"].values()) == pytest.approx(1)


@pytest.mark.parametrize(("low", "high"), [(-3, 3), (1, 5000)])
def test_scales_that_are_not_expanded(low: int, high: int) -> None:
    assert run(Model({"1": 1.0}), scale(low, high)) == ({}, 0)


def test_beginnings_that_the_model_never_writes_are_not_asked_for() -> None:
    model = Model({"85": 1.0})
    assert run(model)[0]["motivation"][85] == pytest.approx(1)
    assert model.asked == [OPENING, OPENING + "8"]


def test_what_is_not_on_the_scale_is_not_covered() -> None:
    found, _ = run(Model({"0": 0.1, "007": 0.1, "101": 0.1, "": 0.2, "50": 0.5}))
    assert sum(found["motivation"].values()) == pytest.approx(0.5)


async def test_a_space_before_the_number_and_an_end_in_the_same_token() -> None:
    async def ask(beginning: str) -> Alternatives:
        return ((" 7", 0.5), ("7", 0.25), ("7}", 0.125), ("8.5", 0.125)) if beginning == OPENING else (("}", 1.0),)

    found, _ = await expanded_masses(ask, SCHEMA, "")
    assert found["motivation"][7] == 0.875


async def test_half_a_distribution_is_none_and_ends_it() -> None:
    asked: list[str] = []

    async def ask(beginning: str) -> Alternatives | None:
        asked.append(beginning)
        return None if beginning.endswith(": 3") else tuple((str(digit), 0.1) for digit in range(10))

    schema = {"properties": {name: {"type": "integer", "minimum": 1, "maximum": 100} for name in ("a", "b")}}
    assert await expanded_masses(ask, schema, '{"a": 5, "b": 6}') == ({}, 4)
    assert asked[-1] == '{"a": 3'


@pytest.mark.parametrize(
    ("reply", "beginnings"),
    [
        ('{"a": 12, "b": 3, "c": 4, "reason": "', ['{"a": ', '{"a": 12, "b": ', '{"a": 12, "b": 3, "c": ']),
        ('\n{ "a" :12 ,\n"b": 3,', ['{"a": ', '{"a": 12, "b": ', '{"a": 12, "b": 3, "c": ']),
        ('{"a": 12', ['{"a": ']),
        ('{"a": 12.5, "b": 3}', ['{"a": ']),
        ('{"b": 3, "a": 12}', ['{"a": ']),
        ("I would say 12, 3 and 4.", ['{"a": ']),
        ("", ['{"a": ']),
        ("{" * 10_000, ['{"a": ']),
    ],
)
async def test_each_item_comes_after_what_was_written_of_those_before(reply: str, beginnings: list[str]) -> None:
    asked: list[str] = []

    async def ask(beginning: str) -> Alternatives:
        asked.append(beginning)
        return (("5", 1.0),)

    properties = {name: {"type": "integer", "minimum": 1, "maximum": 7} for name in ("a", "b", "c")}
    found, passes = await expanded_masses(ask, {"properties": properties | {"reason": {"type": "string"}}}, reply)
    assert asked == beginnings
    assert len(found) == passes == len(beginnings)
