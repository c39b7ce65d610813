"""Writing a run: its plan, then attempts, responses and scores, each durable before the next step builds on it.

Results are only ever inserted. What the user says of a whole run can change (its name, its tags, whether it is put
away), and nothing is ever deleted but a run that the user removes, which is an explicit act (`run_shelf`).
"""

from __future__ import annotations

import json
import math
import os
import socket
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from motivtui.store import run_shelf
from motivtui.store.clock import now
from motivtui.store.connection import open_writer
from motivtui.store.run_rows import RunRecord, insert_run
from motivtui.store.tags import clean_tags
from motivtui.store.text import needs_escape, spelled_out, stored
from motivtui.store.writer import Insert, Writer
from motivtui.study.canonical import canonical_json
from motivtui.study.response import Response
from motivtui.study.score import Score
from motivtui.study.token_score import TokenScore
from motivtui.study.trial import Trial


def _insert_head(table: str, columns: str) -> tuple[str, int]:
    return f"INSERT INTO {table} ({columns}) VALUES", len(columns.split(","))


_ATTEMPT = _insert_head("attempt", "trial, number, session, endpoint, is_streamed, sent_at, reserved_usd")
_RESPONSE = _insert_head(
    "response",
    "trial, attempt, is_final, outcome, text, reasoning, is_escaped, finish_reason, input_tokens, output_tokens, "
    "reasoning_tokens, time_to_first_token_ms, latency_ms, cost_usd, effective, model_reported, fingerprint, "
    "error_kind, error_message, status_code, received_at, round",
)
_TOKEN_CHOICE = _insert_head("token_choice", "trial, attempt, start, token, alternatives")
_TOKEN_SCORE = _insert_head(
    "token_score", "trial, attempt, item, method, extractor_version, expected, sd, covered_mass"
)
NOT_EXTRACTED = 0
"""In place of an extraction's version: what came with the reply was read out by none."""

_REQUEUE = """
INSERT INTO requeue (trial, round, requeued_at)
SELECT response.trial, response.round, ? FROM response JOIN trial ON trial.id = response.trial
WHERE trial.run = ? AND response.is_final AND response.outcome <> 'complete'
  AND NOT EXISTS (SELECT 1 FROM requeue WHERE requeue.trial = response.trial AND requeue.round = response.round)
"""
_SCORE = _insert_head(
    "score",
    "trial, attempt, item, extractor_version, value, status, evidence_start, evidence_end, note, extracted_at",
)


