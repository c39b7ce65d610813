"""A plan on the terminal: product, calls, estimate, warnings, and the exact prompts one by one."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from rich.text import Text

from motivtui.cli.output import stdout
from motivtui.cli.table import write_table
from motivtui.conduct.estimate import Estimate, Range
from motivtui.conduct.planning import Plan
from motivtui.conduct.warnings import warnings
from motivtui.study.prompt import Message, Part
from motivtui.study.trial import Trial
from motivtui.visible_text import visible, visible_line

_PLACES = {Part.ANSWER: "⟨the answer⟩", Part.NONCE: "⟨mark⟩"}


def write_plan(planned: Plan, expected: Estimate) -> None:
    """Everything about a plan but its prompts."""
    console = stdout()
    console.print(planned.product(), style="bold")
    phases = {one.id: one.phase for one in planned.study.instruments}
    write_table(
        ["instrument", "phase", "repeats", "calls"],
        [
            (one.id, phases[one.id], planned.study.repeats_of(one), f"{planned.calls[one.id]:,}")
            for one in planned.study.instruments
        ],
        right=("repeats", "calls"),
    )
    console.print()
    write_table(["", "low", "expected", "worst"], _estimate_rows(expected), right=("low", "expected", "worst"))
    console.print(_basis(expected), markup=False)
    console.print()
    write_table(
        ["model", "address", "decoding", "parameters"],
        [
            (model, endpoint.address, planned.study.parameters_of(model).decoding, _parameters(planned, model))
            for model, endpoint in planned.endpoints.items()
        ],
    )
    console.print(f"tasks: {', '.join(task.id for task in planned.study.tasks)}", markup=False)
    if planned.lock:
        state = "this plan follows it" if planned.lock.is_followed else "; ".join(planned.lock.differences) + " differ"
        console.print(f"locked as {planned.lock.hash[:12]}: {state}", markup=False)
    for warning in warnings(planned):
        console.print(f"note: {warning}", markup=False)


def _estimate_rows(expected: Estimate) -> list[tuple[str, str, str, str]]:
    rows = [_row("tokens in", expected.input_tokens, "{:,.0f}"), _row("tokens out", expected.output_tokens, "{:,.0f}")]
    if expected.cost_usd.worst > 0 or not expected.unpriced:
        rows.append(_row("cost", expected.cost_usd, "${:,.2f}"))
    if expected.unpriced:
        rows.append((f"cost of {', '.join(expected.unpriced)}", "unknown", "unknown", "unknown"))
    time = "unknown" if expected.seconds is None else _duration(expected.seconds)
    return [*rows, ("time", "", time, "")]


def _row(name: str, values: Range, form: str) -> tuple[str, str, str, str]:
    low, likely, worst = (form.format(value) for value in values)
    return name, low, likely, worst


def _basis(expected: Estimate) -> str:
    """What the numbers rest on."""
    worst = "worst: every budget used up, every retry made"
    if expected.from_calls:
        seen = f"{expected.from_calls:,} earlier calls in the database"
        return f"about; expected: as {seen}, half the budget where there are none; {worst}"
    return f"about; expected: replies of half their budget, since there are no earlier calls to go by; {worst}"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def _parameters(planned: Plan, model: str) -> str:
    record = planned.study.parameters_of(model).as_record()
    return ", ".join(f"{name} {value}" for name, value in record.items() if name != "decoding") or "the endpoint's"


def write_prompts(trials: Sequence[Trial]) -> None:
    """The messages as they are sent; on a terminal one trial after the other, at the user's pace."""
    is_stepping = sys.stdin.isatty() and sys.stdout.isatty() and len(trials) > 1
    for place, trial in enumerate(trials, start=1):
        _write_prompt(trial)
        if is_stepping and place < len(trials):
            word = stdout().input(Text(f"{place}/{len(trials)}  Enter: the next · q: enough ", style="dim"))
            if word.strip().lower() == "q":
                return


def _write_prompt(trial: Trial) -> None:
    console = stdout()
    console.rule(Text(visible_line(_title(trial))))
    for message in trial.messages:
        console.print(_marked(message))


def _title(trial: Trial) -> str:
    respondent = trial.model if trial.judge is None else f"{trial.judge} judging {trial.model}"
    task = trial.task if trial.choice is None else f"{trial.task} or {trial.choice.other_task}"
    condition = f"{trial.manipulation} (wording {trial.wording})"
    return f"{respondent} · {trial.instrument} · {task} · {condition} · repeat {trial.repeat}"


def _marked(message: Message) -> Text:
    """The manipulation between ⟦ ⟧; what comes from the execution between ⟨ ⟩."""
    text = Text(f"{message.role}: ", style="dim")
    for segment in message.segments:
        words = _PLACES.get(segment.part) or visible(segment.text)
        is_manipulation = segment.part is Part.MANIPULATION
        text.append(f"⟦{words}⟧" if is_manipulation else words, style="bold" if is_manipulation else "not dim")
    return text


def document(planned: Plan, expected: Estimate, prompts: int) -> dict[str, Any]:
    """The plan in plain values."""
    return {
        "product": planned.product(),
        "calls": expected.calls,
        "calls_of": planned.calls,
        "input_tokens": expected.input_tokens._asdict(),
        "output_tokens": expected.output_tokens._asdict(),
        "cost_usd": expected.cost_usd._asdict(),
        "unpriced": list(expected.unpriced),
        "expected_seconds": expected.seconds,
        "from_earlier_calls": expected.from_calls,
        "notes": warnings(planned),
        "lock": {"hash": planned.lock.hash, "differences": list(planned.lock.differences)} if planned.lock else None,
        "request": planned.request.as_record(),
        "study": planned.study.as_record(),
        "prompts": [
            {
                "trial_key": trial.key,
                "model": trial.respondent,
                "messages": [{"role": message.role, "content": message.text} for message in trial.messages],
            }
            for trial in planned.trials[:prompts]
        ],
    }
