"""The reasons of simulated replies: which words they are made of. Scores do not hang on its chance.

A reason is of FILLERS words that say nothing of the score, liked more or less by the families of tasks, and one that
goes with it: all reasons are of one length, so that a word that says nothing is as frequent at every score.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from motivtui.simulation.truth import Truth
from motivtui.study.task import Task

PLAIN = "A reason that was not thought. [simulated]"
FILLERS = 5
MIDDLE = 50.0
"""The score at which all words that go with scores are as likely."""


class Reasons:
    """The words of one run."""

    def __init__(self, truth: Truth, tasks: Sequence[Task], seed: int, time: int = 1) -> None:
        """`time`: as in `answers`; the families' tastes stay as they are."""
        self._telling = {word: slope for word, slope in truth.words.items() if slope}
        self._fillers = [word for word, slope in truth.words.items() if not slope]
        tastes = random.Random(f"tastes {seed}")  # noqa: S311 (a simulation)
        weights = {
            family: [math.exp(tastes.gauss(0, truth.taste_sd)) for _ in self._fillers]
            for family in dict.fromkeys(task.family for task in tasks)
        }
        self._weights = {task.id: weights[task.family] for task in tasks}
        self._chance = random.Random(f"reasons {seed} {time}")  # noqa: S311 (a simulation)

    def text(self, task: str, score: int | None) -> str:
        """A reason for a score of a task; None: for something that has no such score."""
        if score is None or not (self._telling or self._fillers):
            return PLAIN
        words = self._chance.choices(self._fillers, self._weights[task], k=FILLERS) if self._fillers else []
        if self._telling:
            odds = [math.exp(slope * (score - MIDDLE) / 10) for slope in self._telling.values()]
            words += self._chance.choices(list(self._telling), odds)
        return " ".join(words) + " [simulated]"
