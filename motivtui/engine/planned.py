"""From a request to a plan, and a plan as an answer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from motivtui.conduct.estimate import Estimate, Range
from motivtui.conduct.expected import expected_of
from motivtui.conduct.locked_plan import plan_of_file
from motivtui.conduct.planning import Plan, plan_study, settings_for
from motivtui.conduct.warnings import warnings
from motivtui.engine import answers
from motivtui.engine.commands import Plan as PlanCommand
from motivtui.engine.commands import Start
from motivtui.errors import UsageError
from motivtui.settings import Settings
from motivtui.study.task import Task
from motivtui.study.trial import Trial


def plan_asked_for(settings: Settings, command: PlanCommand | Start) -> tuple[Settings, Plan]:
    """The plan, and the settings with the request's limits on top. Blocks. Raises MotivError."""
    request = command.request
    settings = settings_for(request, settings)
    if command.task is not None:
        if not command.task.strip():
            raise UsageError("the task is empty", hint="For example: Write a haiku about autumn.")
        return settings, plan_study(
            request, settings, [Task("probe.1", "probe", ("probe",), command.task, set="probe")]
        )
    study_file = Path(command.study_file) if command.study_file else None
    return settings, plan_of_file(study_file, request, settings)


class LatestPlan:
    """Plans, and keeps the last plan: who looks at its prompts one by one asks for the same plan again and again.

    A material file that was edited counts from the next other request on. Used by several threads.
    """

    def __init__(self, settings: Settings) -> None:
        """Nothing is planned yet."""
        self._settings = settings
        self._kept: tuple[bytes, Plan, Estimate] | None = None

    def of(self, command: PlanCommand) -> tuple[Plan, Estimate]:
        """The plan that a command asks for, with its estimate. Blocks. Raises MotivError."""
        key = msgspec.json.encode([command.request, command.task, command.study_file])
        kept = self._kept
        if kept is not None and kept[0] == key and command.ordinals:
            return kept[1:]
        settings, plan = plan_asked_for(self._settings, command)
        found = expected_of(plan, settings)
        self._kept = key, plan, found
        return plan, found


def check_payment(found: Estimate, *, may_pay: bool) -> None:
    """Nobody pays by accident. Raises UsageError: calls may cost money, and nobody has agreed to that."""
    if not found.is_free and not may_pay:
        raise UsageError(
            f"{found.calls:,} calls may cost money: at most about ${found.cost_usd.worst:,.2f}"
            + (f", {', '.join(found.unpriced)} not counted" if found.unpriced else ""),
            hint="may_pay says that they may.",
        )


def answer_of(command: PlanCommand, plan: Plan, found: Estimate) -> answers.Planned:
    """The plan as it is told."""
    number = command.id
    shown = [*plan.trials[: command.prompts], *_at(plan, command.ordinals)]
    cells = _cells(plan) if command.cells else ()
    return answers.Planned(
        answer=number,
        name=plan.study.name,
        product=plan.product(),
        trials=len(plan.trials),
        calls=plan.calls,
        estimate=_estimated(found),
        addresses=tuple(sorted({endpoint.address for endpoint in plan.endpoints.values()})),
        notes=tuple(warnings(plan)),
        prompts=tuple(_prompt(trial) for trial in shown),
        cells=tuple(cells[: command.cells]),
        cell_count=len(cells),
        lock=answers.Lock(hash=plan.lock.hash, differences=plan.lock.differences) if plan.lock else None,
    )


def _at(plan: Plan, ordinals: tuple[int, ...]) -> list[Trial]:
    """The trials of these places in the plan; a place that it does not have is passed over."""
    wanted = set(ordinals)
    return [trial for trial in plan.trials if trial.ordinal in wanted] if wanted else []


def _cells(plan: Plan) -> Sequence[answers.Cell]:
    """The cells in the order of the study: the trials' own order is shuffled."""
    study = plan.study
    tasks = {one.id: place for place, one in enumerate(study.tasks)}
    manipulations = {one.id: place for place, one in enumerate(study.manipulations)}
    instruments = {one.id: place for place, one in enumerate(study.instruments)}
    counts: dict[tuple[str, str | None, str, str], list[int]] = {}
    for trial in plan.trials:
        other = trial.choice.other_task if trial.choice else None
        key = (trial.task, other, trial.manipulation, trial.instrument)
        counts.setdefault(key, [0, trial.ordinal])[0] += 1
    order = sorted(counts, key=lambda one: (tasks[one[0]], one[1] or "", instruments[one[3]], manipulations[one[2]]))
    return [
        answers.Cell(
            task=key[0],
            other_task=key[1],
            manipulation=key[2],
            instrument=key[3],
            calls=counts[key][0],
            ordinal=counts[key][1],
        )
        for key in order
    ]


def _estimated(found: Estimate) -> answers.Estimated:
    return answers.Estimated(
        calls=found.calls,
        input_tokens=_span(found.input_tokens),
        output_tokens=_span(found.output_tokens),
        cost_usd=_span(found.cost_usd),
        seconds=found.seconds,
        unpriced=found.unpriced,
        from_calls=found.from_calls,
        is_free=found.is_free,
    )


def _span(values: Range) -> answers.Span:
    return answers.Span(low=values.low, expected=values.expected, worst=values.worst)


def _prompt(trial: Trial) -> answers.Prompt:
    return answers.Prompt(
        ordinal=trial.ordinal,
        model=trial.model,
        judge=trial.judge,
        task=trial.task,
        other_task=trial.choice.other_task if trial.choice else None,
        manipulation=trial.manipulation,
        wording=trial.wording,
        instrument=trial.instrument,
        repeat=trial.repeat,
        messages=tuple(
            answers.PromptMessage(
                role=message.role,
                parts=tuple(answers.PromptPart(part=str(one.part), text=one.text) for one in message.segments),
            )
            for message in trial.messages
        ),
    )
