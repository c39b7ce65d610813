"""A simulated run as rows of the flat table, without a database: for trying an analysis on hundreds of runs.

The same truth and seed give the same scores as in a database. A plan does not hang on what is drawn, so it is made
once (`Plan`) and answered as often as wanted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from motivtui.simulation.answers import Answer, answers
from motivtui.simulation.design import study_of
from motivtui.simulation.truth import Truth
from motivtui.study.design import Study
from motivtui.study.expansion import expand
from motivtui.study.instrument import Item
from motivtui.study.trial import TaskOrder, Trial

Row = dict[str, Any]
PLAN_SEED = 1
_NO_ITEM: Row = {
    "item": None, "item_kind": None, "position": None, "scale_minimum": None, "scale_maximum": None,
    "is_reversed": None,
}  # fmt: skip


class Plan:
    """The trials of a truth's study, to be answered again and again.

    `seed` is the plan's: it decides which tasks are paired and which wording is met where, and stays the same.
    """

    def __init__(self, truth: Truth, seed: int = PLAN_SEED) -> None:
        """Expands the study. Raises UsageError: it cannot be carried out."""
        self.truth = truth
        self.study = study_of(truth, seed)
        self.trials = expand(self.study)
        self._cells = list(_cells(self.study, self.trials))

    def answered(self, seed: int, truth: Truth | None = None, time: int = 1) -> Iterator[tuple[Trial, Answer]]:
        """Each trial with its answer; `truth` and `time` as in `rows`."""
        return zip(self.trials, answers(truth or self.truth, self.study, self.trials, seed, time), strict=True)

    def rows(self, seed: int, truth: Truth | None = None, time: int = 1) -> Iterator[Row]:
        """The rows of one run in the order of the plan, with the columns that the statistics need.

        `truth`: of which the run is to be, where its study is the same. `time`: 2, 3, … ask the same models the same
        once more.
        """
        for (trial, answer), cells in zip(self.answered(seed, truth, time), self._cells, strict=True):
            response = answer.response
            ended: Row = {
                "state": "skipped" if response is None else str(response.outcome),
                "finish_reason": response.finish_reason if response else None,
                "output_tokens": response.usage.output_tokens if response else None,
                "value": None,
                "status": None,
                "chosen_task": None,
            }
            scores = {score.item: score for score in answer.scores}
            for cell in cells:
                score = scores.get(cell["item"])
                row = cell | ended
                if score is not None:
                    row["value"], row["status"] = score.value, str(score.status)
                    if trial.choice and score.value is not None:
                        row["chosen_task"] = _chosen(trial, score.value)
                yield row


def simulated_rows(truth: Truth, seed: int) -> list[Row]:
    """The rows of one run, which `stats.table.score_table` takes. Raises UsageError."""
    return list(Plan(truth, seed).rows(seed))


def _chosen(trial: Trial, value: float) -> str:
    if trial.choice is None or (value == 1) == (trial.choice.order is TaskOrder.GIVEN):
        return trial.task
    return trial.choice.other_task


def _cells(study: Study, trials: list[Trial]) -> Iterator[list[Row]]:
    """What is known of each trial's rows before it is answered."""
    tasks = {task.id: task for task in study.tasks}
    groups = {one.id: str(one.group) for one in study.manipulations}
    instruments = {one.id: one for one in study.instruments}
    by_key: dict[str, Trial] = {}
    for trial in trials:
        by_key[trial.key] = trial
        instrument, task, choice = instruments[trial.instrument], tasks[trial.task], trial.choice
        execution = by_key[trial.continues] if trial.continues else None
        shared: Row = {
            "model": trial.model,
            "judge": trial.judge,
            "instrument": trial.instrument,
            "phase": str(instrument.phase),
            "decoding": trial.parameters["decoding"],
            "manipulation": trial.manipulation,
            "manipulation_group": groups[trial.manipulation],
            "family": task.family,
            "task": trial.task,
            "categories": ";".join(task.categories),
            "other_task": choice.other_task if choice else None,
            "task_order": str(choice.order) if choice else None,
            "manipulated": choice.manipulated if choice else None,
            "wording": trial.wording,
            "repeat": trial.repeat,
            "execution": execution.ordinal if execution else None,
            "execution_repeat": execution.repeat if execution else None,
            "ordinal": trial.ordinal,
        }
        if not instrument.items:
            yield [shared | _NO_ITEM]
            continue
        places = {item.name: place for place, item in enumerate(instrument.ordered(trial.item_order), start=1)}
        rows = [shared | _item(item, places[item.name]) for item in instrument.items]
        yield sorted(rows, key=lambda row: int(row["position"]))


def _item(item: Item, position: int) -> Row:
    return {
        "item": item.name,
        "item_kind": str(item.kind),
        "position": position,
        "scale_minimum": item.minimum,
        "scale_maximum": item.maximum,
        "is_reversed": int(item.is_reversed),
    }
