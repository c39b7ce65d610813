"""What earlier calls took, as a basis for estimates. Takes a read-only connection (`open_reader`)."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CallHistory:
    """Complete calls of one model with one instrument: how many, and their means. None: not known of any call.

    `low_output_tokens`: a tenth of the replies are no longer than that.
    """

    n: int
    output_tokens: float | None
    latency_ms: float | None
    low_output_tokens: float | None = None


_CALLS = """
WITH call AS (
  SELECT coalesce(trial.judge, trial.model) AS respondent, trial.instrument AS instrument,
    response.output_tokens AS output_tokens, response.latency_ms AS latency_ms
  FROM response JOIN trial ON trial.id = response.trial WHERE response.outcome = 'complete'
), placed AS (
  SELECT *, row_number() OVER cell AS place, count(output_tokens) OVER (PARTITION BY respondent, instrument) AS known
  FROM call WINDOW cell AS (PARTITION BY respondent, instrument ORDER BY output_tokens NULLS LAST)
)
SELECT respondent, instrument, count(*) AS n, avg(output_tokens) AS output_tokens, avg(latency_ms) AS latency_ms,
  min(CASE WHEN 10 * place >= known THEN output_tokens END) AS low_output_tokens
FROM placed GROUP BY respondent, instrument
"""
"""The nearest-rank percentile: of the places that have a tenth of the known replies before or at them, the first."""


def call_history(connection: sqlite3.Connection) -> dict[tuple[str, str], CallHistory]:
    """(model that was called, instrument) → what its complete calls took, over all runs of the database."""
    return {
        (row["respondent"], row["instrument"]): CallHistory(
            row["n"], row["output_tokens"], row["latency_ms"], row["low_output_tokens"]
        )
        for row in connection.execute(_CALLS).fetchall()
    }