class Store:
    """The writing side of one database. Close it, or use it as a context manager."""

    def __init__(self, path: Path) -> None:
        """Open (create, migrate) the database at `path`. Raises DatabaseError."""
        self.path = path
        self._writer = Writer(open_writer(path))

    def __enter__(self) -> Store:
        """The store itself."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Write what waits and close."""
        self.close()

    def close(self) -> None:
        """Write what waits and close."""
        self._writer.close()

    def create_run(self, record: RunRecord, trials: Sequence[Trial]) -> str:
        """Store the study, the exact materials it uses and its whole plan, in one transaction. Returns the run's id."""
        run: str = self._writer.call(lambda connection: insert_run(connection, record, trials)).result()
        return run

    def start_session(self, run: str, options: Mapping[str, Any] | None = None) -> int:
        """Note that this process works on `run` from now on, with which options. Returns the session's number."""
        row = (run, os.getpid(), socket.gethostname(), now(), json.dumps(dict(options)) if options else None)
        sql = "INSERT INTO session (run, pid, host, started_at, options) VALUES (?, ?, ?, ?, ?)"
        session: int = self._writer.call(lambda connection: connection.execute(sql, row).lastrowid).result()
        return session

    def end_session(self, session: int, reason: str) -> None:
        """Note how the session ended; one without an end was killed."""
        head, width = _insert_head("session_end", "session, reason, ended_at")
        self._writer.insert(Insert(head, width, ((session, reason, now()),))).result()

    def add_attempt(
        self,
        trial: int,
        number: int,
        session: int,
        endpoint: str,
        *,
        is_streamed: bool,
        reserved_usd: float | None = None,
    ) -> Future[None]:
        """Write ahead: a request for `trial` is about to leave. Wait for the future before sending it.

        `reserved_usd`: the most that it can cost; None: nobody knows.
        """
        return self._insert(_ATTEMPT, [(trial, number, session, endpoint, int(is_streamed), now(), reserved_usd)])

    def add_response(
        self, trial: int, attempt: int, response: Response, *, is_final: bool, round_number: int = 1
    ) -> Future[None]:
        """What came back. At most one response of a trial's round is final; a second one fails with DatabaseError.

        Scores that the participant found itself are on record with it: no reading of the reply could find them again.
        """
        row = _response_row(trial, attempt, response, is_final=is_final, round_number=round_number)
        choices = _choice_rows(trial, attempt, response)
        own = _token_score_rows(trial, attempt, response.token_scores, NOT_EXTRACTED)
        beside = [_rows(head, rows) for head, rows in ((_TOKEN_CHOICE, choices), (_TOKEN_SCORE, own)) if rows]
        return self._writer.insert(_rows(_RESPONSE, [row]), *beside)

    def add_scores(
        self,
        trial: int,
        attempt: int,
        scores: Iterable[Score],
        extractor_version: int,
        token_scores: Iterable[TokenScore] = (),
    ) -> Future[None]:
        """What was read out of a response by one version of the extraction."""
        at = now()
        written = [_score_row(trial, attempt, score, extractor_version, at) for score in scores]
        expected = _token_score_rows(trial, attempt, token_scores, extractor_version)
        inserts = [_rows(head, rows) for head, rows in ((_SCORE, written), (_TOKEN_SCORE, expected)) if rows]
        return self._writer.insert(*inserts)

    def requeue_failed(self, run: str) -> int:
        """Open every trial of a run again whose final response is a failure. Returns how many.

        What continues them (skipped until now) is open again with them. A complete trial is never done again.
        """
        count: int = self._writer.call(lambda connection: connection.execute(_REQUEUE, (now(), run)).rowcount).result()
        return count

    def rename_run(self, run: str, name: str) -> None:
        """Give a run another name."""
        self._writer.call(
            lambda connection: connection.execute("UPDATE run SET name = ? WHERE id = ?", (name, run))
        ).result()

    def set_tags(self, run: str, tags: Iterable[str]) -> None:
        """Give a run these tags and no others. Raises UsageError: what is no tag (`tags`), or no run."""
        given = clean_tags(tags)
        self._writer.call(lambda connection: run_shelf.set_tags(connection, run, given)).result()

    def change_tags(self, run: str, add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
        """Give a run further tags and take others away; one that is in both is given. Raises UsageError."""
        given, taken = clean_tags(add), clean_tags(remove)
        self._writer.call(lambda connection: run_shelf.change_tags(connection, run, given, taken)).result()

    def archive_run(self, run: str, *, is_archived: bool = True) -> None:
        """Put a run away, or back among the others. Raises UsageError: no such run."""
        self._writer.call(lambda connection: run_shelf.set_archived(connection, run, is_archived=is_archived)).result()

    def remove_run(self, run: str) -> int:
        """Remove a run with everything of it, for good, all or nothing. Returns how many trials it had.

        Raises UsageError: no such run. Whoever calls it holds the run's lock: it must not be at work.
        """
        count: int = self._writer.call(lambda connection: run_shelf.remove_run(connection, run)).result()
        return count

    def _insert(self, head: tuple[str, int], rows: Sequence[Sequence[Any]]) -> Future[None]:
        return self._writer.insert(_rows(head, rows))


def _rows(head: tuple[str, int], rows: Sequence[Sequence[Any]]) -> Insert:
    return Insert(head[0], head[1], tuple(rows))


def _response_row(
    trial: int, attempt: int, response: Response, *, is_final: bool, round_number: int
) -> tuple[Any, ...]:
    is_escaped = _is_escaped(response)
    error = response.error
    return (
        trial,
        attempt,
        int(is_final),
        str(response.outcome),
        stored(response.text, is_escaped=is_escaped),
        stored(response.reasoning, is_escaped=is_escaped),
        int(is_escaped),
        _words(response.finish_reason),
        _count(response.usage.input_tokens),
        _count(response.usage.output_tokens),
        _count(response.usage.reasoning_tokens),
        response.time_to_first_token_ms,
        response.latency_ms,
        response.cost_usd,
        canonical_json(dict(response.effective)),
        _words(response.model_reported),
        _words(response.fingerprint),
        str(error.kind) if error else None,
        spelled_out(error.message) if error else None,
        error.status_code if error else None,
        now(),
        round_number,
    )


def _is_escaped(response: Response) -> bool:
    return needs_escape(response.text, response.reasoning, *(one.token for one in response.token_choices))


def _choice_rows(trial: int, attempt: int, response: Response) -> list[tuple[Any, ...]]:
    """One row a place in the reply. What JSON cannot hold is left out: it must not cost the reply that was paid for."""
    is_escaped = _is_escaped(response)
    return [
        (
            trial,
            attempt,
            start,
            stored(one.token, is_escaped=is_escaped),
            json.dumps([[token, mass] for token, mass in one.alternatives if math.isfinite(mass)]),
        )
        for start, one in {choice.start: choice for choice in response.token_choices}.items()
    ]


def _token_score_rows(
    trial: int, attempt: int, scores: Iterable[TokenScore], extractor_version: int
) -> list[tuple[Any, ...]]:
    return [
        (trial, attempt, one.item, one.method, extractor_version, one.expected, one.sd, one.covered_mass)
        for one in scores
    ]


def _score_row(trial: int, attempt: int, score: Score, extractor_version: int, at: str) -> tuple[Any, ...]:
    evidence = score.evidence
    start, end = (evidence.start, evidence.end) if evidence else (None, None)
    return (
        trial,
        attempt,
        score.item,
        extractor_version,
        score.value,
        str(score.status),
        start,
        end,
        spelled_out(score.note),
        at,
    )


def _words(text: str | None) -> str | None:
    return None if text is None else spelled_out(text)


def _count(tokens: int | None) -> int | None:
    """A server's count; one that 64 bits cannot hold counts nothing, so it is unknown."""
    return tokens if tokens is not None and -(2**63) <= tokens < 2**63 else None
