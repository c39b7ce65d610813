"""How much was written: the executions of a model, with the logarithm of their length in tokens as a score.

An execution counts if it is complete and its tokens are known; that it was cut off at its budget makes it no less so,
but is told. Owns what a truncated execution is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from motivtui.stats.measures import Measure, Measured
from motivtui.stats.table import ScoreTable, counted
from motivtui.stats.task_scores import task_scores
from motivtui.study.instrument import Phase

if TYPE_CHECKING:
    from motivtui.stats.table import Bools, Ints

TRUNCATED = frozenset({"length", "max_tokens", "max_output_tokens", "model_length"})
"""What endpoints call it when a reply was cut off at its budget."""
ITEM = "log tokens"
NO_COUNT = "no count of tokens"


@dataclass(frozen=True, slots=True)
class Executions:
    """The executions of one model by one instrument. `effort` holds a task's mean log tokens as its scores."""

    effort: Measured
    is_truncated: Bools

    def rows_under(self, manipulation: int, table: ScoreTable) -> Ints:
        """The rows under one manipulation (by code), those without a count among them."""
        rows = self.effort.rows
        found: Ints = rows[table.manipulation.codes[rows] == manipulation]
        return found

    def truncated(self, table: ScoreTable, manipulation: int) -> tuple[int, int]:
        """How many of the complete executions under a manipulation were cut off, and of how many."""
        rows = self.rows_under(manipulation, table)
        complete = table.state.codes[rows] == table.state.code("complete")
        return int(self.is_truncated[rows[complete]].sum()), int(complete.sum())


def executions(table: ScoreTable) -> dict[str, list[Executions]]:
    """By model: one for each instrument (and decoding) that tasks were done by."""
    import numpy as np

    cut = [level is not None and level.casefold() in TRUNCATED for level in table.finish_reason.levels]
    is_truncated = np.array(cut, dtype=bool)[table.finish_reason.codes] if cut else np.empty(0, dtype=bool)
    counts = (table.state.codes == table.state.code("complete")) & (table.output_tokens > 0)
    logs = replace(table, value=np.log(np.where(counts, table.output_tokens, np.nan)))
    found: dict[str, list[Executions]] = {}
    rows = table.where(table.phase, Phase.EXECUTE)
    for part in table.split(rows, table.model, table.instrument, table.decoding):
        first = int(part[0])
        measure = Measure(table.instrument.text(first), None, ITEM, table.decoding.text(first))
        effort = Measured(measure, part, task_scores(logs, part))
        found.setdefault(table.model.text(first), []).append(Executions(effort, is_truncated))
    return found


def excluded_executions(table: ScoreTable, rows: Ints) -> Mapping[str, int]:
    """Why executions have no length, and how many, by reason."""
    complete = table.state.codes[rows] == table.state.code("complete")
    reasons = counted(table.state, rows[~complete])
    unknown = int((~(table.output_tokens[rows[complete]] > 0)).sum())
    return {**reasons, **({NO_COUNT: unknown} if unknown else {})}
