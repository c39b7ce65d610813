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

_PLACES = {Part.ANSWER: "⟨answer⟩", Part.NONCE: "⟨mark⟩"}
"""What stands for parts of a prompt that only the run knows."""


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
    rows = [
        _row("calls", expected.attempts, "{:,.0f}"),
        _row("tokens in", expected.input_tokens, "{:,.0f}"),
        _row("tokens out", expected.output_tokens, "{:,.0f}"),
    ]
    if expected.cost_usd.worst > 0 or not expected.unpriced:
        rows.append(_row("cost", expected.cost_usd, "${:,.2f}"))
    if expected.unpriced:
        rows.append((f"cost of {', '.join(expected.unpriced)}", "unknown", "unknown", "unknown"))
    if expected.duration_s is None:
        return [*rows, ("time", "unknown", "unknown", "unknown")]
    low, likely, worst = map(_duration, expected.duration_s)
    return [*rows, ("time", low, likely, worst)]


def _row(name: str, values: Range, form: str) -> tuple[str, str, str, str]:
    low, likely, worst = (form.format(value) for value in values)
    return name, low, likely, worst


def _basis(expected: Estimate) -> str:
    """What the numbers rest on."""
    worst = "worst: every budget used up, every retry made"
    if not expected.from_calls:
        return f"about; no earlier calls to go by: low: the shortest valid replies, expected: half the budget; {worst}"
    calls = f"{expected.from_calls:,} earlier call{'' if expected.from_calls == 1 else 's'}"
    return (
        f"about; from {calls}, at their speed; where there are none: low: the shortest valid replies, "
        f"expected: half the budget; {worst}"
    )


def _duration(seconds: float) -> str:
    if 0 < seconds < 1:
        return "< 1 s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def _parameters(planned: Plan, model: str) -> str:
    record = planned.study.parameters_of(model).as_record()
    return ", ".join(f"{name} {value}" for name, value in record.items() if name != "decoding") or "the endpoint's"


def write_prompts(trials: Sequence[Trial]) -> None:
    """The messages as they are sent; on a terminal one trial after the other, at the user's pace."""
    is_stepping = sys.stdin.isatty() and sys.stdout.isatty()
    for place, trial in enumerate(trials, start=1):
        _write_prompt(trial)
        if is_stepping and place < len(trials) and not _goes_on(f"{place:,}/{len(trials):,}"):
            return


def _goes_on(place: str) -> bool:
    try:
        word = stdout().input(Text(f"{place}  Enter: the next · q: enough ", style="dim"))
    except EOFError:
        return False
    return word.strip().lower() != "q"


def _write_prompt(trial: Trial) -> None:
    console = stdout()
    console.rule()
    console.print(Text(visible_line(_title(trial)), style="bold"))
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
        "attempts": expected.attempts._asdict(),
        "input_tokens": expected.input_tokens._asdict(),
        "output_tokens": expected.output_tokens._asdict(),
        "cost_usd": expected.cost_usd._asdict(),
        "unpriced": list(expected.unpriced),
        "duration_s": expected.duration_s._asdict() if expected.duration_s else None,
        "from_earlier_calls": expected.from_calls,
        "notes": warnings(planned),
        "lock": {"hash": planned.lock.hash, "differences": list(planned.lock.differences)} if planned.lock else None,
        "request": planned.request.as_record(),
        "study": planned.study.as_record(),
        "instruments": [
            {"id": one.id, "phase": one.phase, "repeats": planned.study.repeats_of(one), "max_tokens": one.max_tokens}
            for one in planned.study.instruments
        ],
        "participants": [
            {
                "model": model,
                "address": endpoint.address,
                "parameters": planned.study.parameters_of(model).as_record(),
                "usd_per_token": endpoint.price,
            }
            for model, endpoint in planned.endpoints.items()
        ],
        "prompts": [_prompt_record(trial) for trial in planned.trials[:prompts]],
    }


def _prompt_record(trial: Trial) -> dict[str, Any]:
    """A trial in plain values; what only the run knows stands as on the screen, its part named."""
    return {
        "trial_key": trial.key,
        "ordinal": trial.ordinal,
        "model": trial.model,
        "judge": trial.judge,
        "task": trial.task,
        "other_task": trial.choice.other_task if trial.choice else None,
        "manipulation": trial.manipulation,
        "wording": trial.wording,
        "instrument": trial.instrument,
        "repeat": trial.repeat,
        "parameters": dict(trial.parameters),
        "messages": [
            {
                "role": message.role,
                "content": "".join(_PLACES.get(one.part) or one.text for one in message.segments),
                "parts": [{"part": one.part, "text": _PLACES.get(one.part) or one.text} for one in message.segments],
            }
            for message in trial.messages
        ],
    }
