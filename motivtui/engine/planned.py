"""From a request to a plan, and a plan as an answer."""

from __future__ import annotations

from pathlib import Path

from motivtui.conduct.estimate import Estimate, Range
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


def check_payment(found: Estimate, *, may_pay: bool) -> None:
    """Nobody pays by accident. Raises UsageError: calls may cost money, and nobody has agreed to that."""
    if not found.is_free and not may_pay:
        raise UsageError(
            f"{found.calls:,} calls may cost money: at most about ${found.cost_usd.worst:,.2f}"
            + (f", {', '.join(found.unpriced)} not counted" if found.unpriced else ""),
            hint="may_pay says that they may.",
        )


def answer_of(number: int, plan: Plan, found: Estimate, prompts: int) -> answers.Planned:
    """The plan as it is told."""
    return answers.Planned(
        answer=number,
        name=plan.study.name,
        product=plan.product(),
        trials=len(plan.trials),
        calls=plan.calls,
        estimate=_estimated(found),
        addresses=tuple(sorted({endpoint.address for endpoint in plan.endpoints.values()})),
        notes=tuple(warnings(plan)),
        prompts=tuple(_prompt(trial) for trial in plan.trials[:prompts]),
        lock=answers.Lock(hash=plan.lock.hash, differences=plan.lock.differences) if plan.lock else None,
    )


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
