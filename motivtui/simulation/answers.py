"""What came back in each trial of a simulated run: its response and its scores, in the order of the plan.

One generator of chance goes through the trials, so a run is the same whether it is written to a database (`write`) or
made into rows (`rows`). How a level becomes a written number is here and, as probabilities, in `scale`.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from motivtui.simulation.design import named
from motivtui.simulation.reasons import Reasons
from motivtui.simulation.scale import written
from motivtui.simulation.truth import Truth, logistic
from motivtui.simulation.world import World, draw_world, expected_report
from motivtui.study.design import Study
from motivtui.study.instrument import Instrument, Item, Phase
from motivtui.study.manipulation import CONTROL_ID
from motivtui.study.response import CallError, ErrorKind, Outcome, Response, Usage
from motivtui.study.score import Evidence, Score, ScoreStatus
from motivtui.study.trial import Choice, TaskOrder, Trial

MS_A_TOKEN = 12.0
USD_A_TOKEN = 2e-6
_REFUSAL = "I'm sorry, but I can't rate that. [simulated]"
_UNREADABLE = "That depends on many things. [simulated]"
_TIE = "I choose neither task. [simulated]"
BREAKDOWN = "pre-breakdown"
_ABOVE = 850
"""What a model writes that does not keep to the scale."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A trial's response, None where it was skipped: its execution brought no answer. `scores`: of every item."""

    response: Response | None
    scores: tuple[Score, ...] = ()


@dataclass(frozen=True, slots=True)
class _Execution:
    """What instruments that go on from an execution see of it."""

    has_answer: bool
    quality: float
    deviation: float
    impressions: dict[str, float]


def answers(truth: Truth, study: Study, trials: Sequence[Trial], seed: int, time: int = 1) -> Iterator[Answer]:
    """The answer to each of `trials`, which stand in the order of the study's plan.

    `time`: asked once more of the same models about the same tasks (2, 3, …), what is drawn once stays as it was.
    """
    return _Respondents(truth, study, seed, time).answers(trials)


