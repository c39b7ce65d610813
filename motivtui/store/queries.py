"""Everything that is read from the database: of runs (`run_queries`) and of trials (`trial_queries`)."""

from __future__ import annotations

from motivtui.store.run_queries import (
    LATEST,
    find_run,
    instruments_of,
    open_session,
    run_record,
    run_summaries,
    state_counts,
)
from motivtui.store.trial_queries import (
    OpenTrial,
    TrialDetail,
    UnscoredResponse,
    attempts_of,
    open_trials,
    prompt_messages,
    trial_detail,
    trial_rows,
    unscored_responses,
)

__all__ = [
    "LATEST",
    "OpenTrial",
    "TrialDetail",
    "UnscoredResponse",
    "attempts_of",
    "find_run",
    "instruments_of",
    "open_session",
    "open_trials",
    "prompt_messages",
    "run_record",
    "run_summaries",
    "state_counts",
    "trial_detail",
    "trial_rows",
    "unscored_responses",
]
