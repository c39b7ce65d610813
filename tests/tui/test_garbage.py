"""When memory is looked through."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from motivtui.tui.garbage import EVERY_S, QUIET_S, Garbage


class Cycle:
    """Only a look finds it."""

    alive = 0

    def __init__(self) -> None:
        self.itself = self
        Cycle.alive += 1

    def __del__(self) -> None:
        Cycle.alive -= 1


@pytest.fixture
def garbage() -> Iterator[Garbage]:
    before = gc.get_threshold()
    made = Garbage()
    assert gc.get_threshold() == before
    made.begin()
    yield made
    made.close()
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0


def test_nothing_is_looked_through_before_everything_is_loaded(garbage: Garbage) -> None:
    Cycle()
    garbage.beat(1_000.0, 0.0)
    assert Cycle.alive == 1
    gc.collect()
    assert Cycle.alive == 0
    garbage.settle(1_000.0)
    assert gc.get_freeze_count() > 0


def test_it_looks_when_nothing_has_been_pressed_for_a_while_and_not_all_the_time(garbage: Garbage) -> None:
    garbage.settle(100.0)
    Cycle()
    garbage.beat(100.0 + EVERY_S - 0.1, 0.0)
    assert Cycle.alive == 1
    garbage.beat(100.0 + EVERY_S, 100.0 + EVERY_S - QUIET_S + 0.1)
    assert Cycle.alive == 1
    garbage.beat(100.0 + EVERY_S, 100.0 + EVERY_S - QUIET_S)
    assert Cycle.alive == 0
    Cycle()
    garbage.beat(101.0 + EVERY_S, 0.0)
    assert Cycle.alive == 1
