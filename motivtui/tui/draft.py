"""The study that the user puts together in the lab, as plain choices. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from motivtui.conduct.request import Choice, RunLimits, StudyRequest
from motivtui.conduct.request import Tasks as AskedTasks

Orders = Literal["both", "first"]
Wordings = Literal["rotate", "first", "all"]


@dataclass(slots=True)
class Draft:
    """What is picked.

    `tasks` are ids to choose from, none: the whole library; `per_category` of them are sampled of each category, None:
    all.
    """

    models: list[str] = field(default_factory=list)
    tasks: list[str] = field(default_factory=list)
    per_category: int | None = 1
    manipulations: list[str] = field(default_factory=lambda: ["none"])
    instruments: list[str] = field(default_factory=lambda: ["pre-self-report"])
    repeats: int = 1
    wordings: Wordings = "rotate"
    orders: Orders = "both"
    seed: int = 0
    judge: str | None = None
    judges_itself: bool = False
    """Whether a model may judge its own answers."""
    concurrency: int | None = None
    max_cost_usd: float | None = None
    has_token_scores: bool = False

    def missing(self) -> str | None:
        """What is to be picked before anything can run; None: nothing."""
        for word, chosen in (
            ("a model", self.models),
            ("a manipulation (`none` is the control)", self.manipulations),
            ("an instrument", self.instruments),
        ):
            if not chosen:
                return f"Pick {word}."
        return None

    def request(self) -> StudyRequest:
        """The same as a study request."""
        tasks = AskedTasks(ids=tuple(self.tasks) or ("*",), per_category=self.per_category)
        return StudyRequest(
            seed=self.seed,
            models=tuple(self.models),
            judges=(self.judge,) if self.judge else None,
            allow_self_judge=self.judges_itself or None,
            manipulations=tuple(self.manipulations),
            wordings=self.wordings,
            instruments=tuple(self.instruments),
            repeats=self.repeats,
            token_scores=self.has_token_scores or None,
            tasks=tasks,
            choice=Choice(orders=self.orders),
            limits=RunLimits(concurrency=self.concurrency, max_cost_usd=self.max_cost_usd),
        )