class _Respondents:
    """Every model and judge of a run, and the chance in what they say."""

    def __init__(self, truth: Truth, study: Study, seed: int, time: int) -> None:
        self.truth = truth
        self.world: World = draw_world(truth, study, seed)
        self.reasons = Reasons(truth, study.tasks, seed, time)
        self.chance = random.Random(f"answers {seed}" + f" time {time}" * (time > 1))  # noqa: S311 (a simulation)
        self.instruments = {one.id: one for one in study.instruments}
        self.categories = {task.id: task.category for task in study.tasks}
        self.executions: dict[str, _Execution] = {}
        self.refusals = {
            (model, category, name): truth.refusal(model, category, name)
            for model in truth.models
            for category in (*truth.categories, None)
            for name in (CONTROL_ID, *truth.manipulations)
        }

    def answers(self, trials: Sequence[Trial]) -> Iterator[Answer]:
        """The answers to trials in order."""
        for trial in trials:
            instrument = self.instruments[trial.instrument]
            if instrument.phase is Phase.EXECUTE:
                yield self._execution(trial, instrument)
            elif trial.continues is not None and not self.executions[trial.continues].has_answer:
                yield Answer(None)
            else:
                yield self._questionnaire(trial, instrument)

    def _execution(self, trial: Trial, instrument: Instrument) -> Answer:
        truth, chance, model = self.truth, self.chance, named(trial.model)
        own = truth.models[model]
        level = expected_report(self.world, model, trial.task, trial.manipulation, trial.wording)
        deviation = level - own.level
        added = 0.0 if trial.manipulation == CONTROL_ID else truth.manipulations[trial.manipulation].tokens
        length = math.log(own.tokens) + added + truth.tokens_slope * deviation / 10 + chance.gauss(0, truth.tokens_sd)
        quality = own.quality + truth.quality_slope * deviation / 10 + chance.gauss(0, truth.quality_sd)
        impressions = {name: chance.gauss(0, judge.halo) for name, judge in truth.judges.items()}
        has_answer = chance.random() >= own.fails
        self.executions[trial.key] = _Execution(has_answer, quality, deviation, impressions)
        if not has_answer:
            return Answer(_failure())
        tokens = max(1, round(math.exp(length)))
        is_cut = tokens >= instrument.max_tokens
        text = f"[simulated] An answer of {tokens} tokens, about as good as {quality:.2f} of 7."
        return Answer(self._response(text, min(tokens, instrument.max_tokens), is_cut=is_cut))

    def _questionnaire(self, trial: Trial, instrument: Instrument) -> Answer:
        items = instrument.ordered(trial.item_order)
        failed = None if trial.judge else self._failed(trial, instrument, items)
        if failed is not None:
            return failed
        if trial.choice:
            return self._written(trial, instrument, items, [self._chosen(trial, trial.choice)])
        return self._written(trial, instrument, items, [self._rating(trial, instrument, item) for item in items])

    def _failed(self, trial: Trial, instrument: Instrument, items: Sequence[Item]) -> Answer | None:
        """An answer without a score; None: there is nothing in the way of one. Judges always answer."""
        chance, model = self.chance, named(trial.model)
        own = self.truth.models[model]
        if chance.random() < own.fails:
            return Answer(_failure())
        if chance.random() < self._refusal(trial, model):
            return self._without(_REFUSAL, ScoreStatus.REFUSED, items)
        place = chance.random()
        if place < own.truncates:
            return self._without('{"' + items[0].name[:4], ScoreStatus.TRUNCATED, items, is_cut=True)
        if place < own.truncates + own.unreadable:
            return self._without(_UNREADABLE, ScoreStatus.MISSING, items)
        if place < own.truncates + own.unreadable + own.out_of_range:
            return self._written(trial, instrument, items, [_ABOVE] * len(items), is_out_of_range=True)
        if trial.choice and chance.random() < own.ties:
            return self._without(_TIE, ScoreStatus.TIE, items, Evidence(0, len("I choose neither task")))
        return None

    def _refusal(self, trial: Trial, model: str) -> float:
        category = None if trial.choice else self.categories[trial.task]
        own = self.truth.models[model]
        if trial.choice or not own.refusal_slope:
            return self.refusals[model, category, trial.manipulation]
        level = expected_report(self.world, model, trial.task, trial.manipulation, trial.wording)
        return self.truth.refusal(model, category, trial.manipulation, level - own.level)

    def _chosen(self, trial: Trial, choice: Choice) -> int:
        """The place on the page of the task that is chosen."""
        model = named(trial.model)
        own, levels = self.truth.models[model], self.world.levels
        odds = own.choice_slope * (levels[model, trial.task] - levels[model, choice.other_task]) / 10
        odds += self.world.pairs[trial.task, choice.other_task]
        if choice.manipulated is not None:
            pull = self.truth.manipulations[trial.manipulation].choice or 0.0
            odds += pull if choice.manipulated == "first" else -pull
        if choice.order is TaskOrder.SWAPPED:
            odds = -odds
        return 1 if self.chance.random() < logistic(own.position_bias + odds) else 2

    def _rating(self, trial: Trial, instrument: Instrument, item: Item) -> int:
        truth, chance, model = self.truth, self.chance, named(trial.model)
        if trial.judge is not None:
            execution = self.executions[trial.continues or ""]
            judge = truth.judges[named(trial.judge)]
            seen = execution.quality - judge.severity + execution.impressions[named(trial.judge)]
            seen += judge.self_preference if named(trial.judge) == model else 0.0
            return written(seen + chance.gauss(0, truth.criterion_sd), item.minimum, item.maximum)
        own = truth.models[model]
        level = expected_report(self.world, model, trial.task, trial.manipulation, trial.wording)
        if instrument.phase is Phase.CHECK:
            told = trial.manipulation != CONTROL_ID
            seen = (
                2.0 + 3.0 * told if item.name == "noticed" else 4.0 + (level - self.world.levels[model, trial.task]) / 5
            )
            return written(seen + chance.gauss(0, truth.criterion_sd), item.minimum, item.maximum)
        if instrument.phase is Phase.POST:
            level += truth.post_shift
        level = self._item_level(item, level, trial.task) + chance.gauss(0, own.within_sd)
        if instrument.id == BREAKDOWN:
            level += own.item_shifts.get(item.name, 0.0)
        step = chance.random()
        if step < own.heaping_10:
            return written(level, item.minimum, item.maximum, 10)
        return written(level, item.minimum, item.maximum, 5 if step < own.heaping_10 + own.heaping_5 else 1)

    def _item_level(self, item: Item, level: float, task: str) -> float:
        """What an item of the breakdown is about: to be able for two of them, the report itself for the others."""
        if item.name == "motivation":
            return level
        if item.name == "mastery":
            level = 62 + self.world.able[task]
        elif item.name == "fear":
            level = 32 - self.world.able[task]
        return level + self.chance.gauss(0, self.truth.item_sd)

    def _written(
        self,
        trial: Trial,
        instrument: Instrument,
        items: Sequence[Item],
        values: Sequence[int],
        *,
        is_out_of_range: bool = False,
    ) -> Answer:
        """The reply that says `values`, and each value with its place in it."""
        text, scores = "{", []
        for item, value in zip(items, values, strict=True):
            text += f'"{item.name}": '
            place = Evidence(len(text), len(text) + len(str(value)))
            text += f"{value}, "
            if is_out_of_range and not item.minimum <= value <= item.maximum:
                scores.append(Score(item.name, None, ScoreStatus.OUT_OF_RANGE, place, f"{value} is not on the scale"))
            else:
                scores.append(Score(item.name, float(value), ScoreStatus.OK, place))
        text = text.removesuffix(", ")
        if instrument.asks_reason:
            score = values[0] if len(items) == 1 and not trial.choice and not is_out_of_range else None
            text += f', "reason": {json.dumps(self.reasons.text(trial.task, score))}'
        return Answer(self._response(text + "}", len(text) // 4 + 1), tuple(scores))

    def _without(
        self,
        text: str,
        status: ScoreStatus,
        items: Sequence[Item],
        evidence: Evidence | None = None,
        *,
        is_cut: bool = False,
    ) -> Answer:
        scores = tuple(Score(item.name, None, status, evidence) for item in items)
        return Answer(self._response(text, len(text) // 4 + 1, is_cut=is_cut), scores)

    def _response(self, text: str, tokens: int, *, is_cut: bool = False) -> Response:
        wait = 200 * math.exp(self.chance.gauss(0, 0.4))
        return Response(
            Outcome.COMPLETE,
            text,
            finish_reason="length" if is_cut else "stop",
            usage=Usage(120, tokens),
            latency_ms=round(wait + MS_A_TOKEN * tokens, 1),
            cost_usd=round(USD_A_TOKEN * tokens, 9),
            model_reported="simulated",
        )


def _failure() -> Response:
    return Response(Outcome.ERROR, error=CallError(ErrorKind.SERVER, "simulated: overloaded", 529), cost_usd=0.0)
