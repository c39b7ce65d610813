"""What a run shows of its choices at a glance: how often the manipulated task was taken, and how often the first shown.

Shares of the clear choices; a tie or a missing answer is counted beside them and never split between the tasks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from motivtui.stats.summary import Row, excluded, grouped, in_order
from motivtui.stats.table import Group
from motivtui.study.instrument import ItemKind


@dataclass(frozen=True, slots=True)
class ChoiceSummary:
    """One group under one manipulation: `n` clear choices of `total`; `excluded` counts why the others are none.

    `manipulated_share`: how often (0 to 1) the task that carried the note was chosen, of the `n_manipulated` clear
    choices in which one did; None: there are none, as under the control. `first_share`: how often the task shown first
    was chosen, of all clear choices; far from one half, the place on the page decided.
    """

    model: str
    instrument: str
    judge: str | None
    item: str
    decoding: str
    manipulation: str
    total: int
    n: int
    excluded: Mapping[str, int]
    manipulated_share: float | None
    n_manipulated: int
    first_share: float | None


def summarise_choices(rows: Iterable[Row]) -> list[ChoiceSummary]:
    """Summaries of the choices among `rows` (those of the flat table, with the columns COLUMNS of `summary`)."""
    return [
        _summary(group, name, conditions[name])
        for group, conditions in grouped(row for row in rows if row["item_kind"] == ItemKind.OPTION)
        for name in in_order(conditions)
    ]


def _summary(group: Group, name: str, rows: Sequence[Row]) -> ChoiceSummary:
    clear = [row for row in rows if row["value"] is not None]
    noted = [row for row in clear if row["manipulated"] is not None]
    return ChoiceSummary(
        *group,
        manipulation=name,
        total=len(rows),
        n=len(clear),
        excluded=excluded(rows),
        manipulated_share=_share(row["chosen_task"] == _manipulated_task(row) for row in noted),
        n_manipulated=len(noted),
        first_share=_share(row["value"] == 1 for row in clear),
    )


def _manipulated_task(row: Row) -> str:
    return str(row["task"] if row["manipulated"] == "first" else row["other_task"])


def _share(answers: Iterable[bool]) -> float | None:
    counted = list(answers)
    return sum(counted) / len(counted) if counted else None
