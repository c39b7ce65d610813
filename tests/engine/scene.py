"""Trials, responses and a clock for tests without a run."""

from __future__ import annotations

from motivtui.runner import ResponseStored
from motivtui.study.response import CallError, ErrorKind, Outcome, Response, Usage
from motivtui.study.trial import Trial


class Clock:
    """A clock that stands still until it is set forward."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def trial(ordinal: int) -> Trial:
    return Trial(ordinal, f"key{ordinal}", "m", "t.1", "none", 1, "pre", 1, 7, (), {"max_tokens": 9})


def stored(ordinal: int, text: str = "", *, is_final: bool = True, is_error: bool = False) -> ResponseStored:
    error = CallError(ErrorKind.SERVER, "no", 500) if is_error else None
    outcome = Outcome.ERROR if is_error else Outcome.COMPLETE
    usage = Usage() if is_error else Usage(10, 5)
    cost = None if is_error else 0.5
    return ResponseStored(trial(ordinal), 1, Response(outcome, text, usage=usage, cost_usd=cost, error=error), is_final)
