"""A probe without an engine: the same events every time, for pictures and for what hangs on their order."""

from __future__ import annotations

from motivtui.engine import events as told
from motivtui.tui.live_run import LiveRun
from motivtui.tui.probe_cells import Cell, Choices, in_order
from motivtui.tui.shown_probe import ShownProbe

RUN = "kx3f"
TASK = "Write a haiku about the first frost on a city bus window."
CHOICES = Choices(("local/smollm2-135m", "scripted/wordy"), ("none", "money", "futility"), ("pre-self-report",), 1)
REPLY = '{{"motivation": {score}, "reason": "I like short forms, and frost is a good thing to look at closely."}}'
SCORES = (72, 81, 40, 66, 64, 31)


def cells() -> tuple[Cell, ...]:
    """Two models under three conditions."""
    pairs = [(model, manipulation) for model in CHOICES.models for manipulation in CHOICES.manipulations]
    made = [Cell(place, model, name, "pre-self-report", 1) for place, (model, name) in enumerate(pairs, 1)]
    return in_order(made, CHOICES)


def shown(*, ended: int, failed: tuple[int, ...] = (), is_over: bool = False, writes: str = "") -> ShownProbe:
    """`ended` cells have their reply (or their failure), the next one is writing `writes`, the others wait."""
    live = LiveRun(RUN, "A haiku", lambda: 100.0)
    live.take(told.RunStarted(run=RUN, total=6, open=6))
    for cell in cells()[:ended]:
        begin(live, cell)
        end(live, cell, is_failed=cell.ordinal in failed)
    if writes:
        begin(live, cells()[ended])
        live.take(told.Text(run=RUN, ordinal=cells()[ended].ordinal, start=0, text=writes))
    if is_over:
        live.take(told.RunEnded(run=RUN, reason="finished", states={}, progress=progress(ended)))
    kinds = dict.fromkeys(failed, "connection")
    return ShownProbe(RUN, TASK, CHOICES, cells(), live, error_kinds=kinds)


def begin(live: LiveRun, cell: Cell) -> None:
    live.take(
        told.TrialStarted(
            run=RUN,
            ordinal=cell.ordinal,
            attempt=1,
            model=cell.model,
            respondent=cell.model,
            task="probe.1",
            other_task=None,
            manipulation=cell.manipulation,
            wording=1,
            instrument=cell.instrument,
            repeat=cell.repeat,
        )
    )


def end(live: LiveRun, cell: Cell, *, is_failed: bool = False) -> None:
    value = SCORES[cell.ordinal - 1]
    text = "" if is_failed else REPLY.format(score=value)
    error = told.Failure(kind="connection", message="nobody answers at http://127.0.0.1:9/v1") if is_failed else None
    live.take(
        told.Response(
            run=RUN,
            ordinal=cell.ordinal,
            attempt=1,
            is_final=True,
            outcome="error" if is_failed else "complete",
            finish_reason=None if is_failed else "stop",
            characters=len(text),
            input_tokens=90,
            output_tokens=None if is_failed else 28,
            reasoning_tokens=None,
            time_to_first_token_ms=120.0,
            latency_ms=1500.0 + 10 * cell.ordinal,
            cost_usd=0.0,
            error=error,
            start=0,
            text=text,
        )
    )
    start = text.find(str(value))
    score = told.ItemScore(item="motivation", value=float(value), status="ok", start=start, end=start + 2, note="")
    missing = told.ItemScore(item="motivation", value=None, status="no_response", start=None, end=None, note="")
    live.take(told.Scores(run=RUN, ordinal=cell.ordinal, scores=(missing if is_failed else score,)))


def progress(complete: int) -> told.Progress:
    return told.Progress(
        run=RUN,
        total=6,
        complete=complete,
        failed=0,
        skipped=0,
        running=0,
        open=6 - complete,
        retries=0,
        calls_per_s=0.5,
        input_tokens=90,
        output_tokens=28,
        cost_usd=0.0,
        unpriced=0,
        eta_s=None,
        concurrency=4,
        is_paused=False,
    )
