"""What a response means for the trials that go on from it, and for the budget."""

from __future__ import annotations

from motivtui.study.response import UNBILLED, Outcome, Response


def is_usable(response: Response) -> bool:
    """Whether an execution's response can be gone on from. The view `trial_state` says the same."""
    is_filtered = response.finish_reason == "content_filter"
    return response.outcome is Outcome.COMPLETE and not is_filtered and bool(response.text.strip("\t\n\r "))


def skip_reason(response: Response) -> str:
    """Why nothing goes on from a response."""
    if response.outcome is not Outcome.COMPLETE:
        return f"the execution ended: {response.error.kind if response.error else response.outcome}"
    if response.finish_reason == "content_filter":
        return "the execution was stopped by a content filter"
    return "the execution brought an empty answer"


def billed_usd(response: Response) -> float | None:
    """What an attempt has cost in dollars; None: nobody knows."""
    if response.error is not None and response.error.kind in UNBILLED:
        return 0.0
    return response.cost_usd
