"""What is read from the database: of runs, of trials, and the flat rows (`browse_queries`: lists to scroll)."""

from __future__ import annotations

from motivtui.store.flat_rows import trial_rows
from motivtui.store.run_queries import (
    LATEST,
    find_run,
    item_names,
    open_session,
    run_record,
    run_summaries,
    run_tags,
    search_runs,
    session_options,
    spent_usd,
    state_counts,
)
from motivtui.store.trial_queries import (
    OpenTrial,
    TrialDetail,
    UnscoredResponse,
    attempts_of,
    final_reply,
    instruments_of,
    open_trials,
    prompt_messages,
    trial_detail,
    unscored_responses,
)

__all__ = [
    "LATEST",
    "OpenTrial",
    "TrialDetail",
    "UnscoredResponse",
    "attempts_of",
    "final_reply",
    "find_run",
    "instruments_of",
    "item_names",
    "open_session",
    "open_trials",
    "prompt_messages",
    "run_record",
    "run_summaries",
    "run_tags",
    "search_runs",
    "session_options",
    "spent_usd",
    "state_counts",
    "trial_detail",
    "trial_rows",
    "unscored_responses",
]
