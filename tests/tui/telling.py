"""Events of a run, as the engine tells them, for tests without an engine."""

from __future__ import annotations

from typing import Any

from motivtui.engine import events as told
from motivtui.tui.live_run import LiveRun

RUN = "kx3f"


class Clock:
    """A clock that stands still until it is set forward."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def live_run(clock: Clock | None = None, run: str = RUN) -> LiveRun:
    return LiveRun(run, "haiku and money", clock or Clock())


def started(ordinal: int, attempt: int = 1, **more: Any) -> told.TrialStarted:
    values: dict[str, Any] = {
        "model": "scripted/steady",
        "respondent": "scripted/steady",
        "task": f"haiku.{ordinal}",
        "other_task": None,
        "manipulation": "money",
        "wording": 1,
        "instrument": "pre-self-report",
        "repeat": 1,
    }
    return told.TrialStarted(run=RUN, ordinal=ordinal, attempt=attempt, **(values | more))


def text(ordinal: int, start: int, piece: str) -> told.Text:
    return told.Text(run=RUN, ordinal=ordinal, start=start, text=piece)


def failure(message: str = "the server said no") -> told.Failure:
    return told.Failure(kind="server", message=message, status_code=500)


def response(
    ordinal: int, attempt: int = 1, *, is_good: bool = True, is_final: bool = True, **more: Any
) -> told.Response:
    values: dict[str, Any] = {
        "outcome": "complete" if is_good else "error",
        "finish_reason": "stop" if is_good else None,
        "characters": 12,
        "input_tokens": 10,
        "output_tokens": 5,
        "reasoning_tokens": None,
        "time_to_first_token_ms": 80.0,
        "latency_ms": 840.0,
        "cost_usd": 0.0,
        "error": None if is_good else failure(),
    }
    return told.Response(run=RUN, ordinal=ordinal, attempt=attempt, is_final=is_final, **(values | more))


def scores(ordinal: int, value: float | None = 73.0, **more: Any) -> told.Scores:
    values: dict[str, Any] = {"item": "motivation", "value": value, "status": "ok", "start": 0, "end": 2, "note": ""}
    return told.Scores(run=RUN, ordinal=ordinal, scores=(told.ItemScore(**(values | more)),))


def retry(ordinal: int) -> told.Retry:
    return told.Retry(run=RUN, ordinal=ordinal, delay_s=2.0, error=failure("too many requests"))


def progress(**more: Any) -> told.Progress:
    values: dict[str, Any] = {
        "total": 40,
        "complete": 10,
        "failed": 1,
        "skipped": 0,
        "running": 2,
        "open": 27,
        "retries": 3,
        "calls_per_s": 1.5,
        "input_tokens": 12_345,
        "output_tokens": 678,
        "cost_usd": 0.0,
        "unpriced": 0,
        "eta_s": 18.0,
        "concurrency": 4,
        "is_paused": False,
    }
    return told.Progress(run=RUN, **(values | more))


def ended(reason: str = "finished", **more: Any) -> told.RunEnded:
    now = progress(**({"complete": 39, "running": 0, "open": 0, "eta_s": None} | more))
    return told.RunEnded(run=RUN, reason=reason, states={"complete": now.complete}, progress=now)
