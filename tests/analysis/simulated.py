"""Runs with known effects, written through the store as the runner would: no model, no engine."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from motivtui.store import queries
from motivtui.store.connection import open_reader
from motivtui.store.queries import OpenTrial
from motivtui.store.run_rows import RunRecord
from motivtui.store.store import Store
from motivtui.study.design import Study
from motivtui.study.expansion import expand
from motivtui.study.instrument import Instrument, Item, ItemKind, Phase
from motivtui.study.manipulation import Group, Manipulation
from motivtui.study.response import CallError, ErrorKind, Outcome, Response, Usage
from motivtui.study.score import Evidence, Score, ScoreStatus
from motivtui.study.task import Pair, Task

EFFECTS: Mapping[str, float] = {
    "none": 0,
    "placebo-format": 1,
    "money": 6,
    "encourage": 9,
    "guilt": -3,
    "futility": -14,
}
GROUPS = {
    "none": Group.CONTROL,
    "placebo-format": Group.PLACEBO,
    "money": Group.POSITIVE_EXTRINSIC,
    "encourage": Group.POSITIVE_INTRINSIC,
    "guilt": Group.NEGATIVE_EXTRINSIC,
    "futility": Group.DEMOTIVATION,
}
CATEGORIES = ("mathematics", "creative-writing", "repetitive", "programming", "science")
SCALE = Instrument(
    "pre-self-report", "Self-report", Phase.PRE, "{task} {format}", (Item("motivation", "Motivation"),), 200
)
BREAKDOWN = Instrument(
    "pre-breakdown", "Breakdown", Phase.PRE, "{task} {items} {format}",
    tuple(Item(name, name.capitalize()) for name in ("interest", "enjoyment", "effort", "confidence", "fear")), 300,
)  # fmt: skip
CHOICE = Instrument(
    "choice", "Choice", Phase.CHOICE, "1: {first}\n2: {second}\n{format}",
    (Item("choice", "Choice", 1, 2, kind=ItemKind.OPTION),), 80, repeats=1,
)  # fmt: skip


def study(
    families: int = 20,
    repeats: int = 2,
    models: Iterable[str] = ("local/smollm2-135m", "anthropic/claude-sonnet-5"),
    manipulations: Iterable[str] = tuple(EFFECTS),
    instruments: Iterable[Instrument] = (SCALE, CHOICE),
    name: str = "simulated",
) -> Study:
    """Two tasks a family, one of five categories each, in pairs for choices."""
    instruments = tuple(instruments)
    tasks = tuple(
        Task(f"t{family}.{number}", f"family-{family}", (CATEGORIES[family % 5],), f"Prompt {family} {number}")
        for family in range(families)
        for number in (1, 2)
    )
    return Study(
        name=name,
        seed=7,
        models=tuple(models),
        tasks=tasks,
        manipulations=tuple(
            Manipulation(one, one, GROUPS.get(one, Group.POSITIVE_EXTRINSIC), () if one == "none" else ("Do it.",),
                         choice_note=None if one == "none" else "It pays.")
            for one in manipulations
        ),
        instruments=instruments,
        repeats=repeats,
        pairs=tuple(Pair(one.id, other.id, "first") for one, other in zip(tasks[::2], tasks[1::2], strict=True))
        if CHOICE in instruments
        else (),
    )  # fmt: skip


@dataclass
class Simulation:
    """A run that is answered trial by trial, in its order; `answer` as many as wanted."""

    db: Path
    study: Study
    seed: int = 1
    run: str = ""
    store: Store = field(init=False)
    open: list[OpenTrial] = field(init=False)

    def __post_init__(self) -> None:
        self.store = Store(self.db)
        self.run = self.store.create_run(RunRecord(self.study, "study", {"motivtui": "0"}), expand(self.study))
        self.session = self.store.start_session(self.run)
        reader = open_reader(self.db)
        self.open = queries.open_trials(reader, self.run)
        reader.close()
        self.chance = random.Random(self.seed)
        self.level = {one.id: self.chance.gauss(0, 10) for one in self.study.tasks}
        self.items = {one.id: one.items for one in self.study.instruments}

    def answer(self, count: int | None = None) -> None:
        """Answer the next trials, all of them by default."""
        taken, self.open = self.open[:count], self.open[count:] if count is not None else []
        last = None
        for one in taken:
            self.store.add_attempt(one.id, one.next_attempt, self.session, "simulated", is_streamed=False)
            response, scores = self._reply(one)
            last = self.store.add_response(one.id, one.next_attempt, response, is_final=True, round_number=one.round)
            if response.outcome is Outcome.COMPLETE:
                last = self.store.add_scores(one.id, one.next_attempt, scores, 1)
        if last is not None:
            last.result()

    def end(self, reason: str = "finished") -> None:
        """The session ends; the store closes."""
        self.store.end_session(self.session, reason)
        self.store.close()

    def _reply(self, one: OpenTrial) -> tuple[Response, list[Score]]:
        trial = one.trial
        if self.chance.random() < 0.01:
            return Response(Outcome.ERROR, error=CallError(ErrorKind.SERVER, "overloaded", 529)), []
        refuses = self.chance.random() < (0.12 if trial.manipulation == "futility" else 0.02)
        scores = []
        for number, item in enumerate(self.items[trial.instrument]):
            if refuses:
                scores.append(Score(item.name, None, ScoreStatus.REFUSED, None))
            elif item.kind is ItemKind.OPTION:
                scores.append(Score(item.name, self._choice(one), ScoreStatus.OK, Evidence(0, 2)))
            else:
                base = 62 + self.level[trial.task] + EFFECTS.get(trial.manipulation, 0) - 5 * number
                value = round(min(100, max(1, base + self.chance.gauss(0, 7))))
                scores.append(Score(item.name, float(value), ScoreStatus.OK, Evidence(0, 2)))
        return Response(Outcome.COMPLETE, "80", finish_reason="stop", usage=Usage(50, 20), latency_ms=9.0), scores

    def _choice(self, one: OpenTrial) -> float:
        choice = one.trial.choice
        assert choice is not None
        noted_first = None
        if choice.manipulated is not None:
            noted_first = (choice.manipulated == "first") == (choice.order == "given")
        lean = EFFECTS.get(one.trial.manipulation, 0) / 40
        share = 0.55 + (0 if noted_first is None else lean if noted_first else -lean)
        return 1.0 if self.chance.random() < share else 2.0


def simulated(db: Path, made: Study | None = None, *, answered: int | None = None, is_ended: bool = True) -> str:
    """A run with its answers. Returns its id."""
    simulation = Simulation(db, made or study())
    simulation.answer(answered)
    if is_ended:
        simulation.end()
    else:
        simulation.store.close()
    return simulation.run
