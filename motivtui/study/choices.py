"""Choices between two tasks: which pairs are offered, in which orders, and where the manipulation's note stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from motivtui.study.canonical import content_hash
from motivtui.study.design import Counterbalance, Study
from motivtui.study.task import Pair, Side, Task
from motivtui.study.trial import Choice, TaskOrder


@dataclass(frozen=True, slots=True)
class Shown:
    """One way to offer a pair under a manipulation. `tasks` and `notes` are in the order on the page."""

    task: str
    manipulation: str
    choice: Choice
    tasks: tuple[str, str]
    notes: tuple[str, str]


def choices_of(study: Study, pair: Pair) -> Iterator[Shown]:
    """Every way in which the study offers a pair. A manipulation without a note for choices is left out."""
    for manipulation in study.manipulations:
        note = manipulation.choice_note
        if not manipulation.is_control and note is None:
            continue
        for manipulated in _sides(study, pair) if note and not manipulation.is_control else (None,):
            for order in _orders(study):
                yield _shown(pair, manipulation.id, Choice(pair.second, order, manipulated), note or "")


def choices_per_pair(study: Study) -> int:
    """How many trials a pair gives in one repeat."""
    orders = len(_orders(study))
    sides = 1 if study.sides is Counterbalance.FIRST else 2
    noted = sum(one.choice_note is not None and not one.is_control for one in study.manipulations)
    return orders * (sum(one.is_control for one in study.manipulations) + noted * sides)


def sample_pairs(tasks: Sequence[Task], count: int | None, seed: int) -> tuple[Pair, ...]:
    """`count` pairs of tasks of different families (None: each task once; fewer where there are fewer).

    Seeded. Tasks are met equally often as far as that goes: the pairs come from the rounds of a round-robin tournament.
    The side that carries the note where only one does alternates.
    """
    order: list[Task | None] = [*sorted(tasks, key=lambda task: content_hash([seed, "pair", task.id]))]
    if len(order) % 2:
        order.append(None)
    wanted = len(tasks) // 2 if count is None else count
    pairs: list[Pair] = []
    met: set[str] = set()
    for _ in range(len(order) - 1):
        half = len(order) // 2
        for one, other in zip(order[:half], reversed(order[half:]), strict=True):
            if len(pairs) == wanted or not one or not other or one.family == other.family:
                continue
            if count is None and not met.isdisjoint((one.id, other.id)):
                continue  # a round need not be full: the next one may hold tasks that have had their turn
            met |= {one.id, other.id}
            pairs.append(Pair(one.id, other.id, "second" if len(pairs) % 2 else "first"))
        order = [order[0], order[-1], *order[1:-1]]  # the circle method: one stays, the others move on
    return tuple(pairs)


def _sides(study: Study, pair: Pair) -> tuple[Side, ...]:
    return ("first", "second") if study.sides is Counterbalance.BOTH else (pair.manipulated,)


def _orders(study: Study) -> tuple[TaskOrder, ...]:
    return (TaskOrder.GIVEN, TaskOrder.SWAPPED) if study.orders is Counterbalance.BOTH else (TaskOrder.GIVEN,)


def _shown(pair: Pair, manipulation: str, choice: Choice, note: str) -> Shown:
    by_task = {pair.first: "", pair.second: ""}
    if choice.manipulated is not None:
        by_task[pair.first if choice.manipulated == "first" else pair.second] = note
    tasks = (pair.first, pair.second) if choice.order is TaskOrder.GIVEN else (pair.second, pair.first)
    return Shown(pair.first, manipulation, choice, tasks, (by_task[tasks[0]], by_task[tasks[1]]))
