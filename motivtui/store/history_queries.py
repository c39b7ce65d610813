"""What earlier calls took, as a basis for estimates. Takes a read-only connection (`open_reader`)."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CallHistory:
    """Complete calls of one model with one instrument: how many, and their means. None: not known of any call."""

    n: int
    output_tokens: float | None
    latency_ms: float | None


def call_history(connection: sqlite3.Connection) -> dict[tuple[str, str], CallHistory]:
    """(model that was called, instrument) → what its complete calls took, over all runs of the database."""
    rows = connection.execute(
        "SELECT coalesce(trial.judge, trial.model) AS respondent, trial.instrument AS instrument, count(*) AS n, "
        "avg(response.output_tokens) AS output_tokens, avg(response.latency_ms) AS latency_ms "
        "FROM response JOIN trial ON trial.id = response.trial WHERE response.outcome = 'complete' "
        "GROUP BY respondent, trial.instrument"
    )
    return {
        (row["respondent"], row["instrument"]): CallHistory(row["n"], row["output_tokens"], row["latency_ms"])
        for row in rows.fetchall()
    }
